package org.thingward.verify.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.verify.bundle.BundleReport.Line;
import org.thingward.verify.bundle.BundleReport.Outcome;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.KeyChange;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.record.EndedGrant;
import org.thingward.verify.record.RepeatedDenials;

/**
 * Checks a bundle from the log's signatures up to the reasons: every entry is proved and opened,
 * every posture is appraised again and every decision made again (rule L7).
 */
public final class BundleVerifier {
  private static final String WITNESSES = "witnesses";

  private final ProofBundle bundle;
  private final List<VerifierKey> known;
  private final boolean pinned;
  private final Optional<WitnessPolicy> policy;
  private final List<Line> lines = new ArrayList<>();
  private List<VerifierKey> keys = List.of();

  private BundleVerifier(
      ProofBundle bundle, List<VerifierKey> pinned, Optional<WitnessPolicy> policy) {
    this.policy = policy;
    this.bundle = bundle;
    this.pinned = !pinned.isEmpty();
    this.known = this.pinned ? List.copyOf(pinned) : bundle.keys();
  }

  /**
   * Checks {@code bundle}.
   *
   * @param pinned the keys that must all have signed, or keys from before a change that leads to
   *     those that did; if there are none, the keys that the bundle names itself, which the report
   *     then says
   */
  public static BundleReport verify(ProofBundle bundle, List<VerifierKey> pinned) {
    return verify(bundle, pinned, Optional.empty());
  }

  /**
   * As the other, where the checkpoint must also be witnessed.
   *
   * @param policy which witnesses must have cosigned it, if anyone says
   */
  public static BundleReport verify(
      ProofBundle bundle, List<VerifierKey> pinned, Optional<WitnessPolicy> policy) {
    return new BundleVerifier(bundle, pinned, policy).report();
  }

  private BundleReport report() {
    Optional<String> wrong = firstWrongEntry();
    if (wrong.isPresent()) {
      add("entry", wrong.get(), Outcome.WRONG);
      return new BundleReport(lines, "this proves nothing: " + wrong.get());
    }
    try {
      BundleContents contents = new BundleContents(bundle);
      checkEvidence(contents);
      contents.postures.values().forEach(posture -> checkAppraisal(contents, posture));
      contents.decisions.forEach(decision -> checkDecision(contents, decision));
      contents.repeated.forEach(denials -> checkRepeated(contents, denials));
      contents.ends.forEach(end -> checkEnd(contents, end));
      addEntryAndWitnesses();
      return new BundleReport(lines, conclusion(contents));
    } catch (RuntimeException e) {
      // Thrown by the readers of records, which name the place.
      add("records", String.valueOf(e.getMessage()), Outcome.WRONG);
      return new BundleReport(lines, "this proves nothing: a record cannot be read");
    }
  }

  private Optional<String> firstWrongEntry() {
    Checkpoint head = bundle.checkpoint();
    try {
      keys = bundle.keyHistory().follow(known);
    } catch (IllegalArgumentException e) {
      return Optional.of("its keys do not follow each other: " + e.getMessage());
    }
    for (VerifierKey key : keys) {
      if (!head.signedBy(key)) {
        return Optional.of(
            "the checkpoint has no valid %s signature of %s"
                .formatted(key.algorithm().standardName(), key.name()));
      }
    }
    if (keys.isEmpty() || bundle.mainEntry().isEmpty()) {
      return Optional.of("the bundle names no key, or not the entry that it is about");
    }
    return bundle.keyChanges().stream()
        .flatMap(change -> wrong(change).stream())
        .findFirst()
        .or(() -> bundle.entries().stream().flatMap(entry -> wrong(entry).stream()).findFirst());
  }

  private Optional<String> wrong(BundledKeyChange bundled) {
    Checkpoint before = bundled.change().checkpoint();
    Checkpoint head = bundle.checkpoint();
    boolean continued =
        before.origin().equals(head.origin())
            && bundled.continued().proves(before.root(), head.root());
    return continued
        ? Optional.empty()
        : Optional.of(
            "the checkpoint does not continue the one of %d entries at which the keys changed"
                .formatted(before.size()));
  }

