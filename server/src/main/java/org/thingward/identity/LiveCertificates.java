package org.thingward.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.ledger.DatabaseFinding;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.EvidenceSink.Stated;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which certificates may count, as the log knows it (rule L4): those that the newest evidence about
 * their subject accepts, and those that were issued since. A row of the database that says more, by
 * its state or by what it holds, is stated to nobody.
 */
final class LiveCertificates {
  private static final String RAISED =
      "%d certificates count in the database and not in the log, so they are revoked: somebody wrote"
          + " into the database, or an old copy was put back. If one of those concerned (%s …) is"
          + " cut off now, let it enrol anew: thingward token create.";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EvidenceSink said;
  private final Map<Digest, IssuedCertificate> issued = new ConcurrentHashMap<>();
  private final Set<Digest> notRenewable = ConcurrentHashMap.newKeySet();
  private int disagreements;

  private LiveCertificates(EvidenceSink said) {
    this.said = said;
  }

  /** Asks the log about every certificate that the database calls live, and revokes the others. */
  static LiveCertificates reload(LiveStore store, Ledger ledger, EvidenceSink said, Instant now) {
    LiveCertificates live = new LiveCertificates(said);
    List<LiveStore.Row> raised = new ArrayList<>();
    List<LiveStore.Row> old = new ArrayList<>();
    Openings log = ledger.openings();
    store.forEachLive(
        now,
        row -> {
          if (row.receipt().isEmpty()) {
            old.add(row);
          } else if (!live.take(row, row.receipt().get(), log, ledger)) {
            raised.add(row);
          }
        });
    live.adopt(old, log, ledger, store, raised);
    live.disagreements = raised.size();
    if (!raised.isEmpty()) {
      store.disbelieve(raised.stream().map(row -> row.certificate().digest()).toList(), now);
      List<Subject> subjects =
          raised.stream().map(row -> row.certificate().subject()).distinct().sorted().toList();
      new DatabaseFinding("certificates-changed", now, raised.size(), subjects)
          .tell(ledger, RAISED);
    }
    return live;
  }

  /** Takes certificates from before receipts were noted: their entries are looked for, once. */
  private void adopt(
      List<LiveStore.Row> rows,
      Openings log,
      Ledger ledger,
      LiveStore store,
      List<LiveStore.Row> raised) {
    if (rows.isEmpty()) {
      return;
    }
    Map<Digest, Receipt> entries = new HashMap<>();
    for (Openings.Opened entry : log.unseen(EntryType.CERTIFICATE).rest()) {
      String digest = JSON.readTree(entry.content()).path("digest").asString("");
      if (!digest.isEmpty()) {
        entries.put(Digest.parse(digest), entry.receipt());
      }
    }
    Map<Digest, Receipt> adopted = new HashMap<>();
    for (LiveStore.Row row : rows) {
      Receipt receipt = entries.get(row.certificate().digest());
      if (receipt != null && take(row, receipt, log, ledger)) {
        adopted.put(row.certificate().digest(), receipt);
      } else {
        raised.add(row);
      }
    }
    store.setReceipts(adopted);
  }

  private boolean take(LiveStore.Row row, Receipt receipt, Openings log, Ledger ledger) {
    IssuedCertificate certificate = row.certificate();
    // An entry of an older version does not name the token.
    if (!confirms(log, receipt, certificate.record())
        && row.token().filter(it -> confirms(log, receipt, certificate.record(it))).isEmpty()) {
      return false;
    }
    boolean accepted = accepted(certificate.subject()).contains(certificate.digest());
    if (!accepted && !isNewer(receipt, certificate.subject(), ledger)) {
      return false;
    }
    if (accepted) {
      noteProfile(certificate);
    } else {
      issued(certificate);
    }
    return true;
  }

  private static boolean confirms(Openings log, Receipt receipt, byte[] record) {
    return log.confirms(EntryType.CERTIFICATE, receipt, record);
  }

  /** Whether the log has this issuance after what was last stated of the subject's certificates. */
  private boolean isNewer(Receipt issuance, Subject subject, Ledger ledger) {
    Optional<Stated> newest = said.newest(subject, Statements.CREDENTIAL);
    if (newest.isEmpty()) {
      return true;
    }
    OptionalLong stated = newest.get().receipt().map(ledger::index).orElseGet(OptionalLong::empty);
    OptionalLong made = ledger.index(issuance);
    return stated.isPresent() && made.isPresent() && made.getAsLong() > stated.getAsLong();
  }

  private void noteProfile(IssuedCertificate certificate) {
    if (!certificate.profile().renewable()) {
      notRenewable.add(certificate.digest());
    }
  }

  /** How many certificates counted in the database and not in the log at start. */
  int disagreements() {
    return disagreements;
  }

  /** A certificate was issued, within the transaction that stores it. */
  void issued(IssuedCertificate certificate) {
    noteProfile(certificate);
    issued.put(certificate.digest(), certificate);
  }

  /** Evidence of these was taken: from now on it says whether they count. */
  void stated(List<IssuedCertificate> certificates) {
    certificates.forEach(certificate -> issued.remove(certificate.digest()));
  }

  /** Whether the log bears this one out. */
  boolean counts(IssuedCertificate certificate) {
    return issued.containsKey(certificate.digest())
        || accepted(certificate.subject()).contains(certificate.digest());
  }

  /** Whether it was issued for a token, and this was not stated yet. */
  boolean beginsLine(IssuedCertificate certificate) {
    IssuedCertificate made = issued.get(certificate.digest());
    return made != null && made.parent().isEmpty();
  }

  /**
   * Whether a derived token began its line: what was stated of the subject's certificates says so,
   * until then its issuance, and its row only if it says so too.
   */
  boolean isDerived(IssuedCertificate certificate) {
    IssuedCertificate made = issued.get(certificate.digest());
    return certificate.derived()
        || (made != null
            ? made.derived()
            : said.newest(certificate.subject(), Statements.CREDENTIAL)
                .filter(newest -> newest.evidence().assurance() == AssuranceLevel.L2)
                .isPresent());
  }

  /**
   * Whether it was ever stated that the subject has a certificate, of this or another authority.
   */
  boolean everStated(Subject subject) {
    return said.newest(subject, Statements.CREDENTIAL).isPresent()
        || said.newest(subject, Statements.HOLDER).isPresent();
  }

  /** Whether another certificate may follow this one without a token. */
  boolean isRenewable(IssuedCertificate certificate) {
    return certificate.profile().renewable() && !notRenewable.contains(certificate.digest());
  }

  /** What the subject may present, as it was last stated. */
  Set<Digest> accepted(Subject subject) {
    return said.newest(subject, Statements.CREDENTIAL)
        .map(newest -> newest.evidence().claims().get("credential.accepted"))
        .filter(ClaimValue.Digests.class::isInstance)
        .map(claim -> (Set<Digest>) ((ClaimValue.Digests) claim).digests())
        .orElseGet(TreeSet::new);
  }

  /** Whether the subject may present a certificate of this installation, as was last stated. */
  boolean acceptsOwn(Subject subject, Instant now) {
    return !accepted(subject).isEmpty()
        && said.newest(subject, Statements.CREDENTIAL)
            .map(Stated::evidence)
            .filter(newest -> newest.holdsUntil().isAfter(now))
            .filter(newest ->
                new ClaimValue.Word("own").equals(newest.claims().get("credential.issuer")))
            .isPresent();
  }
}
