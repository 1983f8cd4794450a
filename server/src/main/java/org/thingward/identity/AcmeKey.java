package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.thingward.platform.Base64Url;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A public key as ACME clients write it: a JSON Web Key (RFC 7517), reduced to what makes it that
 * key (RFC 7638). The same rules hold for it as for the keys of devices.
 *
 * @param jwk its required members, in canonical JSON
 * @param algorithm the one algorithm that it signs by
 * @param spki the same key as certificates hold it
 */
record AcmeKey(String jwk, AcmeAlgorithm algorithm, SubjectPublicKeyInfo spki) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_BYTES = 512;

  /**
   * Reads a key as it stands in a request.
   *
   * @throws AcmeRefused saying what is wrong with it
   */
  static AcmeKey read(JsonNode jwk) {
    if (!jwk.isObject() || jwk.has("d")) {
      throw refused("is no public JSON Web Key");
    }
    String type = text(jwk, "kty");
    return switch (type) {
      case "EC" -> elliptic(jwk);
      case "OKP" -> edwards(jwk);
      case "RSA" -> rsa(jwk);
      default -> throw refused("is of a type that signs nothing here: EC, OKP and RSA do");
    };
  }

  /** Reads what {@link #jwk()} gave. */
  static AcmeKey parse(String jwk) {
    return read(JSON.readTree(jwk));
  }

  /** RFC 7638: what names this key, and no other. */
  Digest thumbprint() {
    return Digest.of(jwk.getBytes(StandardCharsets.UTF_8));
  }

  /** The thumbprint as key authorizations carry it (RFC 8555 §8.1). */
  String thumbprintText() {
    return Base64Url.encode(thumbprint().bytes());
  }

  /** The digest of the key as certificates hold it: equal for equal keys, whatever their form. */
  Digest certified() {
    return Digest.of(der(spki));
  }

  byte[] der() {
    return der(spki);
  }

  private static AcmeKey elliptic(JsonNode jwk) {
    String curve = text(jwk, "crv");
    AcmeAlgorithm algorithm =
        switch (curve) {
          case "P-256" -> AcmeAlgorithm.ES256;
          case "P-384" -> AcmeAlgorithm.ES384;
          default -> throw refused("is on a curve that is not taken: P-256 and P-384 are");
        };
    int length = algorithm.signatureBytes() / 2;
    byte[] x = bytes(jwk, "x", length);
    byte[] y = bytes(jwk, "y", length);
    byte[] point = new byte[1 + 2 * length];
    point[0] = 4;
    System.arraycopy(x, 0, point, 1, length);
    System.arraycopy(y, 0, point, 1 + length, length);
    ASN1ObjectIdentifier name =
        algorithm == AcmeAlgorithm.ES256
            ? SECObjectIdentifiers.secp256r1
            : SECObjectIdentifiers.secp384r1;
    return checked(
        Map.of("kty", "EC", "crv", curve, "x", text(jwk, "x"), "y", text(jwk, "y")),
        algorithm,
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, name), point));
  }

  private static AcmeKey edwards(JsonNode jwk) {
    if (!text(jwk, "crv").equals("Ed25519")) {
      throw refused("is on a curve that is not taken: Ed25519 is");
    }
    return checked(
        Map.of("kty", "OKP", "crv", "Ed25519", "x", text(jwk, "x")),
        AcmeAlgorithm.EDDSA,
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), bytes(jwk, "x", 32)));
  }

  private static AcmeKey rsa(JsonNode jwk) {
    BigInteger modulus = number(jwk, "n");
    BigInteger exponent = number(jwk, "e");
    try {
      return checked(
          Map.of("kty", "RSA", "n", text(jwk, "n"), "e", text(jwk, "e")),
          AcmeAlgorithm.RS256,
          new SubjectPublicKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
              new RSAPublicKey(modulus, exponent)));
    } catch (IOException e) {
      throw new IllegalStateException("two numbers have no encoding", e);
    }
  }

  private static AcmeKey checked(
      Map<String, String> members, AcmeAlgorithm algorithm, SubjectPublicKeyInfo spki) {
    Optional<String> objection = DeviceKeyRules.objection(spki);
    if (objection.isPresent()) {
      throw refused(objection.get());
    }
    String canonical =
        new String(CanonicalJson.encode(new LinkedHashMap<>(members)), StandardCharsets.UTF_8);
    return new AcmeKey(canonical, algorithm, spki);
  }

  private static BigInteger number(JsonNode jwk, String member) {
    byte[] bytes = AcmeBase64.decode("the key's " + member, text(jwk, member));
    if (bytes.length == 0 || bytes.length > MOST_BYTES || bytes[0] == 0) {
      throw refused("has a number " + member + " with leading zeros, or too many digits");
    }
    return new BigInteger(1, bytes);
  }

  private static byte[] bytes(JsonNode jwk, String member, int length) {
    byte[] bytes = AcmeBase64.decode("the key's " + member, text(jwk, member));
    if (bytes.length != length) {
      throw refused("has a coordinate " + member + " of other than " + length + " bytes");
    }
    return bytes;
  }

  private static String text(JsonNode jwk, String member) {
    JsonNode value = jwk.path(member);
    if (!value.isString()) {
      throw refused("has no text '" + member + "'");
    }
    return value.asString();
  }

  private static AcmeRefused refused(String what) {
    return new AcmeRefused(AcmeError.BAD_PUBLIC_KEY, "The key " + what + ".");
  }

  private static byte[] der(SubjectPublicKeyInfo key) {
    try {
      return key.getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("a key that was read has no encoding", e);
    }
  }
}