  private Optional<String> wrong(BundledEntry entry) {
    if (!entry.inclusion().proves(entry.leaf().hash(), bundle.checkpoint().root())) {
      return Optional.of("#%d is not in the log of this checkpoint".formatted(entry.index()));
    }
    boolean opens = entry.opening().map(opening -> opening.opens(entry.leaf())).orElse(true);
    return opens
        ? Optional.empty()
        : Optional.of("#%d: its content is not the one committed to".formatted(entry.index()));
  }

  private void checkEvidence(BundleContents contents) {
    String kinds =
        contents.evidence.values().stream()
            .map(piece -> piece.kind() + " of " + piece.source())
            .distinct()
            .sorted()
            .limit(4)
            .collect(Collectors.joining(", "));
    int count = contents.evidence.size();
    if (count > 0) {
      add("evidence", "%d as recorded: %s".formatted(count, kinds), Outcome.OK);
    }
    long erased = bundle.entries().stream().filter(entry -> entry.opening().isEmpty()).count();
    if (erased > 0) {
      add("retention", erased + " entries are in the log, their contents deleted", Outcome.GONE);
    }
  }

  private void checkAppraisal(BundleContents contents, Posture posture) {
    Set<Digest> missing = contents.missingEvidence(posture);
    Policy policy = contents.policies.get(posture.policy());
    ReferenceValues references = contents.references.get(posture.references());
    if (!missing.isEmpty() || policy == null || references == null) {
      add("appraisal", "cannot be repeated: " + absent(missing, policy == null), Outcome.GONE);
      return;
    }
    Posture again =
        Appraisal.appraise(
            policy, references, posture.subject(), contents.evidenceOf(posture), posture.at());
    boolean same = Arrays.equals(again.canonical(), posture.canonical());
    String text =
        same
            ? "repeated with policy %s: %s, as stated"
                .formatted(policy.digest().brief(), posture.tier().word())
            : "repeated with policy %s: %s, but %s is stated"
                .formatted(policy.digest().brief(), describe(again), describe(posture));
    add("appraisal", text, same ? Outcome.OK : Outcome.WRONG);
  }

  private static String absent(Set<Digest> evidence, boolean policy) {
    if (!evidence.isEmpty()) {
      return "%d pieces of evidence are not here, the first %s"
          .formatted(evidence.size(), evidence.iterator().next().brief());
    }
    return policy ? "the policy is not here" : "the reference values are not here";
  }

  private static String describe(Posture posture) {
    return "%s (%s)".formatted(posture.tier().word(), posture.id().brief());
  }

  private void checkDecision(BundleContents contents, Decision decision) {
    Posture posture = contents.postures.get(decision.posture());
    Policy policy = contents.policies.get(decision.policy());
    if (posture == null || policy == null) {
      add("decision", "cannot be repeated: its posture or policy is not here", Outcome.GONE);
      return;
    }
    Optional<String> beyond = Decider.reasonBeyondPolicy(decision);
    Decider decider = new Decider(policy, posture);
    Decision again =
        beyond
            .map(reason -> decider.refuse(decision.request(), decision.at(), reason))
            .orElseGet(() -> decider.decide(decision.request(), decision.at()));
    boolean same = Arrays.equals(again.canonical(), decision.canonical());
    String stated = "%s to %s".formatted(word(decision), decision.request().kind().word());
    if (same && beyond.isPresent()) {
      add("decision", stated + " by whoever enforces; the policy was not what said so", Outcome.OK);
      return;
    }
    String text = same ? "repeated: " + stated + ", as stated" : stated + ", but repeated differs";
    add("decision", text, same ? Outcome.OK : Outcome.WRONG);
  }

