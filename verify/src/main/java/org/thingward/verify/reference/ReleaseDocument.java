package org.thingward.verify.reference;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.PublicKey;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.thingward.trust.Digest;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.verify.jws.CompactJws;
import org.thingward.verify.jws.JwsRefused;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * All reference values of a product's releases, as a document in the shape of CoRIM: a tag's
 * identity and version, and triples of an environment (the product) and its measurements, each for
 * one version of it.
 *
 * @param product whose releases
 * @param version the document's; one that comes later has a higher one
 * @param releases release → claim's name → digests
 */
public record ReleaseDocument(
    Subject product,
    long version,
    SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases) {
  /** The profile that documents name. */
  public static final String PROFILE = "tag:thingward.org,2026:reference-values#1";

  /** What kind of signed object they are. */
  public static final String TYPE = "reference-values+jws";

  /** How many characters a signed one has at most. */
  public static final int LONGEST = 1 << 20;

  private static final Pattern CLAIM = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+){0,7}");
  private static final int LONGEST_CLAIM = 64;
  private static final int MOST_VALUES = 10_000;

  public ReleaseDocument {
    releases = Collections.unmodifiableSortedMap(new TreeMap<>(releases));
  }

  /**
   * Verifies a signed document.
   *
   * @param keysOf the keys that may sign for a product
   * @throws ReferenceRefused with the reason, if none of the product's keys signed it, or it says
   *     anything else than such documents do
   */
  public static ReleaseDocument verified(String signed, Function<Subject, Set<PublicKey>> keysOf) {
    try {
      CompactJws jws = CompactJws.read(signed, LONGEST);
      if (jws.type().filter(TYPE::equals).isEmpty()) {
        throw new ReferenceRefused("header: typ is not " + TYPE);
      }
      // The product is needed to find its keys; what was read is given out only if one signed it.
      ReleaseDocument claimed = read(jws.unverified());
      Set<PublicKey> keys = keysOf.apply(claimed.product());
      if (keys.isEmpty()) {
        throw new ReferenceRefused(
            "the policy names no release key of " + claimed.product().name() + " (release-keys)");
      }
      String name =
          jws.key().orElseThrow(() -> new ReferenceRefused("header: names no key by kid"));
      PublicKey key =
          keys.stream()
              .filter(one -> ReleaseKey.name(one).toString().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new ReferenceRefused(
                      "header: kid names none of the release keys of " + claimed.product().name()));
      return read(jws.payload(key));
    } catch (JwsRefused | RecordRefused refused) {
      throw new ReferenceRefused(String.valueOf(refused.getMessage()), refused);
    }
  }

  /**
   * Reads one that is not signed.
   *
   * @throws ReferenceRefused with the place and the reason, if it is none
   */
  public static ReleaseDocument read(byte[] json) {
    try {
      return read(JsonPart.read(json));
    } catch (RecordRefused refused) {
      throw new ReferenceRefused(String.valueOf(refused.getMessage()), refused);
    }
  }

  /** What these values are to be known by, of a signed document. */
  public ReferenceValues.Published published(String signed) {
    return new ReferenceValues.Published(version, Digest.of(signed.getBytes(US_ASCII)));
  }

  private static ReleaseDocument read(JsonPart root) {
    root.only(Set.of("profile", "tag-identity", "triples"));
    if (!root.member("profile").text().equals(PROFILE)) {
      throw root.member("profile").refused("is not " + PROFILE);
    }
    JsonPart tag = root.member("tag-identity").only(Set.of("tag-id", "tag-version"));
    Subject product = tag.member("tag-id").of(Subject::product);
    long version = tag.member("tag-version").number();
    if (version < 0) {
      throw tag.member("tag-version").refused("is less than 0");
    }
    SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases = new TreeMap<>();
    int values = 0;
    for (JsonPart triple :
        root.member("triples")
            .only(Set.of("reference-triples"))
            .member("reference-triples")
            .items()) {
      triple.only(Set.of("environment", "measurements"));
      requireOf(product, triple.member("environment"));
      for (JsonPart measurement : triple.member("measurements").items()) {
        values += add(product, measurement, releases);
      }
    }
    if (values == 0 || values > MOST_VALUES) {
      throw root.member("triples").refused("has not 1 to " + MOST_VALUES + " digests");
    }
    return new ReleaseDocument(product, version, releases);
  }

  private static void requireOf(Subject product, JsonPart environment) {
    JsonPart model =
        environment
            .only(Set.of("class"))
            .member("class")
            .only(Set.of("model", "vendor"))
            .member("model");
    if (!model.text().equals(product.name())) {
      throw model.refused("is not " + product.name() + ", of which the document is");
    }
  }

  /** Takes up one measurement; how many digests it has. */
  private static int add(
      Subject product,
      JsonPart measurement,
      SortedMap<Subject, SortedMap<String, SortedSet<Digest>>> releases) {
    measurement.only(Set.of("mkey", "mval"));
    String claim = measurement.member("mkey").text();
    if (claim.length() > LONGEST_CLAIM || !CLAIM.matcher(claim).matches()) {
      throw measurement.member("mkey").refused("is no name of a claim");
    }
    JsonPart value = measurement.member("mval").only(Set.of("version", "digests"));
    JsonPart version = value.member("version").only(Set.of("version", "version-scheme"));
    Subject release = version.member("version").of(text -> Subject.release(product.name(), text));
    List<JsonPart> digests = value.member("digests").items();
    SortedSet<Digest> known =
        releases
            .computeIfAbsent(release, it -> new TreeMap<>())
            .computeIfAbsent(claim, it -> new TreeSet<>());
    digests.forEach(digest -> known.add(digest.digest()));
    return digests.size();
  }
}
