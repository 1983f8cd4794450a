package org.thingward.verify.bundle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.verify.approval.ApprovalReport;
import org.thingward.verify.approval.ApprovalVerifier;
import org.thingward.verify.bundle.BundleReport.Line;
import org.thingward.verify.bundle.BundleReport.Outcome;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;

/**
 * Checks an export from the log's signatures up to the reasons, as {@link BundleVerifier} does for
 * one entry, and that nothing is left out of the stretch that it is about (rules L2, L7).
 */
public final class ExportVerifier {
  private static final int KINDS_OF_LINES = 30;
  private static final String APPROVALS = "approvals";

  private final AuditExport export;
  private final SignedHead head;
  private final ExportCoverage coverage;
  private final Map<Line, Integer> found = new LinkedHashMap<>();

  private ExportVerifier(
      AuditExport export, List<VerifierKey> pinned, Optional<WitnessPolicy> policy) {
    AuditExport.Header header = export.header();
    this.export = export;
    this.coverage = new ExportCoverage(export);
    this.head =
        new SignedHead(
            "export", header.checkpoint(), header.keyChanges(), header.keys(), pinned, policy);
  }

  /**
   * Checks {@code export}.
   *
   * @param pinned the keys that must have signed, as in {@link BundleVerifier#verify}
   * @param policy which witnesses must have cosigned the checkpoint, if anyone says
   */
  public static BundleReport verify(
      AuditExport export, List<VerifierKey> pinned, Optional<WitnessPolicy> policy) {
    return new ExportVerifier(export, pinned, policy).report();
  }

  private BundleReport report() {
    Optional<String> fault = head.fault().or(this::firstWrongEntry).or(coverage::fault);
    if (fault.isPresent()) {
      return new BundleReport(
          List.of(new Line("entries", fault.get(), Outcome.WRONG)),
          "this proves nothing: " + fault.get());
    }
    try {
      BundleContents contents = new BundleContents(export.entries(), export.attached());
      Optional<String> foreign = coverage.foreign();
      if (foreign.isPresent()) {
        return new BundleReport(
            List.of(new Line("entries", foreign.get(), Outcome.WRONG)),
            "this proves nothing: " + foreign.get());
      }
      repeat(contents);
      return new BundleReport(lines(contents), conclusion());
    } catch (RuntimeException e) {
      // Thrown by the readers of records, which name the place.
      return new BundleReport(
          List.of(new Line("records", String.valueOf(e.getMessage()), Outcome.WRONG)),
          "this proves nothing: a record cannot be read");
    }
  }

  private Optional<String> firstWrongEntry() {
    long before = -1;
    SortedSet<Long> unopened = new TreeSet<>();
    for (BundledEntry entry : export.entries()) {
      Optional<String> fault = entry.fault(export.header().checkpoint());
      if (fault.isPresent()) {
        return fault;
      }
      if (entry.index() <= before) {
        return Optional.of("#%d is not in its order".formatted(entry.index()));
      }
      before = entry.index();
      if (entry.opening().isEmpty()) {
        unopened.add(entry.index());
      }
    }
    return unopened.equals(export.header().erased())
        ? Optional.empty()
        : Optional.of("contents are left out that are not said to be deleted");
  }

  private void repeat(BundleContents contents) {
    Repetition repetition = new Repetition(contents);
    contents.postures.values().forEach(posture -> count(repetition.appraisal(posture)));
    contents.decisions.forEach(decision -> count(repetition.decision(decision)));
    contents.repeated.forEach(denials -> count(unlessWrong(repetition.denials(denials))));
    contents.ends.forEach(end -> count(unlessWrong(repetition.end(end))));
    approvals();
  }

  /**
   * Who agreed to what was carried out, by the keys and roles that the log itself has (rules O2,
   * O4): of the whole log, for what is missing might be a registration.
   */
  private void approvals() {
    AuditExport.Header header = export.header();
    if (header.subject().isPresent() || header.first() > 0 || !header.erased().isEmpty()) {
      return;
    }
    List<List<VerifierKey>> signers = new ArrayList<>(List.of(header.keys()));
    header.keyChanges().forEach(one -> signers.add(one.change().event().from()));
    ApprovalVerifier verifier = new ApprovalVerifier(signers);
    for (BundledEntry entry : export.entries()) {
      entry.opening().ifPresent(meaning -> verifier.add(entry.leaf().type(), meaning.content()));
    }
    ApprovalReport report = verifier.report();
    report.faults().forEach(fault -> count(new Line(APPROVALS, fault, Outcome.WRONG)));
    report.changes().stream()
        .filter(asked -> asked.executed().isPresent())
        .forEach(asked ->
            count(new Line(APPROVALS, "signed by those who must agree, then done", Outcome.OK)));
  }

