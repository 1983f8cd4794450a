package org.thingward.access;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.thingward.trust.Digest;

/**
 * An authenticator in software that does as it is told, also what none should: so that what a
 * browser and an honest key would never send can be sent. P-256, attestation "none".
 */
public final class SoftwareAuthenticator {
  static final int PRESENT = 0x01;
  static final int VERIFIED = 0x04;
  private static final int ATTESTED = 0x40;

  String rp = "localhost";
  public String origin = "https://localhost:9443";
  String more = ",\"crossOrigin\":false";
  int flags = PRESENT | VERIFIED;
  public int counter = 1;
  public final byte[] id = new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  private final KeyPair keys = newKeys();

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public byte[] clientData(String type, String challenge) {
    return "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}"
        .formatted(type, challenge, origin, more)
        .getBytes(StandardCharsets.UTF_8);
  }

  public byte[] attestationObject() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xA3);
    text(out, "fmt");
    text(out, "none");
    text(out, "attStmt");
    out.write(0xA0);
    text(out, "authData");
    bytes(out, authenticatorData(true));
    return out.toByteArray();
  }

  /** What a maker had it say of itself, over what the browser said of the ceremony. */
  byte[] attestedBy(AttestingMaker maker, byte[] clientData) {
    byte[] data = authenticatorData(true);
    return packed(data, maker.sign(data, Digest.of(clientData).bytes()), maker.batchCertificate());
  }

  /** What it says of itself, by its own key alone. */
  byte[] attestedByItself(byte[] clientData) {
    byte[] data = authenticatorData(true);
    return packed(data, sign(data, clientData), new byte[0]);
  }

  private static byte[] packed(byte[] data, byte[] signature, byte[] certificate) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xA3);
    text(out, "fmt");
    text(out, "packed");
    text(out, "attStmt");
    out.write(certificate.length == 0 ? 0xA2 : 0xA3);
    text(out, "alg");
    out.write(0x26);
    text(out, "sig");
    bytes(out, signature);
    if (certificate.length > 0) {
      text(out, "x5c");
      out.write(0x81);
      bytes(out, certificate);
    }
    text(out, "authData");
    bytes(out, data);
    return out.toByteArray();
  }

  public byte[] authenticatorData(boolean attested) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Digest.of(rp.getBytes(StandardCharsets.UTF_8)).bytes());
    out.write(attested ? flags | ATTESTED : flags);
    out.writeBytes(ByteBuffer.allocate(4).putInt(counter).array());
    if (attested) {
      out.writeBytes(new byte[16]);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) id.length).array());
      out.writeBytes(id);
      coseKey(out);
    }
    return out.toByteArray();
  }

  private void coseKey(ByteArrayOutputStream out) {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    out.writeBytes(new byte[] {(byte) 0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
    bytes(out, unsigned(key.getW().getAffineX()));
    out.write(0x22);
    bytes(out, unsigned(key.getW().getAffineY()));
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] exact = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, exact, 32 - length, length);
    return exact;
  }

  public byte[] sign(byte[] authenticatorData, byte[] clientData) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(authenticatorData);
      signature.update(Digest.of(clientData).bytes());
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(0x60 | text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
    if (bytes.length < 256) {
      out.write(0x58);
      out.write(bytes.length);
    } else {
      out.write(0x59);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) bytes.length).array());
    }
    out.writeBytes(bytes);
  }
}
