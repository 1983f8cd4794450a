package org.thingward.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A TPM 2.0 of software (swtpm) and the tools that use it (tpm2-tools, openssl): a process of its
 * own on loopback, whose memory is in a folder, beside the files that the tools read and write. For
 * trials: who can read that folder has its keys. Which keys it has is for its user to say.
 */
public final class SoftwareTpm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long STEP_NANOS = 10_000_000;

  private final Path folder;
  private final int port = freePorts();
  private Process process;

  /**
   * Makes a new one, with certificates of its maker's authority for its endorsement keys.
   *
   * @param folder where its files go
   * @param maker where the authority is; made if it is not there
   * @param setup further options of swtpm_setup
   * @throws VirtualTpmFailed if a program is missing or fails
   */
  public SoftwareTpm(Path folder, Path maker, String... setup) {
    this.folder = made(folder);
    made(maker);
    Path configuration = folder.resolve("setup.conf");
    Path authority = folder.resolve("localca.conf");
    store(
        "setup.conf",
        "create_certs_tool = swtpm_localca\ncreate_certs_tool_config = %s\n"
            .formatted(authority)
            .getBytes(UTF_8));
    store(
        "localca.conf",
        "statedir = %1$s\nsigningkey = %1$s/key.pem\nissuercert = %1$s/issuer.pem\ncertserial = %1$s/serial\n"
            .formatted(maker)
            .getBytes(UTF_8));
    List<String> command =
        new ArrayList<>(
            List.of(
                "swtpm_setup",
                "--tpm2",
                "--create-ek-cert",
                "--lock-nvram",
                "--overwrite",
                "--pcr-banks",
                "sha256",
                "--config",
                configuration.toString(),
                "--tpmstate",
                made(state()).toString()));
    command.addAll(List.of(setup));
    run(command.toArray(String[]::new));
    process = started();
  }

  /** A copy. */
  private SoftwareTpm(Path folder) {
    this.folder = folder;
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

  /** Where it listens for commands, on loopback. */
  public int port() {
    return port;
  }

  /**
   * Runs a tool that uses it, in its folder.
   *
   * @throws VirtualTpmFailed if it is missing or fails, with what it said
   */
  public void run(String... command) {
    if (ended(begin("said", command)) != 0) {
      throw new VirtualTpmFailed(
          command[0] + " failed: " + new String(file("said"), UTF_8).strip());
    }
  }

  /** The content of a file in its folder. */
  public byte[] file(String name) {
    try {
      return Files.readAllBytes(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file into its folder. */
  public void store(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file of this name is in its folder. */
  public boolean has(String name) {
    return Files.exists(folder.resolve(name));
  }

  /** Ends it as a device that is switched off, and starts it again; its PCRs begin anew. */
  public void restart() {
    stop();
    process = started();
  }

  /** A copy of it as it is now: what a thief of its memory has. It goes on itself. */
  public SoftwareTpm copy(Path to) {
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
    return new SoftwareTpm(to);
  }

  @Override
  public void close() {
    stop();
  }

  private Path state() {
    return folder.resolve("state");
  }

  private Process started() {
    Process began =
        begin(
            "swtpm.log",
            "swtpm",
            "socket",
            "--tpm2",
            "--tpmstate",
            "dir=" + state(),
            "--server",
            "type=tcp,port=" + port + ",bindaddr=127.0.0.1",
            "--ctrl",
            "type=tcp,port=" + (port + 1) + ",bindaddr=127.0.0.1",
            "--flags",
            "not-need-init,startup-clear");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ended(begin("said", "tpm2_pcrread", "sha256:0")) != 0) {
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

  private Process begin(String output, String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    String where = "swtpm:host=127.0.0.1,port=" + port;
    environment.put("TPM2TOOLS_TCTI", where);
    environment.put("TPM2OPENSSL_TCTI", where);
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
