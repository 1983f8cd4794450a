package org.thingward.device;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/** A {@link SoftwareTpm} with the keys of a device, used as a device's own TPM would be. */
public final class VirtualTpm implements AutoCloseable {
  /** The programs that must be there. */
  public static final List<String> PROGRAMS =
      List.of("swtpm", "swtpm_setup", "swtpm_localca", "tpm2_quote");

  private static final String EK = "0x81010011";
  private static final String AK = "0x81010012";
  private static final String OWN = "0x81010013";
  private static final String EK_CERTIFICATE = "0x1c00002";

  private final SoftwareTpm tpm;

  /**
   * Makes a new one, with certificates of its maker's authority, and the keys that a device needs:
   * one to attest by, and one for handshakes that stays in it.
   *
   * @param folder where its files go
   * @param maker where the authority is; made if it is not there
   * @throws VirtualTpmFailed if a program is missing or fails
   */
  public VirtualTpm(Path folder, Path maker) {
    tpm = new SoftwareTpm(folder, maker);
    try {
      makeKeys();
    } catch (VirtualTpmFailed failed) {
      tpm.close();
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
  private VirtualTpm(SoftwareTpm tpm) {
    this.tpm = tpm;
  }

  /** The roots that its maker's certificates lead to: PEM. */
  public static String roots(Path maker) {
    return SoftwareTpm.roots(maker);
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
    tpm.store("digest", digest);
    run("tpm2_sign -c " + OWN + " -g sha256 -s ecdsa -f plain -d -o signed-digest digest");
    return file("signed-digest");
  }

  /** Opens what was sealed to it (TPM2_ActivateCredential). */
  synchronized byte[] activate(byte[] sealed) {
    tpm.store("sealed", sealed);
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
    List<String> command = new ArrayList<>(List.of("tpm2_pcrextend"));
    events.forEach(each -> command.add(each.pcr() + ":sha256=" + each.digest()));
    tpm.run(command.toArray(String[]::new));
  }

  /** Ends it as a device that is switched off, and starts it again; its PCRs begin anew. */
  public synchronized void restart() {
    tpm.restart();
  }

  /** A copy of it as it is now: what a thief of its memory has. It goes on itself. */
  public synchronized VirtualTpm copy(Path to) {
    return new VirtualTpm(tpm.copy(to));
  }

  /** What it wrote last under this name. */
  byte[] file(String name) {
    return tpm.file(name);
  }

  @Override
  public void close() {
    tpm.close();
  }

  private void run(String command) {
    tpm.run(command.split(" "));
  }
}
