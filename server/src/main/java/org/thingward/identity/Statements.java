package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Database;
import org.thingward.platform.GroupCommit;
import org.thingward.platform.HardwareKeys;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * What this room states as the source {@code identity}: which certificates a subject may present,
 * and whether one or several hold its key.
 */
final class Statements {
  static final String SOURCE = "identity";

  /** Kind: {@code credential.accepted}, and {@code credential.issuer} of another authority. */
  static final String CREDENTIAL = "identity.credential";

  /** Kind: {@code credential.holder}, sole or shared. */
  static final String HOLDER = "identity.holder";

  /** Kind: {@code token.key}, contested. */
  static final String TOKEN = "identity.token";

  /** How strongly the subject is bound to the weakest of its keys. */
  private static final String ASSURANCE = "credential.assurance";

  private static final Logger LOG = LoggerFactory.getLogger(Statements.class);
  private static final int AT_ONCE = 256;

  private final IdentityStore store;
  private final LiveCertificates known;
  private final GroupCommit<Subject, Boolean> together;
  private final EvidenceSink sink;
  private final HardwareKeys hardware;
  private final Time time;
  // One statement of a subject at a time, so that the newest says what the store says.
  private final OneAtATime<Subject> stating = new OneAtATime<>();

  Statements(
      Database database,
      IdentityStore store,
      LiveCertificates known,
      EvidenceSink sink,
      HardwareKeys hardware,
      Time time) {
    this.store = store;
    this.known = known;
    this.together = database.together(AT_ONCE, this::bringAllUpToDate);
    this.sink = sink;
    this.hardware = hardware;
    this.time = time;
  }

  /** States what the subject's line of certificates is by now, if that was not stated yet. */
  void bringUpToDate(Subject subject) {
    boolean done = together.submit(subject);
    LOG.trace("{} is stated: {}", subject, done);
  }

  /**
   * As {@link #bringUpToDate(Subject)}, for several at once: one reading, one transaction for all
   * the evidence, one note that it was taken.
   */
  void bringUpToDate(List<Subject> subjects) {
    stating.begin(subjects);
    try {
      List<IdentityStore.Line> lines = store.lines(subjects, time.now());
      List<Evidence> pieces = new ArrayList<>();
      List<IdentityStore.Change> due = new ArrayList<>();
      for (int i = 0; i < subjects.size(); i++) {
        IdentityStore.Line line = lines.get(i);
        if (!line.unstated().isEmpty()) {
          pieces.addAll(pieces(subjects.get(i), line));
          due.addAll(line.changes());
        }
      }
      if (!due.isEmpty()) {
        List<Receipt> unused = sink.stateAll(pieces);
        lines.forEach(line -> known.stated(line.unstated()));
        store.markStated(due);
      }
    } catch (EvidenceRefused e) {
      throw new Problem(
          503,
          "policy",
          "The policy in force does not take evidence of certificates: " + e.getMessage());
    } finally {
      stating.end(subjects);
    }
  }

  /** States the subject's certificates anew if another level of assurance is theirs by now. */
  void restate(Subject subject) {
    List<IssuedCertificate> live =
        store.live(subject, time.now()).stream().filter(known::counts).toList();
    boolean otherwise =
        sink.newest(subject, CREDENTIAL)
            .map(stated -> stated.evidence().assurance())
            .filter(stated -> stated != assurance(live))
            .isPresent();
    if (!live.isEmpty() && otherwise) {
      store.unstate(live.getFirst().digest());
      bringUpToDate(subject);
    }
  }

  /**
   * That of the weakest key among those that the subject may use. In hardware or not, whoever had
   * the group key could have made a derived line begin with a key of his.
   */
  private AssuranceLevel assurance(List<IssuedCertificate> live) {
    if (live.stream().anyMatch(known::isDerived)) {
      return AssuranceLevel.L2;
    }
    boolean inHardware =
        !live.isEmpty()
            && live.stream()
                .allMatch(certificate -> hardware.holds(certificate.subject(), certificate.key()));
    return inHardware ? AssuranceLevel.L4 : AssuranceLevel.L3;
  }

  private static ClaimValue word(AssuranceLevel assurance) {
    return new ClaimValue.Word(assurance.name().toLowerCase(Locale.ROOT));
  }

  private List<Boolean> bringAllUpToDate(List<Subject> subjects) {
    bringUpToDate(subjects.stream().distinct().toList());
    return Collections.nCopies(subjects.size(), true);
  }

  /** States what a crash left unsaid. */
  void catchUp() {
    List<Subject> behind = store.subjectsUnstated();
    for (Subject subject : behind) {
      try {
        bringUpToDate(subject);
      } catch (RuntimeException e) {
        LOG.error("What the last run left unsaid of {} is still not stated", subject, e);
      }
    }
    if (!behind.isEmpty()) {
      LOG.info(
          "The last run left the certificates of {} subjects unsaid; stated now", behind.size());
    }
  }

