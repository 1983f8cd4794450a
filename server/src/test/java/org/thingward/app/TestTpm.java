package org.thingward.app;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.thingward.device.SoftwareTpm;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.BootEvent;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.tpm.TpmAlgorithm;
import org.thingward.verify.tpm.TpmPublic;

/** A TPM of software with the keys that the tests of attestation need, and what they have it do. */
final class TestTpm implements AutoCloseable {
  private static final String EK = "0x81010011";
  private static final String AK = "0x81010012";
  private static final String TLS = "0x81010013";
  private static final String DEVICE_KEY = "0x81010014";

  private final SoftwareTpm tpm;

  /** Which of its endorsement keys is used. */
  enum Endorsement {
    RSA("rsa", "0x1c00002"),
    P384("ecc384", "0x1c00016");

    private final String kind;
    private final String certificate;

    Endorsement(String kind, String certificate) {
      this.kind = kind;
      this.certificate = certificate;
    }
  }

  private final Endorsement endorsement;

  /** A new one, with its maker's authority in {@code maker}, which several may share. */
  TestTpm(Path folder, Path maker) {
    this(folder, maker, Endorsement.RSA);
  }

  TestTpm(Path folder, Path maker, Endorsement endorsement) {
    this(new SoftwareTpm(folder, maker, "--ecc"), endorsement);
    try {
      provision();
    } catch (RuntimeException failed) {
      tpm.close();
      throw failed;
    }
  }

  private void provision() {
    run("tpm2_nvread", endorsement.certificate, "-o", "ek.der");
    run("tpm2_createek", "-c", EK, "-G", endorsement.kind, "-u", "ek.pub");
    makeKey();
  }

  private TestTpm(SoftwareTpm tpm, Endorsement endorsement) {
    this.tpm = tpm;
    this.endorsement = endorsement;
  }

  /** A further attestation key; the former is forgotten. */
  void makeKey() {
    if (tpm.has("ak.pub")) {
      run("tpm2_evictcontrol", "-c", AK);
    }
    run(
        "tpm2_createak",
        "-C",
        EK,
        "-c",
        "ak.ctx",
        "-G",
        "ecc",
        "-g",
        "sha256",
        "-s",
        "ecdsa",
        "-u",
        "ak.pub",
        "-n",
        "ak.name");
    flush();
    run("tpm2_evictcontrol", "-c", "ak.ctx", AK);
    flush();
  }

  /**
   * A key that signs handshakes and stays here, with a request for its certificate in {@code
   * tls.csr} and its attestation key's certification in {@code certification}, {@code signed}.
   */
  void makeTlsKey() {
    run("tpm2_createprimary", "-C", "o", "-c", "primary.ctx");
    flush();
    run(
        "tpm2_create",
        "-C",
        "primary.ctx",
        "-G",
        "ecc256:ecdsa-sha256",
        "-a",
        "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign",
        "-u",
        "tls.pub",
        "-r",
        "tls.priv");
    flush();
    run("tpm2_load", "-C", "primary.ctx", "-u", "tls.pub", "-r", "tls.priv", "-c", "tls.ctx");
    run("tpm2_evictcontrol", "-c", "tls.ctx", TLS);
    flush();
    run("tpm2_certify", "-c", TLS, "-C", AK, "-g", "sha256", "-o", "certification", "-s", "signed");
    flush();
    run(
        "openssl",
        "req",
        "-provider",
        "tpm2",
        "-provider",
        "default",
        "-propquery",
        "?provider=tpm2",
        "-new",
        "-key",
        "handle:" + TLS,
        "-subj",
        "/CN=x",
        "-outform",
        "DER",
        "-out",
        "tls.csr");
    flush();
  }

  /** A signature by the key that signs handshakes, over a SHA-256 digest: ECDSA in DER. */
  byte[] sign(byte[] digest) {
    store("digest", digest);
    run(
        "tpm2_sign",
        "-c",
        TLS,
        "-g",
        "sha256",
        "-s",
        "ecdsa",
        "-f",
        "plain",
        "-d",
        "-o",
        "made",
        "digest");
    flush();
    return file("made");
  }

