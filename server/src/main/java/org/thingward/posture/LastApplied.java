package org.thingward.posture;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Openings;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Receipt;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.record.Records;

/** What is in force at start: what the log says was applied last (rule L4). */
final class LastApplied {
  private static final Logger LOG = LoggerFactory.getLogger(LastApplied.class);

  private final Openings log;
  private final DocumentStore documents;
  private final Subject installation;
  private final SteadyTime time;

  /** Of this log; {@code installation} applies what is in force from the first day. */
  LastApplied(Openings log, DocumentStore documents, Subject installation, SteadyTime time) {
    this.log = log;
    this.documents = documents;
    this.installation = installation;
    this.time = time;
  }

  /** The policy and reference values last applied; the default ones at first start. */
  InForce inForce() {
    byte[] policy = newest(EntryType.POLICY, PolicyReader.defaultPolicy());
    byte[] references = newest(EntryType.REFERENCE_VALUES, ReferenceValues.NONE.canonical());
    try {
      return new InForce(PolicyReader.read(policy), Records.referenceValues(references));
    } catch (PolicyRefused | RecordRefused e) {
      throw new IllegalStateException(
          "what is stored as in force cannot be read: " + e.getMessage(), e);
    }
  }

  /** What the log says was applied last, whatever the database says (rule L4). */
  private byte[] newest(EntryType type, byte[] first) {
    Optional<Stored> here = documents.newest(type);
    Optional<Openings.Opened> applied = log.newest(type);
    if (applied.isEmpty() && here.isPresent()) {
      throw new IllegalStateException(
          "the database holds a %s and the log has none that can be read: they do not belong together. Restore both from one backup."
              .formatted(type.word()));
    }
    if (applied.isEmpty()) {
      Receipt unused = documents.put(type, first, installation, time.now());
      return first;
    }
    Stored document = new Stored(applied.get().content(), applied.get().receipt());
    if (here.filter(document::sameAs).isEmpty()) {
      LOG.error(
          "The {} in the database is not the one applied last; the log's is in force", type.word());
      documents.putBack(type, document, installation, time.now());
    }
    return document.canonical();
  }
}
