package org.thingward.inventory;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.EvidenceSink.Stated;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the log knows of the inventory (rule L4): a record counts as it was last stated, or as an
 * operator changed it since, which has an entry of its own. A row of the database that says
 * something else is stated to nobody.
 */
final class OnRecord {
  private static final String CHANGE = "inventory-change";
  private static final String RECORDS = "records";
  private static final String SUPERSEDED = "firmware.superseded";
  private static final Subject INSTALLATION = Subject.operator("installation");
  private static final int FORMAT = 1;

  /** Records in one entry, which is then well below the largest. */
  private static final int TOGETHER = 1_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Ledger ledger;
  private final EvidenceSink said;
  private final Map<Subject, Digest> changed = new ConcurrentHashMap<>();

  /** Knows what was stated, and no change since. */
  OnRecord(Ledger ledger, EvidenceSink said) {
    this.ledger = ledger;
    this.said = said;
  }

  /**
   * Reads from the log how these were changed last.
   *
   * @param waiting what the database says was changed and not stated, with the entries that it
   *     names for that
   */
  void reload(Map<Subject, Receipt> waiting) {
    if (waiting.isEmpty()) {
      return;
    }
    Openings log = ledger.openings();
    for (Openings.Opened entry : log.since(Set.of(EntryType.OPERATOR_ACTION), waiting.values())) {
      JsonNode tree = JSON.readTree(entry.content());
      if (tree.has(CHANGE)) {
        tree.path(RECORDS)
            .properties()
            .forEach(record -> {
              Subject subject = Subject.parse(record.getKey());
              if (waiting.containsKey(subject)) {
                changed.put(subject, Digest.parse(record.getValue().asString("")));
              }
            });
      }
    }
  }

  /**
   * Puts changes on record, within the transaction that makes them.
   *
   * @param records what is said of each subject now
   * @return the receipt of each one's entry
   */
  Map<Subject, Receipt> put(Map<Subject, Digest> records) {
    Map<Subject, Receipt> receipts = new HashMap<>();
    List<Subject> all = List.copyOf(records.keySet());
    for (int from = 0; from < all.size(); from += TOGETHER) {
      List<Subject> some = all.subList(from, Math.min(from + TOGETHER, all.size()));
      Receipt receipt =
          ledger.appendWithTransaction(
              EntryType.OPERATOR_ACTION,
              some.size() == 1 ? some.getFirst() : INSTALLATION,
              entry(some, records));
      some.forEach(subject -> receipts.put(subject, receipt));
    }
    return receipts;
  }

  private static byte[] entry(List<Subject> subjects, Map<Subject, Digest> records) {
    Map<String, Object> named = new TreeMap<>();
    for (Subject subject : subjects) {
      named.put(subject.toString(), Objects.requireNonNull(records.get(subject)).toString());
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(CHANGE, FORMAT);
    tree.put(RECORDS, named);
    return CanonicalJson.encode(tree);
  }

  /** These changes are committed. */
  void committed(Map<Subject, Digest> records) {
    records.forEach((subject, record) -> {
      if (isStated(subject, record)) {
        changed.remove(subject);
      } else {
        changed.put(subject, record);
      }
    });
  }

  private boolean isStated(Subject subject, Digest record) {
    return said.newest(subject, Statements.kind(subject))
        .filter(newest -> newest.evidence().raw().equals(record))
        .isPresent();
  }

  /** This was stated: from now on the evidence says what counts. */
  void stated(Subject subject, Digest record) {
    changed.remove(subject, record);
  }

  /** Whether a device's record is the one that counts. */
  boolean counts(Device device) {
    Digest change = changed.get(device.subject());
    return change == null
        ? claims(device.subject()).filter(device.claims()::equals).isPresent()
        : change.equals(digest(device));
  }

  /** Whether a release's record is the one that counts. */
  boolean counts(Release release) {
    Digest change = changed.get(release.subject());
    return change == null
        ? claims(release.subject()).filter(release.claims(Optional.empty())::equals).isPresent()
        : change.equals(digest(release));
  }

  /**
   * Whether all that is known of a product's releases counts, and none is missing that was called
   * the newest: one that is gone would make older ones look current.
   */
  boolean counts(String product, Collection<Release> releases) {
    Optional<String> newest =
        claims(Subject.product(product))
            .map(claims -> claims.get("product.newest"))
            .filter(ClaimValue.Word.class::isInstance)
            .map(word -> ((ClaimValue.Word) word).word());
    return releases.stream().allMatch(this::counts)
        && (newest.isEmpty()
            || releases.stream().anyMatch(release -> release.version().equals(newest.get())));
  }

  /** What was last stated of this subject, without what follows from other records. */
  Optional<SortedMap<String, ClaimValue>> claims(Subject subject) {
    return said.newest(subject, Statements.kind(subject))
        .map(Stated::evidence)
        .map(Evidence::claims)
        .map(claims -> {
          SortedMap<String, ClaimValue> own = new TreeMap<>(claims);
          own.remove(SUPERSEDED);
          return own;
        });
  }

  /** What the log commits to of these. */
  static Map<Subject, Digest> digests(List<Device> devices, List<Release> releases) {
    Map<Subject, Digest> digests = new LinkedHashMap<>();
    releases.forEach(release -> digests.put(release.subject(), digest(release)));
    devices.forEach(device -> digests.put(device.subject(), digest(device)));
    return digests;
  }

  static Digest digest(Device device) {
    return Statements.raw(device.subject(), device.claims());
  }

  static Digest digest(Release release) {
    return Statements.raw(release.subject(), release.claims(Optional.empty()));
  }
}
