package org.thingward.posture;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.PastTiers;
import org.thingward.platform.Problem;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Foresight;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.Silence;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.record.Records;

/**
 * The room's way in: takes evidence, appraises, decides, and tells who listens.
 *
 * <p>Safe for many threads. Deciding neither locks nor asks the database, except where a posture's
 * own end has just come.
 */
public final class Postures implements DecisionPoint, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Postures.class);
  private static final Subject INSTALLATION = Subject.operator("installation");

  private final Ledger ledger;
  private final SteadyTime time;
  private final Clock clock;
  private final Standings standings = new Standings();
  private final Expiry expiry = new Expiry();
  private final Object expiring = new Object();
  private final PostureStore store;
  private final DocumentStore documents;
  private final DecisionStore decisionStore;
  private final ReplayStore replayStore;
  private final DecisionLog decisionLog;
  private final Denials denials;
  private final Decisions decisions;
  private final Journal journal;
  private final WaveStore waveStore;
  private final Waves waves;
  private final Appraiser appraiser;
  private final ForeseenChanges foreseen;
  private final Doubts doubts = new Doubts();
  private final List<Runnable> afterPolicyChange = new CopyOnWriteArrayList<>();
  private final Thread keeper;
  private final int disagreements;
  private volatile boolean closed;

  /**
   * Reads what is stored, and appraises every subject anew, before it returns.
   *
   * @param folder where the journal of denials is kept
   * @throws IllegalStateException if what is stored cannot be read
   */
  public Postures(Database database, Ledger ledger, Path folder, SteadyTime time) {
    this.ledger = ledger;
    this.journal = new Journal(folder);
    this.time = time;
    this.clock = new Clock(time, ledger);
    this.store = new PostureStore(database, ledger);
    this.documents = new DocumentStore(database, ledger);
    this.decisionStore = new DecisionStore(database);
    this.replayStore = new ReplayStore(database);
    this.denials = new Denials(ledger);
    Openings log = ledger.openings();
    this.waveStore = new WaveStore(database);
    this.waves = new Waves(standings, ledger, time, waveStore);
    this.appraiser =
        new Appraiser(
            standings,
            store,
            expiry,
            time,
            journal,
            doubts,
            waves,
            new LastApplied(log, documents, INSTALLATION, time).inForce());
    this.foreseen = new ForeseenChanges(standings, this.appraiser::inForce, time);
    this.disagreements = load(log, new ReloadStore(database));
    this.decisionLog = new DecisionLog(decisionStore);
    this.decisions =
        new Decisions(
            new Decisions.Parts(standings, appraiser, waves, ledger, denials, decisionLog, time),
            this::appraiseExpired);
    this.keeper = Thread.ofVirtual().name("posture-expiry").start(this::keepTime);
  }

  /** How much of the database was not what the log says. */
  private int load(Openings log, ReloadStore stored) {
    Reload reload = new Reload(log, stored, this::keep, time.now());
    reload.evidence();
    reload.postures(
        store, (posture, receipt) -> appraiser.restore(standings.of(posture.subject()), posture));
    doubts.add(reload.doubts());
    reload.tellFindings(ledger);
    List<Standing> acting = recover();
    appraiser.appraiseAgain(standings.appraised(), Optional.empty());
    acting.forEach(appraiser.recorder()::soon);
    return reload.disagreements();
  }

  private void keep(Kept piece) {
    time.isAfter(piece.evidence().received());
    Standing standing = standings.of(piece.evidence().subject());
    standing.put(piece);
    standings.follow(standing, piece.evidence());
  }

  /** Takes in what acted when the process last ended, whatever the database holds of it. */
  private List<Standing> recover() {
    List<Standing> acting = new ArrayList<>();
    for (Evidence acted : journal.recover()) {
      Standing standing = standings.of(acted.subject());
      if (standing.find(acted.id()).isEmpty()) {
        standing.put(Kept.unwritten(acted));
        standings.follow(standing, acted);
        acting.add(standing);
      } else {
        journal.stored(List.of(acted.id()));
      }
    }
    return acting;
  }

  /**
   * How many rows of evidence were not what the log says when this began, and of how many subjects
   * it knew more (rule L4).
   */
  public int disagreements() {
    return disagreements;
  }

  /** The sink of one source, to be handed to the room that is this source. */
  public EvidenceSink sinkFor(String source) {
    return new SourceSink(source, standings, appraiser, time);
  }

  /** From now on, tells {@code listener} of every change. */
  public void subscribe(PostureListener listener) {
    appraiser.subscribe(listener);
  }

  /**
   * From now on, runs {@code after} once another policy took effect: what the one before refused
   * may be stated now. It runs on a thread of its own.
   */
  public void afterPolicyChange(Runnable after) {
    afterPolicyChange.add(after);
  }

  /**
   * Tells {@code listener} of every subject that is contraindicated now, first as it fell, then as
   * it stands if that changed since: for who may have missed a fall when the process last ended.
   */
  public void recall(PostureListener listener) {
    List<PostureChange> changes = new ArrayList<>();
    store.forEachFall(fell -> {
      Optional<Posture> now = posture(fell.subject());
      if (now.filter(posture -> posture.tier() == Tier.CONTRAINDICATED).isPresent()) {
        changes.add(new PostureChange(Optional.empty(), fell));
        now.filter(posture -> !posture.standsAs(fell))
            .ifPresent(posture -> changes.add(new PostureChange(Optional.of(fell), posture)));
      }
    });
    if (!changes.isEmpty()) {
      listener.posturesChanged(changes);
    }
  }

  @Override
  public RecordedDecision decide(Request request) {
    return decisions.decide(request);
  }

  @Override
  public RecordedDecision decideAgain(Request request, Grant live) {
    return decisions.decideAgain(request, live);
  }

  @Override
  public Optional<RecordedDecision> denyAgain(Request request, Grant live) {
    return decisions.denyAgain(request, live);
  }

  @Override
  public RecordedDecision refuse(Request request, String reason) {
    return decisions.refuse(request, reason);
  }

  @Override
  public Receipt end(GrantEnd end) {
    return decisions.end(end);
  }

  /** What the policy in force silences by this posture; nothing while a wave holds the device. */
  public Silence silence(Posture posture) {
    return waves.holds(posture.subject(), appraiser.inForce())
        ? Silence.NONE
        : Silence.of(policy(), posture);
  }

  /** The latest posture of a device or service about which something was ever stated. */
  public Optional<Posture> posture(Subject subject) {
    return standings.find(subject).flatMap(Standing::posture);
  }

  /**
   * A piece of evidence about this subject that was taken, by its id: what a posture's reason
   * names. One that acts and waits for the database is found too.
   */
  public Optional<Evidence> evidence(Subject subject, Digest id) {
    Optional<Kept> held = standings.find(subject).flatMap(standing -> standing.find(id));
    return held.map(Kept::evidence).or(() -> store.evidence(id).map(Postures::read));
  }

  private static Evidence read(Stored stored) {
    try {
      return Records.evidence(stored.canonical());
    } catch (RecordRefused e) {
      throw new IllegalStateException("stored evidence cannot be read: " + e.getMessage(), e);
    }
  }

  /** The posture, by what is in force, of a subject about which nothing is stated. */
  Posture ofUnknown(Subject subject, Instant at) {
    return appraiser.inForce().appraise(subject, List.of(), at);
  }

  /** How a subject would stand if this were all that is stated of it. */
  Posture wouldStand(Subject subject, List<Evidence> own, Instant at) {
    return appraiser.inForce().appraise(subject, standings.counting(own), at);
  }

  /** The policy in force. */
  public Policy policy() {
    return appraiser.inForce().policy();
  }

  /** The reference values in force. */
  public ReferenceValues referenceValues() {
    return appraiser.inForce().references();
  }

  /** The reference values of one claim that are right for a subject, by the releases it runs. */
  public SortedSet<Digest> referenceValues(Subject subject, String claim) {
    ReferenceValues references = referenceValues();
    SortedSet<Digest> values = new TreeSet<>();
    posture(subject).stream()
        .flatMap(posture -> posture.links().stream())
        .forEach(link -> values.addAll(references.values(link, claim)));
    return values;
  }

  /**
   * Puts another policy in force: stores it and its ledger entry, then appraises everyone by it.
   *
   * @throws PolicyRefused if it is not understood or not safe; nothing was changed
   */
  public synchronized Policy applyPolicy(byte[] bytes, Subject operator) {
    Policy policy = PolicyReader.read(bytes);
    Receipt unused = documents.put(EntryType.POLICY, bytes, operator, time.now());
    appraiser.judgeBy(new InForce(policy, referenceValues()));
    afterPolicyChange.forEach(after -> Thread.ofVirtual().name("policy-changed").start(after));
    return policy;
  }

  /**
   * As {@link #applyPolicy}, if still in force is what this was compared with.
   *
   * @throws Problem if something else took effect meanwhile; nothing was changed
   */
  synchronized void replacePolicy(InForce former, byte[] bytes, Subject operator) {
    requireInForce(former);
    Policy unused = applyPolicy(bytes, operator);
  }

  private void requireInForce(InForce former) {
    inForce().requirePolicy(former.policy().digest());
    if (!referenceValues().equals(former.references())) {
      throw Operation.changedMeanwhile("Other reference values took effect");
    }
  }

  /** By what everyone is judged at this moment. */
  InForce inForce() {
    return appraiser.inForce();
  }

  /** Puts other reference values in force, as {@link #applyPolicy} does a policy. */
  public synchronized void applyReferenceValues(ReferenceValues references, Subject operator) {
    Receipt unused =
        documents.put(EntryType.REFERENCE_VALUES, references.canonical(), operator, time.now());
    appraiser.judgeBy(new InForce(policy(), references));
  }

  /** As {@link #applyReferenceValues}, if still in force is what this was compared with. */
  synchronized void replaceReferenceValues(
      InForce former, ReferenceValues references, Subject operator) {
    requireInForce(former);
    applyReferenceValues(references, operator);
  }

  /** Tells what evidence would do before it is stated. */
  public Foresight foresight() {
    return foreseen;
  }

  /**
   * Whether so many lowered devices are too large a share of the fleet: by the brake of the policy
   * in force, and by the one that ships, whatever the policy says.
   */
  public boolean areTooManyToFall(int lowered) {
    BrakeRule inForce = policy().brake();
    if (lowered < Math.min(inForce.devices(), BrakeRule.DEFAULT.devices())) {
      return false;
    }
    int devices =
        (int) all().filter(posture -> posture.subject().kind() == SubjectKind.DEVICE).count();
    return inForce.brakes(lowered, devices) || BrakeRule.DEFAULT.brakes(lowered, devices);
  }

  /** What operators reach of this room. */
  public List<OperatorRoute> routes() {
    List<OperatorRoute> routes = new ArrayList<>();
    routes.addAll(new PostureRoutes(this, store, standings, ledger, time, foreseen).routes());
    routes.addAll(new AttestationRoutes(this, standings, ledger, time, foreseen).routes());
    routes.addAll(new DecisionRoutes(decisionStore, decisionLog, ledger).routes());
    routes.addAll(new PolicyRoutes(this, documents, ledger, foreseen).routes());
    routes.addAll(new ReferenceRoutes(this, foreseen).routes());
    routes.addAll(new WaveRoutes(waves, waveStore, ledger, appraiser::tellAgain).routes());
    routes.add(new ReplayRoute(new PastDecisions(replayStore, documents), time).route());
    routes.addAll(clock.routes());
    return routes;
  }

  /** Where operators fetch proofs, which take the log's own files. */
  public OperatorRoute proofs(TiledLedger log) {
    return new Proofs(this, store, documents, log).route();
  }

  /** Where an auditor's export is made of the log's own files. */
  public OperatorRoute export(TiledLedger log) {
    return new Exports(new Proofs(this, store, documents, log), log).route();
  }

  /** What devices reach of this room. */
  public List<DeviceRoute> deviceRoutes() {
    return List.of(new SelfReport(sinkFor(SelfReport.SOURCE), this, time).route());
  }

  /** Does what is due at this moment. The room's own thread calls it several times a second. */
  void appraiseDue() {
    clock.watch();
    if (clock.jump().isEmpty()) {
      appraiser.riseAgain();
    }
    Instant now = time.now();
    denials.endAll(now);
    appraiseExpired(now);
    appraiser.tellAgain(waves.endDue(now, appraiser.inForce()));
  }

  /** One at a time, so that whose time ends together falls together, and is weighed together. */
  private void appraiseExpired(Instant now) {
    synchronized (expiring) {
      List<Standing> due = new ArrayList<>();
      expiry.due(now).forEach(subject -> standings.find(subject).ifPresent(due::add));
      if (!due.isEmpty()) {
        appraiser.appraiseSoon(due);
      }
    }
  }

  private void keepTime() {
    while (!closed) {
      try {
        TimeUnit.MILLISECONDS.sleep(50);
        appraiseDue();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("What is due could not be done; it is tried again", e);
      }
    }
  }

  /** How every device and service stands at this moment. */
  public Stream<Posture> all() {
    return standings.appraised().stream().map(Standing::posture).flatMap(Optional::stream);
  }

  /** Tells how devices stood before, from the postures on record. */
  public void pastTiers(Instant since, PastTiers.Told told) {
    store.forEachTierChange(since, told);
  }

  /** How many devices and services are in this tier at this moment. */
  public long count(Tier tier) {
    return all().filter(posture -> posture.tier() == tier).count();
  }

  /** How many waves of falls the brake holds back until a person decides (rule T8). */
  public int undecidedWaves() {
    return waves.undecided();
  }

  /** How many falls act, and wait for the database to take them (rule T6). */
  public int unstored() {
    return journal.waiting();
  }

  /**
   * Calls {@code tail}, which must return at once, for each decision that is recorded from now on.
   */
  public void onDecision(Consumer<RecordedDecision> tail) {
    AutoCloseable unused = decisionLog.follow(tail);
  }

  /** Whether all decisions are in the list. For tests. */
  boolean isListed() {
    return decisionLog.isWritten();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    keeper.join(5_000);
    appraiser.recorder().close();
    if (journal.isSettled()) {
      journal.close();
    }
    waveStore.close();
    denials.endAll(Instant.MAX);
    decisionLog.close();
  }
}
