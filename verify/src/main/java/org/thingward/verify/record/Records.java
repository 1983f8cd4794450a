package org.thingward.verify.record;

import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;

/**
 * Reads records from their canonical forms. Each method takes exactly the bytes that {@code
 * canonical()} of its result gives, and throws {@link RecordRefused} for all others.
 */
public final class Records {
  private Records() {}

  /** A piece of evidence. */
  public static Evidence evidence(byte[] canonical) {
    return exact(canonical, EvidenceForm::read, Evidence::canonical);
  }

  /** A posture. */
  public static Posture posture(byte[] canonical) {
    return exact(canonical, PostureForm::read, Posture::canonical);
  }

  /** A decision, with its grant if it has one. */
  public static Decision decision(byte[] canonical) {
    return exact(canonical, DecisionForm::read, Decision::canonical);
  }

  /** Whether an entry of type decision counts repeated denials; if not it is a decision. */
  public static boolean areRepeatedDenials(byte[] canonical) {
    return RepeatedDenials.isOne(JsonPart.read(canonical));
  }

  /** A count of repeated denials. */
  public static RepeatedDenials repeatedDenials(byte[] canonical) {
    return exact(canonical, RepeatedDenials::read, RepeatedDenials::canonical);
  }

  /** The end of a grant. */
  public static EndedGrant endedGrant(byte[] canonical) {
    return exact(canonical, EndedGrant::read, EndedGrant::canonical);
  }

  /** Reference values, in their canonical form. */
  public static ReferenceValues referenceValues(byte[] canonical) {
    return exact(canonical, Records::references, ReferenceValues::canonical);
  }

  /**
   * Reference values as a person writes them: the same members as the canonical form, in any order
   * and with any space.
   */
  public static ReferenceValues writtenReferenceValues(byte[] json) {
    return references(JsonPart.read(json));
  }

  /** Claims alone, as a person or device writes them: an object of name and typed value. */
  public static SortedMap<String, ClaimValue> claims(byte[] json) {
    return EvidenceForm.claims(JsonPart.read(json));
  }

  static void requireFormat(JsonPart part, String member, int format) {
    if (part.member(member).number() != format) {
      throw part.member(member).refused("is not " + format + ", the only version there is");
    }
  }

  private static <T> T exact(
      byte[] bytes, Function<JsonPart, T> read, Function<T, byte[]> canonical) {
    JsonPart part = JsonPart.read(bytes);
    T value = part.checked(() -> read.apply(part));
    if (!Arrays.equals(bytes, part.checked(() -> canonical.apply(value)))) {
      throw new RecordRefused("the record is not in canonical form (RFC 8785)");
    }
    return value;
  }

  private static ReferenceValues references(JsonPart part) {
    JsonPart root = part.only(Set.of("reference-values", "releases", "published"));
    SortedMap<Subject, ReferenceValues.Published> published = new TreeMap<>();
    if (root.has("published")) {
      JsonPart all = root.member("published");
      for (String name : all.names()) {
        JsonPart from = all.member(name).only(Set.of("version", "document"));
        published.put(
            from.checked(() -> Subject.product(name)),
            new ReferenceValues.Published(
                from.member("version").number(), from.member("document").digest()));
      }
    }
    return new ReferenceValues(releases(root), published);
  }

  private static SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases(JsonPart root) {
    requireFormat(root, "reference-values", ReferenceValues.FORMAT);
    SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases = new TreeMap<>();
    JsonPart all = root.member("releases");
    for (String name : all.names()) {
      JsonPart claims = all.member(name);
      SortedMap<String, SortedSet<Digest>> values = new TreeMap<>();
      for (String claim : claims.names()) {
        SortedSet<Digest> digests = new TreeSet<>();
        claims.member(claim).items().forEach(item -> digests.add(item.digest()));
        values.put(claim, digests);
      }
      releases.put(claims.checked(() -> Subject.parse("release:" + name)), values);
    }
    return releases;
  }
}
