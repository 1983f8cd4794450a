package org.thingward.trust;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a source saw of a subject: authenticated, dated, and not yet judged.
 *
 * <p>Per (subject, kind, source) the newest by {@code received} replaces the former (rule T3).
 *
 * <p>A value, and no record only because it carries its own name: each appraisal asks for it.
 */
public final class Evidence {
  /** No well-defined end: the instant that RFC 5280 §4.1.2.5 uses for it. */
  public static final Instant NO_END = Instant.parse("9999-12-31T23:59:59Z");

  /** The version of the canonical form, its first member. */
  public static final int FORMAT = 1;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+){0,7}");
  private static final int MAX_CLAIMS = 64;

  private final Subject subject;
  private final String kind;
  private final String source;
  private final AssuranceLevel assurance;
  private final SortedMap<String, ClaimValue> claims;
  private final Instant received;
  private final Instant holdsUntil;
  private final Digest raw;
  private final Digest id;
  private final int length;

  /**
   * A piece of evidence.
   *
   * @param subject whom it is about
   * @param kind the kind of statement, as the policy declares it, e.g. {@code boot}; one kind feeds
   *     one or more claims
   * @param source the registered source that states it, e.g. {@code attestation}
   * @param assurance how strongly the raw material is bound to the subject
   * @param claims what was seen, by claim name; 1 to 64
   * @param received when this server received it, to the microsecond; the only time that orders
   * @param holdsUntil until when the source lets it hold; {@link #NO_END} if it sets no end. The
   *     policy may cap it
   * @param raw the digest of the raw material (quote, document, request) that was checked
   * @throws IllegalArgumentException saying which name or bound is wrong
   */
  public Evidence(
      Subject subject,
      String kind,
      String source,
      AssuranceLevel assurance,
      SortedMap<String, ClaimValue> claims,
      Instant received,
      Instant holdsUntil,
      Digest raw) {
    requireName("kind", kind);
    requireName("source", source);
    claims.keySet().forEach(name -> requireName("claim", name));
    if (claims.isEmpty() || claims.size() > MAX_CLAIMS) {
      throw new IllegalArgumentException("evidence makes 1 to 64 claims, not " + claims.size());
    }
    this.subject = subject;
    this.kind = kind;
    this.source = source;
    this.assurance = assurance;
    this.claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
    this.received = received.truncatedTo(ChronoUnit.MICROS);
    this.holdsUntil = holdsUntil.truncatedTo(ChronoUnit.MICROS);
    this.raw = raw;
    byte[] canonical = encoded(this);
    this.id = Digest.of(canonical);
    this.length = canonical.length;
  }

  /** Whom it is about. */
  public Subject subject() {
    return subject;
  }

  /** The kind of statement, as the policy declares it. */
  public String kind() {
    return kind;
  }

  /** The registered source that states it. */
  public String source() {
    return source;
  }

  /** How strongly the raw material is bound to the subject. */
  public AssuranceLevel assurance() {
    return assurance;
  }

  /** What was seen, by claim name; not to be changed. */
  public SortedMap<String, ClaimValue> claims() {
    return claims;
  }

  /** When this server received it, to the microsecond. */
  public Instant received() {
    return received;
  }

  /** Until when the source lets it hold. */
  public Instant holdsUntil() {
    return holdsUntil;
  }

  /** The digest of the raw material. */
  public Digest raw() {
    return raw;
  }

  /** The digest of the canonical form: the evidence's name everywhere. */
  public Digest id() {
    return id;
  }

  /** The canonical form (RFC 8785): what is committed to the ledger and read back by `verify`. */
  public byte[] canonical() {
    return encoded(this);
  }

  /** How many bytes its canonical form has. */
  public int length() {
    return length;
  }

  /** The same canonical form, and so the same in every part. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Evidence evidence && id.equals(evidence.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return new String(canonical(), StandardCharsets.UTF_8);
  }

  private static byte[] encoded(Evidence of) {
    Map<String, Object> claimTree = new TreeMap<>();
    of.claims.forEach((name, value) -> claimTree.put(name, tree(value)));
    Map<String, Object> tree = new TreeMap<>();
    tree.put("evidence", FORMAT);
    tree.put("subject", of.subject.toString());
    tree.put("kind", of.kind);
    tree.put("source", of.source);
    tree.put("assurance", of.assurance.name());
    tree.put("claims", claimTree);
    tree.put("received", of.received.toString());
    tree.put("holds-until", of.holdsUntil.toString());
    tree.put("raw", of.raw.toString());
    return CanonicalJson.encode(tree);
  }

  private static Map<String, Object> tree(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Word(String word) -> Map.of("word", word);
      case ClaimValue.Flag(boolean set) -> Map.of("flag", set);
      case ClaimValue.Count(long number) -> Map.of("count", number);
      case ClaimValue.Span span -> Map.of("seconds", span.length().toSeconds());
      case ClaimValue.Moment(Instant at) -> Map.of("moment", at.toString());
      case ClaimValue.Measurement(Digest digest) -> Map.of("measurement", digest.toString());
      case ClaimValue.Link(Subject subject) -> Map.of("link", subject.toString());
      case ClaimValue.Digests digests ->
          Map.of("digests", digests.digests().stream().map(Digest::toString).toList());
    };
  }

  private static void requireName(String what, String name) {
    if (name.length() > 64 || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name for a %s: lower-case words joined by . or -, at most 64 characters"
              .formatted(name.length() <= 80 ? name : name.substring(0, 80), what));
    }
  }
}