  private void checkRepeated(BundleContents contents, RepeatedDenials denials) {
    Optional<Decision> first = contents.firstOf(denials);
    if (first.isEmpty()) {
      add("repeated", "the denial that they equal is not here", Outcome.GONE);
    } else {
      boolean fits =
          !first.get().permits() && first.get().request().subject().equals(denials.subject());
      String text = "%d more like the denial of %s".formatted(denials.count(), first.get().at());
      add("repeated", text, fits ? Outcome.OK : Outcome.WRONG);
    }
  }

  private void checkEnd(BundleContents contents, EndedGrant end) {
    Optional<Decision> decision = contents.decisionOf(end);
    boolean sameSubject =
        decision.filter(one -> one.request().subject().equals(end.subject())).isPresent();
    if (decision.isEmpty()) {
      add("grant", "the decision that gave it is not here", Outcome.GONE);
    } else {
      add(
          "grant",
          "given %s, ended by %s".formatted(decision.get().at(), end.cause().word()),
          sameSubject ? Outcome.OK : Outcome.WRONG);
    }
  }

  private void addEntryAndWitnesses() {
    Checkpoint head = bundle.checkpoint();
    String time =
        keys.stream()
            .flatMap(key -> head.timeBy(key).stream())
            .map(at -> "checkpoint " + at)
            .findFirst()
            .orElse("undated checkpoint");
    String algorithms =
        keys.stream()
            .map(key -> key.algorithm().standardName())
            .distinct()
            .collect(Collectors.joining(" + "));
    String size = String.format(Locale.ROOT, "%,d", head.size());
    String text = "#%d in a log of %s, %s, %s".formatted(bundle.main(), size, time, algorithms);
    add("entry", text, Outcome.OK);
    for (BundledKeyChange bundled : bundle.keyChanges()) {
      KeyChange change = bundled.change();
      String changed = "changed at #%d, %s, signed by the old and the new: %s";
      add(
          "keys",
          changed.formatted(change.index(), change.leaf().time(), change.event().reason()),
          Outcome.OK);
    }
    if (!pinned) {
      add("keys", "taken from the bundle itself; compare them with --keys", Outcome.NONE);
    }
    addWitnesses(head);
  }

  private void addWitnesses(Checkpoint head) {
    if (policy.isEmpty()) {
      add(WITNESSES, "none: the log may be forked or shortened", Outcome.NONE);
      return;
    }
    List<String> names = policy.get().cosigners(head);
    int of = policy.get().witnesses().size();
    if (policy.get().isWitnessed(head)) {
      String text = "%d of %d, a quorum: %s".formatted(names.size(), of, String.join(", ", names));
      add(WITNESSES, text, Outcome.OK);
    } else {
      String text = "%d of %d, no quorum: unwitnessed, the log may be forked or shortened";
      add(WITNESSES, text.formatted(names.size(), of), Outcome.WRONG);
    }
  }

  private String conclusion(BundleContents contents) {
    List<String> wrong =
        lines.stream().filter(line -> line.outcome() == Outcome.WRONG).map(Line::part).toList();
    if (wrong.equals(List.of(WITNESSES))) {
      return "this is on record in a log that may be forked or shortened";
    }
    if (!wrong.isEmpty()) {
      return "this is on record, but does not follow from what it rests on";
    }
    BundledEntry main = bundle.mainEntry().orElseThrow();
    String recorded =
        "on %s a record of type %s was made"
            .formatted(main.leaf().time(), main.leaf().type().word());
    String sentence =
        main.opening()
            .map(opening -> new Conclusion(contents).of(main.leaf().type(), opening.content()))
            .filter(text -> !text.isEmpty())
            .orElse(recorded);
    boolean gone = lines.stream().anyMatch(line -> line.outcome() == Outcome.GONE);
    return gone ? sentence + " (as recorded; not all of it can be repeated)" : sentence;
  }

  private static String word(Decision decision) {
    return decision.verdict().word();
  }

  private void add(String part, String text, Outcome outcome) {
    lines.add(new Line(part, text, outcome));
  }
}