  private void count(Line line) {
    found.merge(line, 1, Integer::sum);
  }

  /** Without what differs from one to the next, so that they can be counted. */
  private static Line unlessWrong(Line line) {
    String text =
        line.part().equals("grant")
            ? "given and ended, as stated"
            : "denials like one that is here";
    return line.outcome() == Outcome.OK ? new Line(line.part(), text, Outcome.OK) : line;
  }

  private List<Line> lines(BundleContents contents) {
    List<Line> lines = new ArrayList<>(coverage.lines());
    lines.add(new Line("evidence", number(contents.evidence.size()) + " as recorded", Outcome.OK));
    lines.add(new Line("others", others(), Outcome.OK));
    int erased = export.header().erased().size();
    if (erased > 0) {
      String text = number(erased) + " entries are in the log, their contents deleted";
      lines.add(new Line("retention", text, Outcome.GONE));
    }
    addFound(lines);
    String entries = "%s in a log of %s, %s";
    String size = number(export.header().checkpoint().size());
    lines.add(
        new Line(
            "entries",
            entries.formatted(number(export.entries().size()), size, head.described()),
            Outcome.OK));
    lines.addAll(head.lines());
    return lines;
  }

  /** What was repeated, counted; of many kinds the first, and what is wrong before all. */
  private void addFound(List<Line> lines) {
    List<Map.Entry<Line, Integer>> all = new ArrayList<>(found.entrySet());
    all.sort((a, b) -> Integer.compare(rank(a.getKey()), rank(b.getKey())));
    for (Map.Entry<Line, Integer> each : all.subList(0, Math.min(all.size(), KINDS_OF_LINES))) {
      Line line = each.getKey();
      String text = number(each.getValue()) + " × " + line.text();
      lines.add(new Line(line.part(), text, line.outcome()));
    }
    if (all.size() > KINDS_OF_LINES) {
      Outcome worst = all.get(KINDS_OF_LINES).getKey().outcome();
      String text = "and %d kinds more".formatted(all.size() - KINDS_OF_LINES);
      lines.add(new Line("others", text, worst));
    }
  }

  private static int rank(Line line) {
    return switch (line.outcome()) {
      case WRONG -> 0;
      case GONE -> 1;
      case NONE -> 2;
      case OK -> 3;
    };
  }

  /** The records of which it is proved that they were made, and no more. */
  private String others() {
    Map<String, Integer> kinds = new TreeMap<>();
    for (BundledEntry entry : export.entries()) {
      boolean repeated =
          switch (entry.leaf().type()) {
            case EVIDENCE, POSTURE, DECISION, GRANT_END -> true;
            case POLICY,
                REFERENCE_VALUES,
                CERTIFICATE,
                TOKEN,
                OPERATOR_ACTION,
                LOG,
                FINDING,
                PASSKEY,
                LOGIN,
                OPERATOR,
                API_TOKEN,
                APPROVAL,
                DRILL,
                ATTESTATION_RESULT,
                AUTHORITY ->
                false;
          };
      if (!repeated) {
        kinds.merge(entry.leaf().type().word(), 1, Integer::sum);
      }
    }
    return kinds.isEmpty() ? "none" : "on record: " + kinds.toString().replaceAll("[{}]", "");
  }

  private String conclusion() {
    boolean wrong = found.keySet().stream().anyMatch(line -> line.outcome() == Outcome.WRONG);
    if (wrong) {
      return "all of this is on record, but not all of it follows from what it rests on";
    }
    boolean gone = found.keySet().stream().anyMatch(line -> line.outcome() == Outcome.GONE);
    String what = coverage.what();
    return gone || !export.header().erased().isEmpty()
        ? what + "; not all of it can be repeated"
        : what + "; every appraisal and every decision was repeated";
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
