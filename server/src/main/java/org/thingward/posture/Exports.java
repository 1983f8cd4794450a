package org.thingward.posture;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.ledger.LogView;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.verify.bundle.AuditExport;
import org.thingward.verify.bundle.ExportWriter;
import org.thingward.verify.log.OpenedEntry;

/**
 * A stretch of the log for an auditor, in one file: every entry, or all of one subject, and what
 * they rest on (rules L2, L7).
 */
final class Exports {
  private static final Set<String> PARAMETERS = Set.of("since", "until", "subject");

  private final Proofs proofs;
  private final TiledLedger ledger;

  Exports(Proofs proofs, TiledLedger ledger) {
    this.proofs = proofs;
    this.ledger = ledger;
  }

  OperatorRoute route() {
    return new OperatorRoute(
        "GET", "/export", Permission.VIEW, Reach.FILTERED, "export.show", 0, this::export);
  }

  /** What was asked for. */
  private record Asked(
      Optional<Instant> since, Optional<Instant> until, Optional<Subject> subject) {}

  /** What is to be in the file. */
  private record Chosen(
      SortedSet<Long> indices, SortedSet<Long> erased, Map<Digest, byte[]> attached) {}

  private OperatorResponse export(OperatorRequest request) {
    Asked asked = asked(request.query());
    if (asked.subject().isPresent()) {
      request.requireSees(asked.subject().get());
    } else if (!request.scope().isEverywhere()) {
      throw new OperatorRefused(
          "An export of all subjects takes view for every region and product. Name one: subject=device:ID.");
    }
    LogView log = ledger.view(asked.subject());
    long first = asked.since().map(log::firstSince).orElse(0L);
    long end = Math.max(first, asked.until().map(log::firstSince).orElse(log.head().size()));
    SortedSet<Long> within =
        asked.subject().isPresent() ? log.history(first, end) : all(first, end);
    Chosen chosen = withWhatTheyRestOn(log, within);
    AuditExport.Header header =
        new AuditExport.Header(
            asked.since(),
            asked.until(),
            asked.subject(),
            first,
            end,
            asked.subject().isPresent() ? last(within, first) : OptionalLong.empty(),
            log.edges(first, end),
            chosen.erased(),
            log.head(),
            log.keys(),
            log.keyChanges());
    return new OperatorResponse(
        200,
        Map.of("content-type", "application/x-ndjson"),
        out ->
            ExportWriter.write(
                out,
                header,
                chosen.indices().stream().map(log::entry).iterator(),
                List.copyOf(chosen.attached().values())));
  }

  private static OptionalLong last(SortedSet<Long> within, long first) {
    return within.isEmpty() || within.last() < first
        ? OptionalLong.empty()
        : OptionalLong.of(within.last());
  }

  private static SortedSet<Long> all(long first, long end) {
    requireFewEnough(end - first);
    SortedSet<Long> all = new TreeSet<>();
    for (long index = first; index < end; index++) {
      all.add(index);
    }
    return all;
  }

  private Chosen withWhatTheyRestOn(LogView log, SortedSet<Long> within) {
    Chosen chosen = new Chosen(new TreeSet<>(within), new TreeSet<>(), new LinkedHashMap<>());
    Deque<Long> open = new ArrayDeque<>(within);
    while (!open.isEmpty()) {
      long index = open.remove();
      Optional<OpenedEntry> entry = log.opened(index);
      if (entry.isEmpty()) {
        chosen.erased().add(index);
      } else {
        SortedSet<Long> others = new TreeSet<>();
        List<byte[]> attached = new ArrayList<>();
        proofs.collect(entry.get(), others, attached);
        attached.forEach(content -> chosen.attached().putIfAbsent(Digest.of(content), content));
        others.stream()
            .filter(other -> other < log.head().size() && chosen.indices().add(other))
            .forEach(open::add);
      }
      requireFewEnough(chosen.indices().size());
    }
    return chosen;
  }

  private static void requireFewEnough(long entries) {
    if (entries > AuditExport.MAX_ENTRIES) {
      throw new Problem(
          400,
          "export-too-large",
          "An export has at most %,d entries; this would have %,d. Narrow it with since and until, and take several."
              .formatted(AuditExport.MAX_ENTRIES, entries));
    }
  }

  private static Asked asked(Map<String, String> query) {
    for (String name : query.keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw new Problem(400, "bad-query", "There is no parameter '" + name + "' here.");
      }
    }
    return new Asked(
        time(query, "since"),
        time(query, "until"),
        Optional.ofNullable(query.get("subject")).map(Bodies::subject));
  }

  private static Optional<Instant> time(Map<String, String> query, String name) {
    try {
      return Optional.ofNullable(query.get(name)).map(Instant::parse);
    } catch (DateTimeException e) {
      throw new Problem(400, "bad-query", name + " is a time in UTC, as in 2026-11-23T10:00:00Z.");
    }
  }
}
