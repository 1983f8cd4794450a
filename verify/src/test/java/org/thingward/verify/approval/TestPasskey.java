package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;

/** An authenticator in software, of each algorithm, that does as it is told. */
public final class TestPasskey {
  final String operator;
  final byte[] id;
  int flags = 0x05;
  String origin = "https://localhost:9443";
  public String type = "webauthn.get";
  String more = "";

  /** How often it has signed, as it says itself. */
  public int counter = 1;

  private final String algorithm;
  private final KeyPair keys;

  /** One of ES256, EdDSA, RS256. */
  public TestPasskey(String operator, int id, String algorithm) {
    this.operator = operator;
    this.id = new byte[] {(byte) id, 2, 3, 4};
    this.algorithm = algorithm;
    this.keys = newKeys(algorithm);
  }

  private static KeyPair newKeys(String algorithm) {
    try {
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(
              Map.of("ES256", "EC", "EdDSA", "Ed25519", "RS256", "RSA").get(algorithm));
      if (!algorithm.equals("EdDSA")) {
        generator.initialize(algorithm.equals("ES256") ? 256 : 2_048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its id, in base64url. */
  public String name() {
    return base64(id);
  }

  /** An entry that registers it, vouched for by the bootstrap certificate. */
  public byte[] registered() {
    return registered(Map.of("bootstrap", Digest.of(new byte[1]).toString()));
  }

  /** An entry that registers it, vouched for by {@code other}. */
  byte[] registeredBy(TestPasskey other) {
    byte[] domain = "thingward passkey vouching v1\0".getBytes(US_ASCII);
    byte[] challenge = Digest.of(domain, CanonicalJson.encode(registration())).bytes();
    return registered(other.sign(challenge).tree());
  }

  /** An entry that registers it by an invitation: it counts once it is activated. */
  byte[] registeredByInvitation() {
    return registered(Map.of("invitation", Digest.of(new byte[2]).toString()));
  }

  /** What names its registration. */
  Digest registrationDigest() {
    return Digest.of(CanonicalJson.encode(registration()));
  }

  /** An entry by which this one's operator changes something about an operator. */
  byte[] changes(Map<String, Object> change, Digest after) {
    Map<String, Object> signed =
        Map.of(
            "format",
            1,
            "change",
            change,
            "by",
            operator,
            "after",
            after.toString(),
            "at",
            "2026-11-26T08:00:00Z",
            "console",
            "localhost",
            "port",
            9443);
    byte[] domain = "thingward passkey administration v1\0".getBytes(US_ASCII);
    byte[] challenge = Digest.of(domain, CanonicalJson.encode(signed)).bytes();
    return CanonicalJson.encode(
        Map.of("operator-change", signed, "signed-by", sign(challenge).tree()));
  }

  byte[] registered(Map<String, Object> vouchedBy) {
    Map<String, Object> tree = new HashMap<>(registration());
    tree.put("vouched-by", vouchedBy);
    return CanonicalJson.encode(tree);
  }

  Map<String, Object> registration() {
    return Map.of(
        "passkey",
        1,
        "operator",
        operator,
        "user",
        "dXNlcg",
        "console",
        "localhost",
        "registered",
        "2026-11-26T08:00:00Z",
        "port",
        9443,
        "attestation-object",
        base64(attestationObject()),
        "client-data",
        "e30");
  }

  /** What it answers when it is registered. */
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

  private byte[] authenticatorData(boolean attested) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Digest.of("localhost".getBytes(UTF_8)).bytes());
    out.write(attested ? 0x45 : flags);
    out.writeBytes(ByteBuffer.allocate(4).putInt(counter).array());
    if (attested) {
      out.writeBytes(new byte[16]);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) id.length).array());
      out.writeBytes(id);
      out.writeBytes(cose());
    }
    return out.toByteArray();
  }

  private byte[] cose() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (algorithm) {
      case "ES256" -> {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        out.writeBytes(new byte[] {(byte) 0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
        bytes(out, unsigned(key.getW().getAffineX(), 32));
        out.write(0x22);
        bytes(out, unsigned(key.getW().getAffineY(), 32));
      }
      case "EdDSA" -> {
        byte[] encoded = keys.getPublic().getEncoded();
        out.writeBytes(new byte[] {(byte) 0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21});
        bytes(out, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
      }
      default -> {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        out.writeBytes(new byte[] {(byte) 0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20});
        bytes(out, unsigned(key.getModulus(), 256));
        out.write(0x21);
        bytes(out, unsigned(key.getPublicExponent(), 3));
      }
    }
    return out.toByteArray();
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] exact = new byte[length];
    int taken = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - taken, exact, length - taken, taken);
    return exact;
  }

  /** Its answer to a challenge. */
  public Assertion sign(byte[] challenge) {
    byte[] data = authenticatorData(false);
    byte[] client =
        "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}"
            .formatted(type, base64(challenge), origin, more)
            .getBytes(UTF_8);
    try {
      Signature signature =
          Signature.getInstance(
              Map.of("ES256", "SHA256withECDSA", "EdDSA", "Ed25519", "RS256", "SHA256withRSA")
                  .get(algorithm));
      signature.initSign(keys.getPrivate());
      signature.update(data);
      signature.update(Digest.of(client).bytes());
      return new Assertion(name(), data, client, signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(0x60 | text.length());
    out.writeBytes(text.getBytes(US_ASCII));
  }

  private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
    out.write(bytes.length < 256 ? 0x58 : 0x59);
    out.writeBytes(
        bytes.length < 256
            ? new byte[] {(byte) bytes.length}
            : ByteBuffer.allocate(2).putShort((short) bytes.length).array());
    out.writeBytes(bytes);
  }
}
