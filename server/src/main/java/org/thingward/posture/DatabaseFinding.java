package org.thingward.posture;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;

/**
 * The database was found not to be what the log says (rule L4).
 *
 * @param what {@code database-changed}: rows that the log does not know; {@code database-behind}:
 *     the log knew more; {@code evidence-lost}: a posture of the log rests on evidence that is gone
 * @param count how many rows, or about how many subjects
 * @param subjects the first of those concerned, at most 20
 */
record DatabaseFinding(String what, Instant at, int count, List<Subject> subjects) {
  private static final int FORMAT = 1;

  byte[] canonical() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("finding", FORMAT);
    tree.put("what", what);
    tree.put("at", at.toString());
    tree.put("count", count);
    tree.put("subjects", subjects.stream().map(Subject::toString).toList());
    return CanonicalJson.encode(tree);
  }

  /** What happened and what to do, for a person. */
  String text() {
    return switch (what) {
      case "database-behind" ->
          ("The log knew more than the database about %d subjects (%s …): an old copy was put back,"
                  + " or rows were deleted. All of it counts again, read from the log.")
              .formatted(count, subjects);
      case "evidence-lost" ->
          ("%d subjects (%s …) were judged by evidence that neither the database nor the log holds"
                  + " any more. They are of tier none until you release them: thingward device"
                  + " release.")
              .formatted(count, subjects);
      default ->
          ("%d rows of evidence open no entry of the log, so they do not count: somebody wrote into"
                  + " the database. Those concerned (%s …) are of tier none until you release them:"
                  + " thingward device release.")
              .formatted(count, subjects);
    };
  }
}
