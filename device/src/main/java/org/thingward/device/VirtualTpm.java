package org.thingward.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A TPM 2.0 of software (swtpm), used by tpm2-tools as a device's own would be. It is a process of
 * its own, on loopback; its memory and what it answers are files in one folder. For trials: who can
 * read that folder has its keys.
 */
public final class VirtualTpm implements AutoCloseable {
  /** The programs that must be there. */
  public static final List<String> PROGRAMS =
      List.of("swtpm", "swtpm_setup", "swtpm_localca", "tpm2_quote");

  private static final String EK = "0x81010011";
  private static final String AK = "0x81010012";
  private static final String OWN = "0x81010013";
  private static final String EK_CERTIFICATE = "0x1c00002";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long STEP_NANOS = 10_000_000;

  private final Path folder;
  private final int port = freePorts();
  private Process process;

  /**
   * Makes a new one, with certificates of its maker's authority, and the keys that a device needs:
   * one to attest by, and one for handshakes that stays in it.
   *
   * @param folder where its files go
   * @param maker where the authority is; made if it is not there
   * @throws VirtualTpmFailed if a program is missing or fails
   */
  public VirtualTpm(Path folder, Path maker) {
    this.folder = made(folder);
    made(maker);
    store(
        "setup.conf",
        "create_certs_tool = swtpm_localca\ncreate_certs_tool_config = %s\n"
            .formatted(folder.resolve("localca.conf")));
    store(
        "localca.conf",
        "statedir = %1$s\nsigningkey = %1$s/key.pem\nissuercert = %1$s/issuer.pem\ncertserial = %1$s/serial\n"
            .formatted(maker));
    run(
        ("swtpm_setup --tpm2 --create-ek-cert --lock-nvram --overwrite --pcr-banks sha256 --config "
                + "%s --tpmstate %s")
            .formatted(folder.resolve("setup.conf"), made(state())));
    process = started();
    try {
      makeKeys();
    } catch (VirtualTpmFailed failed) {
      stop();
      throw failed;
    }
  }

  private void makeKeys() {
    run("tpm2_nvread " + EK_CERTIFICATE + " -o ek.der");
    run("tpm2_createek -c " + EK + " -G rsa -u ek.pub");
    run("tpm2_createak -C " + EK + " -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub");
    run("tpm2_flushcontext -t");
    run("tpm2_evictcontrol -c ak.ctx " + AK);
    run("tpm2_createprimary -C o -c primary.ctx");
    run("tpm2_flushcontext -t");
    run(
        "tpm2_create -C primary.ctx -G ecc256:ecdsa-sha256 -a"
            + " fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign -u own.pub -r own.priv");
    run("tpm2_flushcontext -t");
    run("tpm2_load -C primary.ctx -u own.pub -r own.priv -c own.ctx");
    run("tpm2_evictcontrol -c own.ctx " + OWN);
    run("tpm2_flushcontext -t");
    run("tpm2_readpublic -c " + OWN + " -f der -o own.der");
  }

  /** A copy. */
  private VirtualTpm(Path folder) {
    this.folder = made(folder);
    process = started();
  }

