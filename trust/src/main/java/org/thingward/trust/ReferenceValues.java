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
  /**
   * The signed document that a product's values were taken from.
   *
   * @param version the document's; those that come later have higher ones
   * @param document the digest of its bytes
   */
  public record Published(long version, Digest document) {}

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
  private final SortedMap<Subject, Published> published;
  private final Digest digest;

  /** Reference values that are from no document; as the constructor with both. */
  public ReferenceValues(SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases) {
    this(releases, new TreeMap<>());
  }

  /**
   * Reference values.
   *
   * @param releases release → claim's name → digests
   * @param published product → the document that its values were taken from last
   * @throws IllegalArgumentException if values are given for what is no release, or a document of
   *     what is no product
   */
  public ReferenceValues(
      SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases,
      SortedMap<Subject, Published> published) {
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
    for (Subject product : published.keySet()) {
      if (product.kind() != SubjectKind.PRODUCT) {
        throw new IllegalArgumentException("documents are of products, not of " + product);
      }
    }
    this.releases = Collections.unmodifiableSortedMap(copy);
    this.published = Collections.unmodifiableSortedMap(new TreeMap<>(published));
    this.digest = Digest.of(canonical());
  }

  /** Release → claim's name → digests. */
  public SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases() {
    return releases;
  }

  /** Product → the document that its values were taken from last. */
  public SortedMap<Subject, Published> published() {
    return published;
  }

  /** The values of all releases of a product. */
  public SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> ofProduct(Subject product) {
    TreeMap<Subject, SortedMap<String, SortedSet<Digest>>> own = new TreeMap<>(releases);
    own.keySet().removeIf(release -> !isOf(product, release));
    return own;
  }

  /**
   * These, with the values of a product as a document has them.
   *
   * @param values of releases of that product
   */
  public ReferenceValues with(
      Subject product,
      SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> values,
      Published document) {
    TreeMap<Subject, SortedMap<String, SortedSet<Digest>>> all = new TreeMap<>(releases);
    all.keySet().removeIf(release -> isOf(product, release));
    all.putAll(values);
    TreeMap<Subject, Published> documents = new TreeMap<>(published);
    documents.put(product, document);
    return new ReferenceValues(all, documents);
  }

  private static boolean isOf(Subject product, Subject release) {
    return release.name().startsWith(product.name() + "@");
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
    return other instanceof ReferenceValues values && digest.equals(values.digest);
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
    Map<String, Object> all = new TreeMap<>(Map.of("reference-values", FORMAT, "releases", tree));
    if (!published.isEmpty()) {
      Map<String, Object> documents = new TreeMap<>();
      published.forEach((product, from) ->
          documents.put(
              product.name(),
              Map.of("version", from.version(), "document", from.document().toString())));
      all.put("published", documents);
    }
    return CanonicalJson.encode(all);
  }

  /** The values of one claim of a release; empty if none are known. */
  public SortedSet<Digest> values(Subject release, String claim) {
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
