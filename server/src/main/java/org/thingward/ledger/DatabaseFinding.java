package org.thingward.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The database was found not to be what the log says (rule L4).
 *
 * @param what the kind of finding, in lower-case words with hyphens
 * @param count how many rows, or about how many subjects
 * @param subjects those concerned, of whom the first 20 are named
 */
public record DatabaseFinding(String what, Instant at, int count, List<Subject> subjects) {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseFinding.class);
  private static final Subject INSTALLATION = Subject.operator("installation");
  private static final int FORMAT = 1;
  private static final int NAMED = 20;

  public DatabaseFinding {
    subjects = List.copyOf(subjects.subList(0, Math.min(NAMED, subjects.size())));
  }

  /**
   * Puts it on record, and into the server's own log for a person.
   *
   * @param text what happened and what to do; {@code %d} stands for the count and {@code %s} for
   *     those concerned
   */
  public void tell(Ledger ledger, String text) {
    LOG.error("{}", text.formatted(count, subjects));
    var unused = ledger.appendSoon(EntryType.FINDING, INSTALLATION, canonical());
  }

  private byte[] canonical() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("finding", FORMAT);
    tree.put("what", what);
    tree.put("at", at.toString());
    tree.put("count", count);
    tree.put("subjects", subjects.stream().map(Subject::toString).toList());
    return CanonicalJson.encode(tree);
  }
}
