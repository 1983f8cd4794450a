package org.thingward.verify.ear;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.verify.jws.CompactJws;
import org.thingward.verify.jws.JwsRefused;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.tpm.TpmCurve;

/**
 * The keys whose signatures under attestation results are believed: a set of JSON web keys (RFC
 * 7517), each for ES256 on P-256 and named by its thumbprint or as it says.
 */
public final class EarKeys {
  private static final int COORDINATE = 32;
  private static final int MOST = 32;

  private final Map<String, ECPublicKey> byName;

  private EarKeys(Map<String, ECPublicKey> byName) {
    this.byName = Map.copyOf(byName);
  }

  /** Those, named by their thumbprints (RFC 7638). */
  public static EarKeys of(List<ECPublicKey> keys) {
    Map<String, ECPublicKey> byName = new LinkedHashMap<>();
    keys.forEach(key -> byName.put(name(key), key));
    return new EarKeys(byName);
  }

  /**
   * Reads a set.
   *
   * @throws EarRefused if it is none, or holds a key that signs otherwise
   */
  public static EarKeys read(byte[] json) {
    try {
      Map<String, ECPublicKey> byName = new LinkedHashMap<>();
      List<JsonPart> keys = JsonPart.read(json).member("keys").items();
      if (keys.isEmpty() || keys.size() > MOST) {
        throw new EarRefused("keys: a set of 1 to " + MOST + " keys");
      }
      for (JsonPart part : keys) {
        ECPublicKey key = key(part);
        String name = part.has("kid") ? part.member("kid").text() : name(key);
        if (byName.put(name, key) != null) {
          throw part.refused("has the name of another");
        }
      }
      return new EarKeys(byName);
    } catch (RecordRefused | JwsRefused refused) {
      throw new EarRefused(String.valueOf(refused.getMessage()), refused);
    }
  }

  private static ECPublicKey key(JsonPart part) {
    require(part, "kty", "EC");
    require(part, "crv", "P-256");
    if (part.has("alg")) {
      require(part, "alg", "ES256");
    }
    if (part.has("use")) {
      require(part, "use", "sig");
    }
    if (part.has("d")) {
      throw part.refused("is a private key; it is one no more");
    }
    ECPoint point = new ECPoint(coordinate(part, "x"), coordinate(part, "y"));
    if (!TpmCurve.P256.has(point)) {
      throw part.refused("is no point of P-256");
    }
    try {
      return (ECPublicKey)
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(point, TpmCurve.P256.parameters()));
    } catch (GeneralSecurityException e) {
      throw new EarRefused("a key that is none: " + e.getMessage(), e);
    }
  }

  private static void require(JsonPart part, String member, String value) {
    if (!part.member(member).text().equals(value)) {
      throw part.member(member).refused("is not " + value);
    }
  }

  private static BigInteger coordinate(JsonPart part, String member) {
    byte[] bytes = CompactJws.bytes(part.member(member).text());
    if (bytes.length != COORDINATE) {
      throw part.member(member).refused("is not of " + COORDINATE + " bytes");
    }
    return new BigInteger(1, bytes);
  }

  /** The key of this name. */
  Optional<ECPublicKey> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The set as JSON. */
  public byte[] json() {
    List<Map<String, String>> keys =
        byName.entrySet().stream()
            .map(each -> {
              Map<String, String> members = members(each.getValue());
              members.put("kid", each.getKey());
              members.put("alg", "ES256");
              members.put("use", "sig");
              return members;
            })
            .toList();
    return CanonicalJson.encode(Map.of("keys", keys));
  }

  /** A key's thumbprint. */
  public static String name(ECPublicKey key) {
    Digest digest = Digest.of(CanonicalJson.encode(members(key)));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.bytes());
  }

  private static Map<String, String> members(ECPublicKey key) {
    return new TreeMap<>(
        Map.of(
            "kty",
            "EC",
            "crv",
            "P-256",
            "x",
            text(key.getW().getAffineX()),
            "y",
            text(key.getW().getAffineY())));
  }

  private static String text(BigInteger coordinate) {
    byte[] number = coordinate.toByteArray();
    byte[] exact = new byte[COORDINATE];
    int taken = Math.min(COORDINATE, number.length);
    System.arraycopy(number, number.length - taken, exact, COORDINATE - taken, taken);
    return new String(
        Base64.getUrlEncoder().withoutPadding().encode(exact), StandardCharsets.US_ASCII);
  }
}