  /** The digest of its endorsement key, as its certificate has it. */
  Digest endorsementKey() {
    try {
      byte[] key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(file("ek.der")))
              .getPublicKey()
              .getEncoded();
      return Digest.of(key);
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens what was sealed to it. */
  void activate(String sealed, String opened) {
    if (endorsement == Endorsement.P384) {
      // Keys of the high range take an empty password as well.
      run("tpm2_activatecredential", "-c", AK, "-C", EK, "-i", sealed, "-o", opened);
      flush();
      return;
    }
    run("tpm2_startauthsession", "--policy-session", "-S", "session.ctx");
    run("tpm2_policysecret", "-S", "session.ctx", "-c", "e");
    run(
        "tpm2_activatecredential",
        "-c",
        AK,
        "-C",
        EK,
        "-i",
        sealed,
        "-o",
        opened,
        "-P",
        "session:session.ctx");
    run("tpm2_flushcontext", "session.ctx");
    flush();
  }

  /** Quotes PCRs 0 to 7 and 10 over a nonce into {@code quote}, {@code signature}, {@code pcrs}. */
  void quote(String nonce) {
    run(
        "tpm2_quote",
        "-c",
        AK,
        "-l",
        "sha256:0,1,2,3,4,5,6,7,10",
        "-q",
        nonce,
        "-m",
        "quote",
        "-s",
        "signature",
        "-o",
        "pcrs",
        "-F",
        "values",
        "-g",
        "sha256");
    flush();
  }

  void extend(int pcr, String digest) {
    run("tpm2_pcrextend", pcr + ":sha256=" + digest);
  }

  /** Extends PCRs as firmware does that writes this event log, bank SHA-256. */
  void measure(byte[] log) {
    measure(log, 0);
  }

  /** As {@link #measure(byte[])}, from this event on. */
  void measure(byte[] log, int first) {
    List<String> command = new ArrayList<>(List.of("tpm2_pcrextend"));
    BootLog.read(log).events().stream()
        .skip(first)
        .filter(BootEvent::isMeasured)
        .map(event -> event.pcr() + ":sha256=" + event.digests().get(TpmAlgorithm.SHA256))
        .forEach(command::add);
    run(command.toArray(String[]::new));
  }

  /**
   * Makes a key for handshakes that stays in it, and a request by that key: {@code request.der}.
   */
  void makeDeviceKey() {
    run(
        "tpm2_createprimary",
        "-C",
        "o",
        "-G",
        "ecc",
        "-a",
        "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign",
        "-c",
        "device.ctx");
    flush();
    run("tpm2_evictcontrol", "-c", "device.ctx", DEVICE_KEY);
    run("tpm2_readpublic", "-c", DEVICE_KEY, "-o", "device.pub");
    var request =
        new JcaPKCS10CertificationRequestBuilder(
            new X500Name("CN=anyone"), TpmPublic.readSized(file("device.pub")).key());
    try {
      store("request.der", request.build(new ByTpm(new ByteArrayOutputStream())).getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs by the device key in the TPM. */
  private final class ByTpm implements ContentSigner {
    private final ByteArrayOutputStream message;

    private ByTpm(ByteArrayOutputStream message) {
      this.message = message;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public OutputStream getOutputStream() {
      return message;
    }

    @Override
    public byte[] getSignature() {
      store("message", message.toByteArray());
      run(
          "tpm2_sign",
          "-c",
          DEVICE_KEY,
          "-g",
          "sha256",
          "-s",
          "ecdsa",
          "-f",
          "plain",
          "-o",
          "message.sig",
          "message");
      flush();
      return file("message.sig");
    }
  }

  /**
   * Has the attestation key say that the device key is in this TPM, over {@code nonce}
   * (TPM2_Certify, Part 3, 18.2): {@code certified} and {@code certified.sig}. tpm2_certify of 5.4
   * takes no nonce, so the command is written here.
   */
  void certify(byte[] nonce) {
    ByteBuffer command = ByteBuffer.allocate(256);
    command.putShort((short) 0x8002).putInt(0).putInt(0x148);
    command.putInt(Long.decode(DEVICE_KEY).intValue());
    command.putInt(Long.decode(AK).intValue());
    command.putInt(18);
    for (int session = 0; session < 2; session++) {
      command.putInt(0x40000009).putShort((short) 0).put((byte) 0).putShort((short) 0);
    }
    command.putShort((short) nonce.length).put(nonce).putShort((short) 0x0010);
    command.putInt(2, command.position());
    ByteBuffer answer = ByteBuffer.wrap(send(Arrays.copyOf(command.array(), command.position())));
    if (answer.getInt(6) != 0) {
      throw new AssertionError("TPM2_Certify: 0x" + Integer.toHexString(answer.getInt(6)));
    }
    answer.position(10);
    int end = answer.getInt() + 14;
    byte[] attest = new byte[answer.getShort()];
    answer.get(attest);
    byte[] signature = new byte[end - answer.position()];
    answer.get(signature);
    store("certified", attest);
    store("certified.sig", signature);
  }

  private byte[] send(byte[] command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tpm.port())) {
      socket.getOutputStream().write(command);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] head = in.readNBytes(6);
      int length = ByteBuffer.wrap(head).getInt(2);
      return ByteBuffer.allocate(length).put(head).put(in.readNBytes(length - 6)).array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flush() {
    run("tpm2_flushcontext", "-t");
  }

  /** Ends it as a computer that is switched off, and starts it again. */
  void reset() {
    tpm.restart();
  }

  /** A copy of it as it is now, in another folder: what a thief of its memory has. */
  TestTpm copy(Path other) {
    return new TestTpm(tpm.copy(other), endorsement);
  }

  byte[] file(String name) {
    return tpm.file(name);
  }

  void store(String name, byte[] bytes) {
    tpm.store(name, bytes);
  }

  @Override
  public void close() {
    tpm.close();
  }

  private void run(String... command) {
    tpm.run(command);
  }
}
