package org.thingward.verify.eat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.thingward.trust.Digest;
import org.thingward.verify.jws.CompactJws;
import org.thingward.verify.jws.JwsRefused;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * What a device says of its software, over a nonce that it was given, once its signature holds (RFC
 * 9711). Nothing but its own software measured it: who took that over says what it likes.
 *
 * @param version the version that it runs ({@code swversion})
 * @param components the digests of the parts of it, by name; 1 to 16
 */
public record SoftwareToken(String version, SortedMap<String, Digest> components) {
  /** The profile that such tokens name. */
  public static final String PROFILE = "tag:thingward.org,2026:software-attestation#1";

  /** Their type (RFC 9782). */
  public static final String TYPE = "eat+jwt";

  /** How many characters they have at most. */
  public static final int LONGEST = 16 << 10;

  private static final String COMPONENTS = "thingward_components";
  private static final Set<String> CLAIMS =
      Set.of("eat_profile", "eat_nonce", "swversion", COMPONENTS, "iat", "exp");
  private static final Pattern VERSION = Pattern.compile("[\\x21-\\x7e]{1,64}");
  private static final Pattern COMPONENT = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+){0,4}");
  private static final int LONGEST_NAME = 32;
  private static final int MOST_COMPONENTS = 16;
  private static final Duration OLD = Duration.ofMinutes(5);
  private static final Duration AHEAD = Duration.ofMinutes(1);

  public SoftwareToken {
    components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
  }

  /**
   * Verifies a token.
   *
   * @param key the device's
   * @param nonce what it was given, as text
   * @param at this moment
   * @throws EatRefused with the reason, if the key did not sign it, it answers another nonce, is of
   *     another time, or says anything else than such tokens do
   */
  public static SoftwareToken verified(String token, PublicKey key, String nonce, Instant at) {
    try {
      CompactJws jws = CompactJws.read(token, LONGEST);
      if (!jws.type().equals(Optional.of(TYPE))) {
        throw new EatRefused("header: typ is not " + TYPE);
      }
      return read(JsonPart.read(jws.payload(key)).only(CLAIMS), nonce, at);
    } catch (JwsRefused | RecordRefused refused) {
      throw new EatRefused(String.valueOf(refused.getMessage()), refused);
    }
  }

  private static SoftwareToken read(JsonPart claims, String nonce, Instant at) {
    if (!claims.member("eat_profile").text().equals(PROFILE)) {
      throw claims.member("eat_profile").refused("is not " + PROFILE);
    }
    byte[] answered = claims.member("eat_nonce").text().getBytes(US_ASCII);
    if (!MessageDigest.isEqual(answered, nonce.getBytes(US_ASCII))) {
      throw claims.member("eat_nonce").refused("answers another nonce than the one given");
    }
    requireNow(claims, at);
    SortedMap<String, Digest> components = new TreeMap<>();
    JsonPart stated = claims.member(COMPONENTS);
    stated.names().forEach(name -> components.put(name, component(stated.member(name), name)));
    if (components.isEmpty() || components.size() > MOST_COMPONENTS) {
      throw stated.refused("has not 1 to " + MOST_COMPONENTS + " parts");
    }
    return new SoftwareToken(version(claims.member("swversion")), components);
  }

  /** A device need not know the time; one that says it is not far off. */
  private static void requireNow(JsonPart claims, Instant at) {
    if (claims.has("iat")) {
      Instant issued = seconds(claims.member("iat"));
      if (issued.isBefore(at.minus(OLD)) || issued.isAfter(at.plus(AHEAD))) {
        throw claims.member("iat").refused("is " + issued + ", which is not now");
      }
    }
    if (claims.has("exp") && !at.isBefore(seconds(claims.member("exp")))) {
      throw claims.member("exp").refused("is past");
    }
  }

  private static Instant seconds(JsonPart part) {
    long seconds = part.number();
    if (seconds < 0 || seconds > Integer.MAX_VALUE * 4L) {
      throw part.refused("is no time");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** The version, and by which scheme it counts (RFC 9711 §4.2.7), which nothing here asks for. */
  private static String version(JsonPart part) {
    List<JsonPart> items = part.items();
    if (items.isEmpty() || items.size() > 2) {
      throw part.refused("is not a version, and at most its scheme");
    }
    items.forEach(item -> {
      if (!VERSION.matcher(item.text()).matches()) {
        throw item.refused("has not 1 to 64 printable characters");
      }
    });
    return items.getFirst().text();
  }

  private static Digest component(JsonPart part, String name) {
    if (name.length() > LONGEST_NAME || !COMPONENT.matcher(name).matches()) {
      throw part.refused("is no name of a part: lower-case words joined by -, at most 32 long");
    }
    return part.digest();
  }
}
