package org.thingward.posture;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.DatabaseFinding;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.record.Records;

/**
 * What counts when the server starts (rule L4): the database is read, the log is believed. A row
 * that opens no entry of the log does not count. An entry of the log that the database lacks (an
 * old copy was put back, or a row was deleted) counts all the same, and is put back.
 */
final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
  private static final Subject UNKNOWN = Subject.operator("unknown");
  private static final String BEHIND =
      "The log knew more than the database about %d subjects (%s …): an old copy was put back, or"
          + " rows were deleted. All of it counts again, read from the log.";
  private static final String LOST =
      "%d subjects (%s …) were judged by evidence that neither the database nor the log holds any"
          + " more. They are of tier none until you release them: thingward device release.";
  private static final String CHANGED =
      "%d rows of evidence open no entry of the log, so they do not count: somebody wrote into the"
          + " database. Those concerned (%s …) are of tier none until you release them: thingward"
          + " device release.";

  private final Openings log;
  private final ReloadStore store;
  private final Consumer<Kept> keep;
  private final Instant now;
  private final Set<Digest> kept = new HashSet<>();
  private final Map<ReloadStore.Row, Subject> forged = new LinkedHashMap<>();
  private final Map<Subject, Instant> doubts = new HashMap<>();
  private final Set<Subject> behind = new TreeSet<>();
  private final Set<Subject> lost = new TreeSet<>();

  /** A reload that hands each piece of evidence that counts to {@code keep}. */
  Reload(Openings log, ReloadStore store, Consumer<Kept> keep, Instant now) {
    this.log = log;
    this.store = store;
    this.keep = keep;
    this.now = now;
  }

  /** Evidence first: everything else follows from it. */
  void evidence() {
    Openings.Unseen missing = log.unseen(EntryType.EVIDENCE);
    store.forEachRetiredReceipt(missing::seen);
    store.forEachCounting(row -> check(row).ifPresent(missing::seen));
    if (!forged.isEmpty()) {
      store.disbelieve(forged, now);
    }
    missing.rest().forEach(this::putBackEvidence);
    doubts.putAll(store.disbelieved());
    forged.values().forEach(subject -> doubts.put(subject, now));
  }

  /** Keeps a row if the log commits to it; its receipt then. */
  private Optional<Receipt> check(ReloadStore.Row row) {
    Stored stored = row.stored();
    if (!log.confirms(EntryType.EVIDENCE, stored.receipt(), stored.canonical())) {
      forged.put(row, about(row));
      return Optional.empty();
    }
    add(read(stored.canonical()), stored.receipt());
    return Optional.of(stored.receipt());
  }

  private void add(Evidence evidence, Receipt receipt) {
    Kept piece = Kept.unwritten(evidence).with(receipt);
    if (kept.add(piece.id())) {
      keep.accept(piece);
    }
  }

  private void putBackEvidence(Openings.Opened entry) {
    Evidence evidence = read(entry.content());
    store.putBackEvidence(evidence, new Stored(entry.content(), entry.receipt()));
    behind.add(evidence.subject());
    add(evidence, entry.receipt());
  }

  /** What the log commits to was written by us: if it cannot be read, nothing can be decided. */
  private static Evidence read(byte[] canonical) {
    try {
      return Records.evidence(canonical);
    } catch (RecordRefused e) {
      throw new IllegalStateException("evidence of the log cannot be read: " + e.getMessage(), e);
    }
  }

  private static Subject about(ReloadStore.Row row) {
    try {
      return Records.evidence(row.stored().canonical()).subject();
    } catch (RecordRefused noEvidence) {
      return about(row.subject());
    }
  }

  private static Subject about(String column) {
    try {
      return Subject.parse(column);
    } catch (IllegalArgumentException noSubject) {
      return UNKNOWN;
    }
  }

  /**
   * Puts back what is missing of the postures on record, hands each subject's newest to {@code
   * restore}, and lets the evidence that it names count again if the database says that it does
   * not. Who was judged by evidence that nobody has any more is doubted: the postures are a second
   * witness to what the evidence was.
   */
  void postures(PostureStore postures, BiConsumer<Posture, Receipt> restore) {
    Openings.Unseen missing = log.unseen(EntryType.POSTURE);
    store.forEachPostureReceipt(missing::seen);
    missing.rest().forEach(this::putBackPosture);
    Map<Digest, Subject> named = new LinkedHashMap<>();
    postures.forEachNewest((posture, receipt) -> {
      if (log.confirms(EntryType.POSTURE, receipt, posture.canonical())) {
        restore.accept(posture, receipt);
        posture.evidence().stream()
            .filter(id -> !kept.contains(id))
            .forEach(id -> named.put(id, posture.subject()));
      } else {
        LOG.error(
            "The posture on record of {} is not the log's; it is passed over", posture.subject());
      }
    });
    if (!named.isEmpty()) {
      store.retired(named.keySet()).forEach(this::restoreRetired);
      named.keySet().removeAll(kept);
      store.disbelieveLost(named, now);
      named.values().forEach(subject -> doubts.put(subject, now));
      lost.addAll(named.values());
    }
  }

  private void putBackPosture(Openings.Opened entry) {
    Posture posture = Records.posture(entry.content());
    store.putBackPosture(posture, new Stored(entry.content(), entry.receipt()));
    behind.add(posture.subject());
  }

  private void restoreRetired(ReloadStore.Row row) {
    Stored stored = row.stored();
    if (log.confirms(EntryType.EVIDENCE, stored.receipt(), stored.canonical())) {
      add(read(stored.canonical()), stored.receipt());
    } else {
      log.open(stored.receipt()).ifPresent(this::putBackEvidence);
    }
  }

  /** Since when there are doubts about whom. */
  Map<Subject, Instant> doubts() {
    return doubts;
  }

  /** How many rows the log does not bear out, and of how many subjects one of both knows more. */
  int disagreements() {
    return forged.size() + lost.size() + behind.size();
  }

  /** Says what a person should look at, if database and log did not agree. */
  void tellFindings(Ledger ledger) {
    if (!forged.isEmpty()) {
      List<Subject> subjects = forged.values().stream().distinct().sorted().toList();
      new DatabaseFinding("database-changed", now, forged.size(), subjects).tell(ledger, CHANGED);
    }
    if (!lost.isEmpty()) {
      new DatabaseFinding("evidence-lost", now, lost.size(), List.copyOf(lost)).tell(ledger, LOST);
    }
    if (!behind.isEmpty()) {
      new DatabaseFinding("database-behind", now, behind.size(), List.copyOf(behind))
          .tell(ledger, BEHIND);
    }
  }
}
