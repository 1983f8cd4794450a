package org.thingward.verify.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thingward.verify.bundle.BundleReport.Line;
import org.thingward.verify.bundle.BundleReport.Outcome;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;

/**
 * Checks a bundle from the log's signatures up to the reasons: every entry is proved and opened,
 * every posture is appraised again and every decision made again (rule L7).
 */
public final class BundleVerifier {
  private final ProofBundle bundle;
  private final SignedHead head;
  private final List<Line> lines = new ArrayList<>();

  private BundleVerifier(
      ProofBundle bundle, List<VerifierKey> pinned, Optional<WitnessPolicy> policy) {
    this.bundle = bundle;
    this.head =
        new SignedHead(
            "bundle", bundle.checkpoint(), bundle.keyChanges(), bundle.keys(), pinned, policy);
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
      BundleContents contents = new BundleContents(bundle.entries(), bundle.attached());
      Repetition repetition = new Repetition(contents);
      checkEvidence(contents);
      contents.postures.values().forEach(posture -> lines.add(repetition.appraisal(posture)));
      contents.decisions.forEach(decision -> lines.add(repetition.decision(decision)));
      contents.repeated.forEach(denials -> lines.add(repetition.denials(denials)));
      contents.ends.forEach(end -> lines.add(repetition.end(end)));
      String size = String.format(Locale.ROOT, "%,d", bundle.checkpoint().size());
      String place = "#%d in a log of %s, %s".formatted(bundle.main(), size, head.described());
      add("entry", place, Outcome.OK);
      lines.addAll(head.lines());
      return new BundleReport(lines, conclusion(contents));
    } catch (RuntimeException e) {
      // Thrown by the readers of records, which name the place.
      add("records", String.valueOf(e.getMessage()), Outcome.WRONG);
      return new BundleReport(lines, "this proves nothing: a record cannot be read");
    }
  }

  private Optional<String> firstWrongEntry() {
    Optional<String> unsigned = head.fault();
    if (unsigned.isPresent()) {
      return unsigned;
    }
    if (bundle.mainEntry().isEmpty()) {
      return Optional.of("the bundle does not hold the entry that it is about");
    }
    return bundle.entries().stream()
        .flatMap(entry -> entry.fault(bundle.checkpoint()).stream())
        .findFirst();
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

  private String conclusion(BundleContents contents) {
    List<String> wrong =
        lines.stream().filter(line -> line.outcome() == Outcome.WRONG).map(Line::part).toList();
    if (wrong.equals(List.of(SignedHead.WITNESSES))) {
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

  private void add(String part, String text, Outcome outcome) {
    lines.add(new Line(part, text, outcome));
  }
}