  /** Two hold a key of the subject: it renewed twice from one certificate, with different keys. */
  void shared(Subject subject, Digest raw) {
    Receipt unused = sink.state(holder(subject, "shared", raw));
  }

  /** Another key than the one that claimed it showed a token of the subject. */
  void contested(Subject subject, Digest raw) {
    var claims = Map.<String, ClaimValue>of("token.key", new ClaimValue.Word("contested"));
    try {
      Receipt unused = sink.state(piece(subject, TOKEN, claims, Evidence.NO_END, raw));
    } catch (EvidenceRefused e) {
      LOG.warn(
          "A token of {} was shown by a second key; the policy does not take that up: {}",
          subject,
          e.getMessage());
    }
  }

  /** A certificate of another authority: the subject may present any of that authority. */
  void external(Subject subject, Digest credential, Instant ends) {
    var claims =
        Map.of(
            "credential.issuer",
            new ClaimValue.Word("external"),
            "credential.accepted",
            digests(Stream.of(credential)),
            ASSURANCE,
            word(AssuranceLevel.L3));
    Receipt unused = sink.state(piece(subject, CREDENTIAL, claims, ends, credential));
    // Whether it is the first is not asked of the database (rule L4): to say "sole" again would end
    // the
    // latch of a clone.
    if (sink.newest(subject, HOLDER).isEmpty()) {
      Receipt second = sink.state(holder(subject, "sole", credential));
    }
  }

  private List<Evidence> pieces(Subject subject, IdentityStore.Line line) {
    List<IssuedCertificate> live = line.live().stream().filter(known::counts).toList();
    List<IssuedCertificate> unstated = line.unstated();
    var accepted = digests(live.stream().map(IssuedCertificate::digest));
    Instant ends =
        live.stream().map(IssuedCertificate::ends).max(Instant::compareTo).orElse(Evidence.NO_END);
    Digest raw = unstated.getLast().digest();
    AssuranceLevel assurance = assurance(live);
    var claims =
        Map.of(
            "credential.accepted",
            accepted,
            "credential.issuer",
            new ClaimValue.Word("own"),
            ASSURANCE,
            word(assurance));
    List<Evidence> pieces = new ArrayList<>();
    pieces.add(piece(subject, CREDENTIAL, assurance, claims, time.now(), ends, raw));
    // Only a token starts a line, and only a new line says that one alone holds the key: a renewal
    // must not end the latch of a clone that was seen meanwhile.
    unstated.stream()
        .filter(certificate -> certificate.state().live() && known.beginsLine(certificate))
        .findFirst()
        .ifPresent(certificate -> pieces.add(sole(subject, assurance, certificate.digest())));
    return pieces;
  }

  /** That one alone holds the key: where a group key gave it, no stronger than that. */
  private Evidence sole(Subject subject, AssuranceLevel assurance, Digest raw) {
    AssuranceLevel own = assurance == AssuranceLevel.L2 ? assurance : AssuranceLevel.L3;
    return piece(subject, HOLDER, own, holder("sole"), time.now(), Evidence.NO_END, raw);
  }

  /** What would be stated if the subject enrolled with a key that nobody had before. */
  static List<Evidence> ofNewLine(Subject subject, AssuranceLevel assurance, Instant at) {
    Digest raw = Digest.of(subject.toString().getBytes(StandardCharsets.UTF_8));
    var claims =
        Map.of(
            "credential.accepted",
            digests(Stream.of(raw)),
            "credential.issuer",
            new ClaimValue.Word("own"),
            ASSURANCE,
            word(assurance));
    return List.of(
        piece(subject, CREDENTIAL, assurance, claims, at, Evidence.NO_END, raw),
        piece(subject, HOLDER, assurance, holder("sole"), at, Evidence.NO_END, raw));
  }

  private static Map<String, ClaimValue> holder(String word) {
    return Map.of("credential.holder", new ClaimValue.Word(word));
  }

  private Evidence holder(Subject subject, String word, Digest raw) {
    return piece(subject, HOLDER, holder(word), Evidence.NO_END, raw);
  }

  private Evidence piece(
      Subject subject, String kind, Map<String, ClaimValue> claims, Instant until, Digest raw) {
    return piece(subject, kind, AssuranceLevel.L3, claims, time.now(), until, raw);
  }

  private static Evidence piece(
      Subject subject,
      String kind,
      AssuranceLevel assurance,
      Map<String, ClaimValue> claims,
      Instant at,
      Instant until,
      Digest raw) {
    SortedMap<String, ClaimValue> sorted = new TreeMap<>(claims);
    return new Evidence(subject, kind, SOURCE, assurance, sorted, at, until, raw);
  }

  private static ClaimValue digests(Stream<Digest> digests) {
    return new ClaimValue.Digests(digests.collect(Collectors.toCollection(TreeSet::new)));
  }
}
