package org.thingward.posture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.bundle.BundleWriter;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.OpenedEntry;
import org.thingward.verify.record.Records;
import org.thingward.verify.record.RepeatedDenials;

/** Collects what a decision or posture rests on into one bundle (rule L7). */
final class Proofs {
  private final Postures postures;
  private final PostureStore store;
  private final DocumentStore documents;
  private final TiledLedger ledger;

  Proofs(Postures postures, PostureStore store, DocumentStore documents, TiledLedger ledger) {
    this.postures = postures;
    this.store = store;
    this.documents = documents;
    this.ledger = ledger;
  }

  OperatorRoute route() {
    return new OperatorRoute(
        "GET", "/proofs/{entry}", Permission.VIEW, Reach.FILTERED, "proof.show", 0, this::proof);
  }

  private OperatorResponse proof(OperatorRequest request) {
    String named = request.variable("entry");
    long main = index(named);
    OpenedEntry entry =
        ledger
            .opening(main)
            .orElseThrow(
                () -> new Problem(410, "erased", "The meaning of entry #" + main + " was erased."));
    if (!request.scope().isEverywhere() && about(entry).filter(request::sees).isEmpty()) {
      throw unknown(named);
    }
    SortedSet<Long> others = new TreeSet<>();
    List<byte[]> attached = new ArrayList<>();
    collect(entry, others, attached);
    byte[] bundle = BundleWriter.write(ledger.bundle(main, others, attached));
    return OperatorResponse.ok("application/json", bundle);
  }

  /** Whom an entry is about, if it is one of those that rest on something. */
  private static Optional<Subject> about(OpenedEntry entry) {
    byte[] content = entry.opening().content();
    return switch (entry.leaf().type()) {
      case EVIDENCE -> Optional.of(Records.evidence(content).subject());
      case POSTURE -> Optional.of(Records.posture(content).subject());
      case DECISION ->
          Records.areRepeatedDenials(content)
              ? Optional.of(Records.repeatedDenials(content).subject())
              : Optional.of(Records.decision(content).request().subject());
      default -> Optional.empty();
    };
  }

  /** Adds what an entry rests on: indices, and contents that have no entry. */
  void collect(OpenedEntry entry, SortedSet<Long> others, List<byte[]> attached) {
    byte[] content = entry.opening().content();
    if (entry.leaf().type() == EntryType.DECISION && Records.areRepeatedDenials(content)) {
      behind(Records.repeatedDenials(content), others, attached);
    } else if (entry.leaf().type() == EntryType.DECISION) {
      behind(Records.decision(content), others, attached);
    } else if (entry.leaf().type() == EntryType.POSTURE) {
      behind(Records.posture(content), others);
    }
  }

  private void behind(RepeatedDenials repeated, SortedSet<Long> others, List<byte[]> attached) {
    OptionalLong first = ledger.index(new Receipt(repeated.first()));
    if (first.isPresent()) {
      others.add(first.getAsLong());
      ledger
          .opening(first.getAsLong())
          .ifPresent(
              entry -> behind(Records.decision(entry.opening().content()), others, attached));
    }
  }

  private void behind(Decision decision, SortedSet<Long> others, List<byte[]> attached) {
    Optional<Stored> stored = store.posture(decision.posture());
    add(stored, others);
    Posture posture =
        stored
            .map(found -> Records.posture(found.canonical()))
            .orElseGet(() -> postures.ofUnknown(decision.request().subject(), decision.at()));
    if (stored.isEmpty() && posture.id().equals(decision.posture())) {
      attached.add(posture.canonical());
    }
    behind(posture, others);
    Optional<Stored> former =
        decision
            .grant()
            .filter(grant -> !grant.posture().equals(decision.posture()))
            .flatMap(grant -> store.posture(grant.posture()));
    add(former, others);
    former.ifPresent(held -> behind(Records.posture(held.canonical()), others));
  }

  private void behind(Posture posture, SortedSet<Long> others) {
    for (Digest id : posture.evidence()) {
      add(store.evidence(id), others);
    }
    add(documents.byDigest(EntryType.POLICY, posture.policy()), others);
    add(documents.byDigest(EntryType.REFERENCE_VALUES, posture.references()), others);
  }

  private void add(Optional<Stored> stored, SortedSet<Long> others) {
    OptionalLong index =
        stored.map(found -> ledger.index(found.receipt())).orElse(OptionalLong.empty());
    if (index.isPresent()) {
      boolean unused = others.add(index.getAsLong());
    }
  }

  /** The index that a receipt or a number names. */
  private long index(String entry) {
    try {
      OptionalLong index =
          entry.startsWith("sha256:")
              ? ledger.index(new Receipt(Digest.parse(entry)))
              : OptionalLong.of(Long.parseLong(entry));
      if (index.isPresent() && index.getAsLong() >= 0 && index.getAsLong() < ledger.size()) {
        return index.getAsLong();
      }
    } catch (IllegalArgumentException e) {
      throw new Problem(
          400,
          "malformed-entry",
          "'" + entry + "' is neither a receipt nor the number of an entry.");
    }
    throw unknown(entry);
  }

  private static Problem unknown(String entry) {
    return new Problem(
        404, "unknown-entry", "The ledger has no entry " + entry + " yet; try again in a second.");
  }
}
