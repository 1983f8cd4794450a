package org.thingward.drills;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;

/** What the ledger has of drills, in the order in which it came. */
sealed interface DrillRecord {
  /** The run that it is about. */
  UUID run();

  /** Its bytes in the ledger. */
  byte[] canonical();

  /**
   * A run began.
   *
   * @param operator in whose name the runner reports
   * @param token the id of the API token that it came with; empty for a person
   * @param runner what it calls itself
   * @param version of its drills
   * @param plans what it is to run
   * @param asked who asked for it; empty if the runner began by itself
   */
  record Begun(
      UUID run,
      Subject operator,
      Optional<String> token,
      String runner,
      String version,
      List<Plan> plans,
      Optional<Asked> asked,
      Instant at)
      implements DrillRecord {

    /** Whether this is whose run it is: reports come from nobody else. */
    boolean isOf(Subject who, Optional<String> by) {
      return operator.equals(who) && token.equals(by);
    }

    @Override
    public byte[] canonical() {
      Map<String, Object> tree = new HashMap<>();
      tree.put(BEGUN, 1);
      tree.put("run", run.toString());
      tree.put("operator", operator.name());
      token.ifPresent(id -> tree.put("token", id));
      tree.put("runner", runner);
      tree.put("version", version);
      tree.put("drills", plans.stream().map(Plan::tree).toList());
      asked.ifPresent(who -> {
        tree.put("asked-by", who.by().name());
        tree.put("asked", who.at().toString());
      });
      tree.put("at", at.toString());
      return CanonicalJson.encode(tree);
    }
  }

  /** Who asked for a run, and when. */
  record Asked(Subject by, Instant at) {}

  /** One drill of a run ended. */
  record Reported(UUID run, Result result, Instant at) implements DrillRecord {
    @Override
    public byte[] canonical() {
      Map<String, Object> tree = new HashMap<>(result.tree());
      tree.put(REPORTED, 1);
      tree.put("run", run.toString());
      tree.put("at", at.toString());
      return CanonicalJson.encode(tree);
    }
  }

  /** The member that tells a beginning. */
  String BEGUN = "drill-run";

  /** The member that tells a result. */
  String REPORTED = "drill-result";

  /** The longest text in it. */
  int LONGEST = 100;

  /** Reads what {@link #canonical} writes. */
  static DrillRecord of(byte[] content) {
    Reading read = Reading.of(content);
    UUID run = UUID.fromString(read.text("run", LONGEST));
    Instant at = Instant.parse(read.text("at", LONGEST));
    if (read.has(REPORTED)) {
      return new Reported(run, Result.of(read), at);
    }
    return new Begun(
        run,
        Subject.operator(read.text("operator", LONGEST)),
        read.has("token") ? Optional.of(read.text("token", LONGEST)) : Optional.empty(),
        read.text("runner", LONGEST),
        read.text("version", LONGEST),
        Plan.all(read),
        read.has("asked-by")
            ? Optional.of(
                new Asked(
                    Subject.operator(read.text("asked-by", LONGEST)),
                    Instant.parse(read.text("asked", LONGEST))))
            : Optional.empty(),
        at);
  }
}
