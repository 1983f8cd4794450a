package org.thingward.attestation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
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
 * Which endorsement keys devices of a product may have: all, until an operator gives a list, in
 * which a key may be for one device alone. That there is one, and which, is evidence about the
 * product; what the database holds counts if it is that list to the last key (rule L4).
 */
final class AllowedKeys {
  private static final String KIND = "attestation.allowed";
  private static final String ALLOWED = "tpm.allowed";
  private static final String LIST = "tpm.allowed.list";
  private static final String COUNT = "tpm.allowed.keys";
  private static final byte[] NAMED =
      "thingward/allowed-keys/v2\n".getBytes(StandardCharsets.US_ASCII);
  private static final ClaimValue LISTED = new ClaimValue.Word("listed");

  private final AllowedKeyStore store;
  private final EvidenceSink sink;
  private final Time time;
  private final Map<Digest, SortedMap<Digest, Optional<Subject>>> known = new ConcurrentHashMap<>();

  AllowedKeys(Database database, EvidenceSink sink, Time time) {
    this.store = new AllowedKeyStore(database);
    this.sink = sink;
    this.time = time;
  }

  /** The product's list, each key with the device that it is for; empty if any key will do. */
  Optional<SortedMap<Digest, Optional<Subject>>> list(Subject product) {
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

  private SortedMap<Digest, Optional<Subject>> whole(Subject product, Digest list) {
    SortedMap<Digest, Optional<Subject>> keys = store.find(product, list);
    if (!digest(keys).equals(list)) {
      throw new Problem(
          503,
          "allowed-keys-lost",
          "The list of endorsement keys of %s is not the one on record. Give it again: thingward tpm allow."
              .formatted(product.name()));
    }
    return keys;
  }

  /** Whether this device of this product may have the endorsement key with this digest. */
  boolean allows(Optional<Subject> product, Subject device, Digest key) {
    return product
        .flatMap(this::list)
        .map(keys -> keys.containsKey(key) && keys.get(key).map(device::equals).orElse(true))
        .orElse(true);
  }

  /** Whether the product has a list with this key, for whichever of its devices. */
  boolean lists(Subject product, Digest key) {
    return list(product).filter(keys -> keys.containsKey(key)).isPresent();
  }

  /**
   * Allows these beside those of the list so far, which begins with them if there was none. A key
   * that is for a device stays for it.
   *
   * @throws Problem 409 if one is for another device by now
   */
  synchronized void allow(Subject product, SortedMap<Digest, Optional<Subject>> keys, Digest raw) {
    SortedMap<Digest, Optional<Subject>> all = new TreeMap<>(keys);
    soFar(product)
        .forEach((key, device) -> all.merge(key, device, (given, held) -> one(key, given, held)));
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

  private static Optional<Subject> one(
      Digest key, Optional<Subject> given, Optional<Subject> held) {
    if (given.isPresent() && held.isPresent() && !given.equals(held)) {
      throw new Problem(
          409,
          "listed-for-another",
          "The endorsement key %s is listed for %s. End the list first, which others must agree to."
              .formatted(key, held.get().name()));
    }
    return given.or(() -> held);
  }

  /** Those of the list on record; what was lost of it is given anew. */
  private SortedMap<Digest, Optional<Subject>> soFar(Subject product) {
    try {
      return list(product).orElseGet(TreeMap::new);
    } catch (Problem lost) {
      return new TreeMap<>();
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

  /** A list without devices is digested as before there were any. */
  private static Digest digest(SortedMap<Digest, Optional<Subject>> keys) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    boolean named = keys.values().stream().anyMatch(Optional::isPresent);
    if (named) {
      all.writeBytes(NAMED);
    }
    keys.forEach((key, device) -> {
      all.writeBytes(key.bytes());
      if (named) {
        byte[] name = device.map(Subject::name).orElse("").getBytes(StandardCharsets.US_ASCII);
        all.write(name.length);
        all.writeBytes(name);
      }
    });
    return Digest.of(all.toByteArray());
  }
}
