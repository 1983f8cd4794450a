package org.thingward.attestation;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.platform.Database;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Subject;

/**
 * Which endorsement keys devices of a product may have: all, until an operator gives a list. That
 * there is one, and which, is evidence about the product; what the database holds counts if it is
 * that list to the last key (rule L4).
 */
final class AllowedKeys {
  private static final String KIND = "attestation.allowed";
  private static final String ALLOWED = "tpm.allowed";
  private static final String LIST = "tpm.allowed.list";
  private static final String COUNT = "tpm.allowed.keys";
  private static final ClaimValue LISTED = new ClaimValue.Word("listed");

  private final AllowedKeyStore store;
  private final EvidenceSink sink;
  private final Time time;
  private final Map<Digest, SortedSet<Digest>> known = new ConcurrentHashMap<>();

  AllowedKeys(Database database, EvidenceSink sink, Time time) {
    this.store = new AllowedKeyStore(database);
    this.sink = sink;
    this.time = time;
  }

  /** The product's list; empty if any key will do. */
  Optional<SortedSet<Digest>> list(Subject product) {
    return digest(product).map(list -> known.computeIfAbsent(list, it -> whole(product, it)));
  }

  private Optional<Digest> digest(Subject product) {
    return sink.newest(product, KIND)
        .map(EvidenceSink.Stated::evidence)
        .filter(stated -> LISTED.equals(stated.claims().get(ALLOWED)))
        .map(stated ->
            stated.claims().get(LIST) instanceof ClaimValue.Digests(var digests)
                ? digests.first()
                : Digest.of());
  }

  private SortedSet<Digest> whole(Subject product, Digest list) {
    SortedSet<Digest> keys = store.find(product, list);
    if (!digest(keys).equals(list)) {
      throw new Problem(
          503,
          "allowed-keys-lost",
          "The list of endorsement keys of %s is not the one on record. Give it again: thingward tpm allow."
              .formatted(product.name()));
    }
    return keys;
  }

  /** Whether a device of this product may have the endorsement key with this digest. */
  boolean allows(Optional<Subject> product, Digest key) {
    return product.flatMap(this::list).map(keys -> keys.contains(key)).orElse(true);
  }

  /** Allows these beside those of the list so far, which begins with them if there was none. */
  synchronized void allow(Subject product, SortedSet<Digest> keys, Digest raw) {
    SortedSet<Digest> all = new TreeSet<>(keys);
    all.addAll(soFar(product));
    Digest list = digest(all);
    store.insert(product, list, all);
    state(
        product,
        Map.of(
            ALLOWED, LISTED,
            LIST, new ClaimValue.Digests(new TreeSet<>(List.of(list))),
            COUNT, new ClaimValue.Count(all.size())),
        raw);
    store.keepOnly(product, list);
    known.clear();
  }

  /** Those of the list on record; what was lost of it is given anew. */
  private SortedSet<Digest> soFar(Subject product) {
    try {
      return list(product).orElseGet(TreeSet::new);
    } catch (Problem lost) {
      return new TreeSet<>();
    }
  }

  /** Allows any key again. */
  synchronized void allowAny(Subject product, Digest raw) {
    state(product, Map.of(ALLOWED, new ClaimValue.Word("anyone")), raw);
  }

  private void state(Subject product, Map<String, ClaimValue> claims, Digest raw) {
    try {
      var unused =
          sink.state(
              new Evidence(
                  product,
                  KIND,
                  Statements.SOURCE,
                  AssuranceLevel.L5,
                  new TreeMap<>(claims),
                  time.now(),
                  Evidence.NO_END,
                  raw));
    } catch (EvidenceRefused refused) {
      throw new Problem(422, "evidence-refused", String.valueOf(refused.getMessage()));
    }
  }

  private static Digest digest(SortedSet<Digest> keys) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    keys.forEach(key -> all.writeBytes(key.bytes()));
    return Digest.of(all.toByteArray());
  }
}
