package org.thingward.verify.bundle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.bundle.BundleReport.Line;
import org.thingward.verify.bundle.BundleReport.Outcome;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.Opening;
import org.thingward.verify.record.Records;

/**
 * Whether an export holds everything of the stretch that it is about. Of everybody: every index. Of
 * one subject: its newest entry and, back from there, each that the next one names (rule L2).
 */
final class ExportCoverage {
  private static final String PART = "complete";

  private final AuditExport.Header header;
  private final Map<Long, BundledEntry> entries = new TreeMap<>();
  private final Map<Digest, BundledEntry> byHash = new HashMap<>();
  private final List<BundledEntry> chain = new ArrayList<>();
  private Line end = new Line(PART, "from its first entry on", Outcome.OK);

  ExportCoverage(AuditExport export) {
    this.header = export.header();
    for (BundledEntry entry : export.entries()) {
      entries.put(entry.index(), entry);
      byHash.put(entry.leaf().hash(), entry);
    }
  }

  /** What is missing; empty if nothing is. */
  Optional<String> fault() {
    Optional<String> edge = edges();
    if (edge.isPresent()) {
      return edge;
    }
    if (header.subject().isPresent()) {
      return chain();
    }
    for (long index = header.first(); index < header.end(); index++) {
      if (!entries.containsKey(index)) {
        return Optional.of("#%d is left out".formatted(index));
      }
    }
    return Optional.empty();
  }

  /** The leaves around the stretch are of other times than were asked for. */
  private Optional<String> edges() {
    List<BundledEntry> edges = new ArrayList<>(header.edges());
    for (BundledEntry edge : edges) {
      Optional<String> fault = edge.fault(header.checkpoint());
      if (fault.isPresent()) {
        return fault;
      }
    }
    Optional<BundledEntry> before = edge(edges, header.first() - 1);
    Optional<BundledEntry> behind = edge(edges, header.end());
    boolean begins =
        header.first() == 0
            || before.isPresent()
                && before.get().leaf().time().isBefore(header.since().orElse(Instant.MIN));
    boolean ends =
        header.end() == header.checkpoint().size()
            || behind.isPresent()
                && !behind.get().leaf().time().isBefore(header.until().orElse(Instant.MAX));
    return begins && ends
        ? Optional.empty()
        : Optional.of("the stretch does not begin or end where it was asked to");
  }

  private static Optional<BundledEntry> edge(List<BundledEntry> edges, long index) {
    return edges.stream().filter(edge -> edge.index() == index).findFirst();
  }

  private Optional<String> chain() {
    if (header.newest().isEmpty()) {
      return Optional.empty();
    }
    Optional<BundledEntry> at = Optional.ofNullable(entries.get(header.newest().getAsLong()));
    if (at.isEmpty() || !header.covers(at.get().index())) {
      return Optional.of("the subject's newest entry is left out");
    }
    while (at.isPresent()) {
      BundledEntry entry = at.get();
      if (!header.covers(entry.index())) {
        end =
            new Line(
                PART, "there is more before, from #%d back".formatted(entry.index()), Outcome.NONE);
        return Optional.empty();
      }
      chain.add(entry);
      if (entry.opening().isEmpty()) {
        String text =
            "#%d is deleted, and with it which entry came before".formatted(entry.index());
        end = new Line(PART, text, Outcome.GONE);
        return Optional.empty();
      }
      Digest previous = entry.opening().get().previous();
      if (previous.equals(Leaf.NO_PREVIOUS)) {
        return Optional.empty();
      }
      at =
          Optional.ofNullable(byHash.get(previous))
              .filter(earlier -> earlier.index() < entry.index());
      if (at.isEmpty()) {
        return Optional.of(
            "an entry of this subject before #%d is left out".formatted(entry.index()));
      }
    }
    return Optional.empty();
  }

  /** An entry that is said to be the subject's and is another's; read only what has been proved. */
  Optional<String> foreign() {
    return chain.stream()
        .filter(entry ->
            entry
                .opening()
                .flatMap(meaning -> subjectOf(entry.leaf(), meaning))
                .filter(of -> !of.equals(header.subject().orElse(of)))
                .isPresent())
        .findFirst()
        .map(entry -> "#%d is about another subject".formatted(entry.index()));
  }

  private static Optional<Subject> subjectOf(Leaf leaf, Opening opening) {
    byte[] content = opening.content();
    return switch (leaf.type()) {
      case EVIDENCE -> Optional.of(Records.evidence(content).subject());
      case POSTURE -> Optional.of(Records.posture(content).subject());
      case DECISION ->
          Optional.of(
              Records.areRepeatedDenials(content)
                  ? Records.repeatedDenials(content).subject()
                  : Records.decision(content).request().subject());
      case GRANT_END -> Optional.of(Records.endedGrant(content).subject());
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
          Optional.empty();
    };
  }

  /** What is said of it in the report. */
  List<Line> lines() {
    if (header.subject().isEmpty()) {
      return List.of(new Line(PART, what(), Outcome.OK));
    }
    Line later = new Line(PART, "that it has no later entry, this cannot show", Outcome.NONE);
    return header.newest().isEmpty()
        ? List.of(new Line(PART, what() + ", as it says", Outcome.NONE))
        : List.of(new Line(PART, what() + ", each named by the next", Outcome.OK), end, later);
  }

  /** The stretch in words. */
  String what() {
    if (header.end() == header.first()) {
      return "no entry at all";
    }
    String stretch = String.format(Locale.ROOT, "#%d to #%d", header.first(), header.end() - 1);
    return header
        .subject()
        .map(subject -> "%d entries about %s from %s".formatted(chain.size(), subject, stretch))
        .orElse("every entry from " + stretch);
  }
}
