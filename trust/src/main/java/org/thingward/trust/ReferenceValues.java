package org.thingward.trust;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The measurements that are known to be good (reference values, RFC 9334 §8.3): for each release
 * and claim, a set of digests. Each appraisal names them by their digest, which is therefore worked
 * out once: a fleet has many.
 */
public final class ReferenceValues {
  /** No reference value at all. */
  public static final ReferenceValues NONE = new ReferenceValues(new TreeMap<>());

  /** The version of the canonical form, its first member. */
  public static final int FORMAT = 1;

  /** How a measurement compares. */
  public enum Comparison {
    /** It is among the values of the release. */
    MATCHES,
    /** Values are known, and it is among none of them. */
    DIFFERS,
    /** No value is known to compare it with, or it is that of another release of the product. */
    UNKNOWN;

    /** The lower-case word used in policies. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases;
  private final Digest digest;

  /**
   * Reference values.
   *
   * @param releases release → claim's name → digests
   * @throws IllegalArgumentException if values are given for what is no release
   */
  public ReferenceValues(SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases) {
    TreeMap<Subject, SortedMap<String, SortedSet<Digest>>> copy = new TreeMap<>();
    releases.forEach((release, claims) -> {
      if (release.kind() != SubjectKind.RELEASE) {
        throw new IllegalArgumentException("reference values are of releases, not of " + release);
      }
      TreeMap<String, SortedSet<Digest>> values = new TreeMap<>();
      claims.forEach((claim, digests) ->
          values.put(claim, Collections.unmodifiableSortedSet(new TreeSet<>(digests))));
      copy.put(release, Collections.unmodifiableSortedMap(values));
    });
    this.releases = Collections.unmodifiableSortedMap(copy);
    this.digest = Digest.of(canonical());
  }

  /** Release → claim's name → digests. */
  public SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases() {
    return releases;
  }

  /**
   * How {@code measured}, stated as {@code claim} by a device that runs {@code release}, compares.
   */
  public Comparison compare(Subject release, String claim, Digest measured) {
    SortedSet<Digest> expected = values(release, claim);
    if (expected.contains(measured)) {
      return Comparison.MATCHES;
    }
    if (expected.isEmpty() || isOfAnotherRelease(release, claim, measured)) {
      return Comparison.UNKNOWN;
    }
    return Comparison.DIFFERS;
  }

  /** The digest of the canonical form: the name of these values in postures. */
  public Digest digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReferenceValues values && releases.equals(values.releases);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "ReferenceValues[" + digest + ", " + releases.keySet() + "]";
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>();
    releases.forEach((release, claims) -> {
      Map<String, List<String>> values = new TreeMap<>();
      claims.forEach(
          (claim, digests) -> values.put(claim, digests.stream().map(Digest::toString).toList()));
      tree.put(release.name(), values);
    });
    return CanonicalJson.encode(Map.of("reference-values", FORMAT, "releases", tree));
  }

  private SortedSet<Digest> values(Subject release, String claim) {
    SortedMap<String, SortedSet<Digest>> claims = releases.get(release);
    SortedSet<Digest> values = claims == null ? null : claims.get(claim);
    return values == null ? Collections.emptySortedSet() : values;
  }

  private boolean isOfAnotherRelease(Subject release, String claim, Digest measured) {
    String ofProduct = release.name().substring(0, release.name().indexOf('@') + 1);
    return releases.keySet().stream()
        .filter(other -> other.name().startsWith(ofProduct))
        .anyMatch(other -> values(other, claim).contains(measured));
  }
}
