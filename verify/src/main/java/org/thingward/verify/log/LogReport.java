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
 * @param witnesses who cosigned it, if there was a policy to say who counts
 * @param keyHistory every change of the log's keys
 * @param succession what is to be said of the log's earlier name; empty if it has its first
 */
public record LogReport(
    Optional<Checkpoint> checkpoint,
    List<VerifierKey> signers,
    Optional<Instant> time,
    int uncovered,
    Optional<LogFault> fault,
    Optional<Witnesses> witnesses,
    KeyHistory keyHistory,
    List<String> succession) {
  public LogReport {
    signers = List.copyOf(signers);
    succession = List.copyOf(succession);
  }

  /** A log whose head is not there, or not signed by whom it should be. */
  static LogReport ofUnsigned(Optional<LogFault> fault) {
    return new LogReport(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        0,
        fault,
        Optional.empty(),
        KeyHistory.NONE,
        List.of());
  }

  LogReport with(Optional<LogFault> found) {
    return new LogReport(
        checkpoint, signers, time, uncovered, found, witnesses, keyHistory, succession);
  }

  LogReport with(int files, List<String> earlierName) {
    return new LogReport(
        checkpoint, signers, time, files, fault, witnesses, keyHistory, earlierName);
  }

  /**
   * What a policy says of a checkpoint's cosignatures.
   *
   * @param names the witnesses of the policy that cosigned it
   * @param of how many witnesses the policy has
   * @param quorum whether those that did suffice
   */
  public record Witnesses(List<String> names, int of, boolean quorum) {
    public Witnesses {
      names = List.copyOf(names);
    }

    static Witnesses of(WitnessPolicy policy, Checkpoint head) {
      return new Witnesses(
          policy.cosigners(head), policy.witnesses().size(), policy.isWitnessed(head));
    }

    private String line() {
      return "%s of %d witnesses cosigned it%s: %s"
          .formatted(
              names.isEmpty() ? "none" : String.valueOf(names.size()),
              of,
              names.isEmpty() ? "" : " (" + String.join(", ", names) + ")",
              quorum ? "a quorum" : "no quorum");
    }
  }

  /**
   * Whether everything fits, and the quorum is there if a policy asked for one. Without a policy it
   * says nothing of forks.
   */
  public boolean ok() {
    return fault.isEmpty() && witnesses.map(Witnesses::quorum).orElse(true);
  }

  /** The report for a person, a line each. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    checkpoint.ifPresent(head -> lines.add(describe(head)));
    if (fault.isEmpty()) {
      lines.add("every entry and every tile leads to the checkpoint");
      lines.addAll(succession);
      keyHistory.changes().stream().map(LogReport::line).forEach(lines::add);
    } else {
      fault.map(LogFault::toString).ifPresent(lines::add);
      checkpoint.map(head -> describe(head, fault.get())).ifPresent(lines::add);
    }
    witnesses.map(Witnesses::line).ifPresent(lines::add);
    if (!witnesses.map(Witnesses::quorum).orElse(false)) {
      lines.add("unwitnessed: the log may be forked or shortened");
    }
    return lines;
  }

  private static String line(KeyChange change) {
    return "its keys were changed at entry %s (%s), signed by the old and the new: %s"
        .formatted(number(change.index()), change.leaf().time(), change.event().reason());
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
