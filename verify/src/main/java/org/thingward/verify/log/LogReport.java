package org.thingward.verify.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the verification of a whole log found.
 *
 * @param checkpoint the log's head, if it could be read and its signatures are right
 * @param signers the keys that signed it
 * @param time when it was signed, if a signature says so
 * @param uncovered files that the log has written ahead of its checkpoint
 * @param fault the first thing that is wrong; empty if nothing is
 */
public record LogReport(
    Optional<Checkpoint> checkpoint,
    List<VerifierKey> signers,
    Optional<Instant> time,
    int uncovered,
    Optional<LogFault> fault) {
  public LogReport {
    signers = List.copyOf(signers);
  }

  /** Whether everything fits. It says nothing of forks: nobody witnesses the log yet. */
  public boolean ok() {
    return fault.isEmpty();
  }

  /** The report for a person, a line each. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    checkpoint.ifPresent(head -> lines.add(describe(head)));
    if (fault.isEmpty()) {
      lines.add("every entry and every tile leads to the checkpoint");
    } else {
      fault.map(LogFault::toString).ifPresent(lines::add);
      checkpoint.map(head -> describe(head, fault.get())).ifPresent(lines::add);
    }
    lines.add("unwitnessed: the log may be forked or shortened");
    return lines;
  }

  private String describe(Checkpoint head) {
    return "log %s of %s entries, checkpoint %s, signed with %s"
        .formatted(
            head.origin(),
            number(head.size()),
            time.map(Instant::toString).orElse("undated"),
            signers.stream()
                .map(key -> key.algorithm().standardName())
                .collect(Collectors.joining(" + ")));
  }

  private static String describe(Checkpoint head, LogFault fault) {
    String first =
        fault.entry().isPresent()
            ? "; first wrong entry "
                + number(fault.entry().getAsLong())
                + fault.entryTime().map(time -> " (" + time + ")").orElse("")
            : "";
    return "the log is not the one that checkpoint %s describes%s"
        .formatted(number(head.size()), first);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