  /** The roots that its maker's certificates lead to: PEM. */
  public static String roots(Path maker) {
    try {
      return Files.readString(maker.resolve("issuer.pem"))
          + Files.readString(maker.resolve("swtpm-localca-rootca-cert.pem"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The key for handshakes; its private part stays where it is. */
  public ECPublicKey key() {
    try {
      PublicKey key =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(file("own.der")));
      return (ECPublicKey) key;
    } catch (GeneralSecurityException e) {
      throw new VirtualTpmFailed("its key cannot be read: " + e.getMessage());
    }
  }

  /** Signs a SHA-256 digest by the key for handshakes: ECDSA in DER. */
  synchronized byte[] sign(byte[] digest) {
    store("digest", digest);
    run("tpm2_sign -c " + OWN + " -g sha256 -s ecdsa -f plain -d -o signed-digest digest");
    return file("signed-digest");
  }

  /** Opens what was sealed to it (TPM2_ActivateCredential). */
  synchronized byte[] activate(byte[] sealed) {
    store("sealed", sealed);
    run("tpm2_startauthsession --policy-session -S session.ctx");
    run("tpm2_policysecret -S session.ctx -c e");
    run(
        "tpm2_activatecredential -c %s -C %s -i sealed -o opened -P session:session.ctx"
            .formatted(AK, EK));
    run("tpm2_flushcontext session.ctx");
    return file("opened");
  }

  /** Has the attestation key say that the key for handshakes is in it (TPM2_Certify). */
  synchronized void certify() {
    run("tpm2_certify -c %s -C %s -g sha256 -o certification -s signed".formatted(OWN, AK));
  }

  /** Quotes PCRs 0 to 7 over a nonce in hexadecimal digits. */
  synchronized void quote(String nonce) {
    run(
        ("tpm2_quote -c %s -l sha256:0,1,2,3,4,5,6,7 -q %s -m quote -s signature -o pcrs -F values"
                + " -g sha256")
            .formatted(AK, nonce));
  }

  /** Measures as firmware does: extends what each event says. */
  public synchronized void measure(List<BootLogWriter.Event> events) {
    StringBuilder command = new StringBuilder("tpm2_pcrextend");
    events.forEach(
        each -> command.append(' ').append(each.pcr()).append(":sha256=").append(each.digest()));
    run(command.toString());
  }

  /** Ends it as a device that is switched off, and starts it again; its PCRs begin anew. */
  public synchronized void restart() {
    stop();
    process = started();
  }

  /** A copy of it as it is now: what a thief of its memory has. It goes on itself. */
  public synchronized VirtualTpm copy(Path to) {
    stop();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copied = to.resolve(folder.relativize(file).toString());
        Files.createDirectories(copied.getParent());
        Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = started();
    return new VirtualTpm(to);
  }

  /** What it wrote last under this name. */
  byte[] file(String name) {
    try {
      return Files.readAllBytes(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void store(String name, String text) {
    store(name, text.getBytes(UTF_8));
  }

  private void store(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path state() {
    return folder.resolve("state");
  }

  private Process started() {
    Process began =
        begin(
            ("swtpm socket --tpm2 --tpmstate dir=%s --server type=tcp,port=%d,bindaddr=127.0.0.1"
                    + " --ctrl type=tcp,port=%d,bindaddr=127.0.0.1 --flags"
                    + " not-need-init,startup-clear")
                .formatted(state(), port, port + 1),
            "swtpm.log");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ended(begin("tpm2_pcrread sha256:0", "said")) != 0) {
      if (System.nanoTime() > end || !began.isAlive()) {
        began.destroyForcibly();
        throw new VirtualTpmFailed("swtpm did not start; see " + folder.resolve("swtpm.log"));
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return began;
  }

  private void stop() {
    process.destroy();
    int unused = ended(process);
  }

  @Override
  public void close() {
    stop();
  }

  private void run(String command) {
    if (ended(begin(command, "said")) != 0) {
      throw new VirtualTpmFailed(
          command.split(" ", 2)[0] + " failed: " + new String(file("said"), UTF_8).strip());
    }
  }

  private Process begin(String command, String output) {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command.split(" "))));
    Map<String, String> environment = builder.environment();
    environment.put("TPM2TOOLS_TCTI", "swtpm:host=127.0.0.1,port=" + port);
    environment.put("TSS2_LOG", "all+none");
    try {
      return builder
          .directory(folder.toFile())
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve(output).toFile())
          .start();
    } catch (IOException e) {
      throw new VirtualTpmFailed(e.getMessage());
    }
  }

  private static int ended(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new VirtualTpmFailed("a program of the TPM did not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtualTpmFailed("interrupted");
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A free port after which another is free. */
  private static int freePorts() {
    for (int tries = 0; tries < 100; tries++) {
      try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket next =
              new ServerSocket(one.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return next.getLocalPort() - 1;
      } catch (IOException taken) {
        // Another pair.
      }
    }
    throw new VirtualTpmFailed("no two free ports beside each other");
  }
}
