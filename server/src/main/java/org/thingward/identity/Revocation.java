package org.thingward.identity;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** Withdraws certificates: in the store, in evidence, and on the published list. */
final class Revocation {
  private static final int FORMAT = 1;

  private final IdentityStore store;
  private final Ledger ledger;
  private final Statements statements;
  private final RevocationLists lists;
  private final AnsweredLately answers;
  private final Time time;

  Revocation(
      IdentityStore store,
      Ledger ledger,
      Statements statements,
      RevocationLists lists,
      AnsweredLately answers,
      Time time) {
    this.store = store;
    this.ledger = ledger;
    this.statements = statements;
    this.lists = lists;
    this.answers = answers;
    this.time = time;
  }

  /**
   * Revokes all certificates of a subject that an operator revoked as a whole; published, and
   * stated, so that none of them opens anything again when the order is lifted. Doing it again goes
   * on where it ended.
   */
  void revokeAll(Subject subject) {
    boolean changed = true;
    try {
      changed =
          store.inTransaction(() -> {
            store.lock(subject);
            boolean ofTpm = store.revokeAll(subject, time.now());
            return store.isUnstated(subject) || ofTpm;
          });
    } finally {
      // A commit whose answer was lost is one all the same.
      if (changed) {
        lists.changed();
        answers.changed();
      }
    }
    if (changed) {
      statements.bringUpToDate(subject);
    }
  }

  /** Revokes one certificate on an operator's word; durable, stated and published on return. */
  void revoke(IssuedCertificate certificate, Subject operator) {
    Map<String, Object> why = Map.of("operator", operator.toString());
    boolean unused = revoke(certificate, EntryType.OPERATOR_ACTION, why);
  }

  /** Why who holds a certificate gives it up. */
  enum OwnReason {
    /** It asked that it be revoked. */
    ASKED,
    /** It did not take what it was given. */
    NOT_TAKEN;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** As {@link #revoke}, on the word of who holds its key; false if it was revoked already. */
  boolean revokeOwn(IssuedCertificate certificate, OwnReason reason) {
    return revoke(certificate, EntryType.CERTIFICATE, Map.of("own-reason", reason.word()));
  }

  private boolean revoke(IssuedCertificate certificate, EntryType type, Map<String, Object> why) {
    boolean changed = true;
    try {
      changed = store.inTransaction(() -> revokeWithin(certificate, type, why));
    } finally {
      // First: nobody is told by an old list while what follows takes its time. Also if the
      // transaction failed: a commit whose answer was lost is one all the same.
      if (changed) {
        lists.changed(certificate.serial());
        answers.changed(certificate.serial());
      }
    }
    if (changed) {
      statements.bringUpToDate(certificate.subject());
    }
    return changed;
  }

  private boolean revokeWithin(
      IssuedCertificate certificate, EntryType type, Map<String, Object> why) {
    store.lock(certificate.subject());
    if (!store.revoke(certificate.digest(), time.now())) {
      return false;
    }
    store.unstate(certificate.digest());
    ledger.appendWithTransaction(type, certificate.subject(), record(certificate, why));
    return true;
  }

  private byte[] record(IssuedCertificate certificate, Map<String, Object> why) {
    Map<String, Object> tree = new LinkedHashMap<>(why);
    tree.put("certificate-revocation", FORMAT);
    tree.put("certificate", certificate.digest().toString());
    tree.put("serial", certificate.serialText());
    tree.put("subject", certificate.subject().toString());
    tree.put("at", time.now().toString());
    return CanonicalJson.encode(tree);
  }
}
