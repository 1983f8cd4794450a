package org.thingward.access;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.platform.ChangeControl;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.Impact;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalEntry;
import org.thingward.verify.approval.ApprovalRequest;
import org.thingward.verify.approval.Approver;
import org.thingward.verify.approval.Quorum;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;

/**
 * Changes that others must agree to. Each step is an entry of the ledger before it counts, and
 * nothing of it is anywhere else: a restart reads them back (rules O3, O4).
 */
final class Approvals implements ChangeControl {
  /** For how long others may agree, and whoever asked carry it out. */
  static final Duration LIFE = Duration.ofHours(24);

  /** How many of one operator may wait at once. */
  static final int MOST_OPEN = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Approvals.class);
  private static final int REMEMBERED = 1_000;
  private static final int NAMED = 1_000;
  private static final int PART = 512 << 10;
  private static final int NONCE = 32;

  private final ApprovalRules rules;
  private final ConsoleName console;
  private final Surroundings surroundings;
  private final Approvers approvers;
  private final BreakGlass breakGlass;
  private final Ledger ledger;
  private final Time time;
  private final Randomness randomness;
  private final Tally tally = new Tally();
  // Oldest first.
  private final Map<UUID, Pending> pending = new LinkedHashMap<>();

  Approvals(
      ApprovalRules rules,
      ConsoleName console,
      Surroundings surroundings,
      Approvers approvers,
      BreakGlass breakGlass,
      Ledger ledger,
      Time time,
      Randomness randomness) {
    this.rules = rules;
    this.console = console;
    this.surroundings = surroundings;
    this.approvers = approvers;
    this.breakGlass = breakGlass;
    this.ledger = ledger;
    this.time = time;
    this.randomness = randomness;
  }

  @Override
  public Weighed weigh(PlannedChange change) {
    Subject operator = change.caller().operator();
    Instant now = time.now();
    Set<Ground> grounds;
    boolean alone = false;
    Optional<UUID> glass = Optional.empty();
    List<Quorum> quorums = List.of();
    // Nothing is written or awaited under this lock: a cut waits for no storage (rule T6).
    synchronized (tally) {
      Tally.Sum before = tally.of(other -> approvers.isSamePerson(operator, other), now);
      grounds = rules.grounds(change, before, surroundings.tooMany());
      if (!grounds.isEmpty()) {
        quorums = quorums(change, grounds);
        alone = quorums.isEmpty();
        if (grounds.equals(Set.of(Ground.LOWER)) && change.impact().onlyLowers()) {
          glass = breakGlass.open(change.caller(), now);
        }
      }
      if (quorums.isEmpty() || glass.isPresent()) {
        count(change, alone, glass, now);
        return Weighed.now(alone ? ApprovalView.ALONE : Map.of());
      }
    }
    Pending asked = ask(change, grounds, quorums, now);
    return new Weighed(Optional.of(ApprovalView.awaited(asked, grounds)), Map.of());
  }

  private void count(PlannedChange change, boolean alone, Optional<UUID> glass, Instant now) {
    Impact impact = change.impact();
    if (impact.raised().isEmpty() && impact.lowered().isEmpty() && !alone) {
      return;
    }
    ApprovalEntry.Acted acted =
        new ApprovalEntry.Acted(
            change.caller().operator(),
            change.verb(),
            impact.raised().size(),
            impact.lowered().size(),
            alone,
            glass,
            now);
    tally.add(acted);
    breakGlass.restore(acted);
    var unused = ledger.appendSoon(EntryType.APPROVAL, acted.operator(), acted.canonical());
  }

  /** Who must agree; nobody, if nobody else could: there is no separation of duties. */
  private List<Quorum> quorums(PlannedChange change, Set<Ground> grounds) {
    Collection<Subject> devices = devices(change.impact());
    Approver requester = approvers.of(change.caller().operator(), devices);
    List<Approver> others = approvers.all(devices);
    List<Quorum> floors = new ArrayList<>();
    for (Ground ground : grounds) {
      ground.floors().stream()
          .filter(floor -> floor.isMetBy(requester, others))
          .findFirst()
          .filter(floor -> !floors.contains(floor))
          .ifPresent(floors::add);
    }
    if (!floors.isEmpty()) {
      floors.addAll(rules.more(grounds));
    }
    return floors;
  }

  private static Collection<Subject> devices(Impact impact) {
    Set<Subject> devices = new TreeSet<>(impact.raised());
    devices.addAll(impact.lowered());
    return devices;
  }

  private synchronized Pending ask(
      PlannedChange change, Set<Ground> grounds, List<Quorum> quorums, Instant now) {
    Subject operator = change.caller().operator();
    long open =
        pending.values().stream()
            .filter(one -> one.request().requester().equals(operator) && one.isOpen(now))
            .count();
    if (open >= MOST_OPEN) {
      throw new Problem(
          429,
          "too-many-approvals",
          MOST_OPEN + " changes of yours wait for approval already. Withdraw one first.");
    }
    ApprovalRequest request =
        new ApprovalRequest(
            randomness.id(),
            console.name(),
            head(),
            new ApprovalRequest.Change(
                change.verb(),
                change.method(),
                change.path(),
                change.query(),
                change.contentType(),
                change.bodyDigest()),
            effect(change.impact()),
            grounds.stream().map(Ground::text).toList(),
            quorums,
            operator,
            now,
            now.plus(LIFE),
            ApprovalRequest.Nonce.of(randomness.bytes(NONCE)));
    for (int number = 0; number * PART < change.body().length; number++) {
      int end = Math.min(change.body().length, (number + 1) * PART);
      byte[] part = Arrays.copyOfRange(change.body(), number * PART, end);
      append(operator, new ApprovalEntry.BodyPart(request.id(), number, part));
    }
    Impact impact = change.impact();
    ApprovalEntry.Asked asked =
        new ApprovalEntry.Asked(
            request, named(impact.raised()), named(impact.lowered()), impact.notes());
    append(operator, asked);
    Pending one = Pending.of(asked, change.body());
    put(one);
    surroundings.notices().waits(request);
    LOG.warn(
        "{} asks for approval of {} {}: {}",
        operator.name(),
        change.method(),
        change.path(),
        request.because());
    return one;
  }

  private static List<Subject> named(Collection<Subject> subjects) {
    return subjects.stream().limit(NAMED).toList();
  }

  private ApprovalRequest.Head head() {
    Checkpoint checkpoint = surroundings.checkpoint().get();
    return new ApprovalRequest.Head(checkpoint.origin(), checkpoint.size(), checkpoint.root());
  }

  private ApprovalRequest.Effect effect(Impact impact) {
    return new ApprovalRequest.Effect(
        impact.raised().size(),
        impact.lowered().size(),
        ApprovalRequest.Effect.devices(impact.raised(), impact.lowered()),
        impact.widens(),
        surroundings.policy().get(),
        Optional.of(ApprovalRequest.Effect.notes(impact.notes())));
  }

  private void append(Subject operator, ApprovalEntry entry) {
    var unused = ledger.append(EntryType.APPROVAL, operator, entry.canonical());
  }

  private void put(Pending one) {
    pending.put(one.request().id(), one);
    if (pending.size() > REMEMBERED) {
      Instant now = time.now();
      pending.values().stream()
          .filter(each -> !each.isOpen(now))
          .findFirst()
          .ifPresent(oldest -> pending.remove(oldest.request().id()));
    }
  }

  /** All that are known, newest first. */
  synchronized List<Pending> all() {
    return List.copyOf(pending.values()).reversed();
  }

  synchronized Optional<Pending> find(UUID id) {
    return Optional.ofNullable(pending.get(id));
  }

  /** How many wait for somebody. */
  int waiting() {
    Instant now = time.now();
    return (int)
        all().stream().filter(one -> one.state(now, isMet(one)) == Pending.State.OPEN).count();
  }

  /** Whether those who agreed are enough, by what they hold at this moment. */
  boolean isMet(Pending one) {
    Collection<Subject> devices = devices(one);
    Approver requester = approvers.of(one.request().requester(), devices);
    List<Approver> agreed =
        one.agreed().stream()
            .filter(each -> approvers.holds(each.operator(), each.assertion().passkey()))
            .map(each -> approvers.of(each.operator(), devices))
            .toList();
    return one.request().quorums().stream().allMatch(quorum -> quorum.isMetBy(requester, agreed));
  }

  /** Those that are named; a change of more is for who holds a role everywhere. */
  static Collection<Subject> devices(Pending one) {
    ApprovalRequest.Effect effect = one.request().effect();
    List<Subject> devices = new ArrayList<>(one.asked().raised());
    devices.addAll(one.asked().lowered());
    return devices.size() == effect.raised() + effect.lowered() ? devices : List.of();
  }

  /** Whether this operator's agreement would count. */
  boolean mayAgree(Pending one, Subject operator) {
    Collection<Subject> devices = devices(one);
    return !approvers.isSamePerson(operator, one.request().requester())
        && Approvers.counts(approvers.of(operator, devices), one.request().quorums());
  }

  /** Somebody agrees: the assertion was found to be one over this request. */
  synchronized Pending agree(UUID id, ApprovalEntry.Approved approved) {
    Pending one = requireOpen(id);
    if (!approvers.holds(approved.operator(), approved.assertion().passkey())) {
      throw new Problem(
          403,
          "authenticator-not-attested",
          "To approve takes an authenticator whose maker is believed here, and whose key cannot leave it. Register such a one as a further passkey.");
    }
    if (one.hasAgreed(approved.operator())) {
      throw new Problem(409, "approved-already", "You approved this already.");
    }
    append(approved.operator(), approved);
    return agreed(one, approved);
  }

  private Pending agreed(Pending one, ApprovalEntry.Approved approved) {
    Pending next = one.with(approved);
    put(next);
    ApprovalRequest request = one.request();
    surroundings
        .watch()
        .agreed(
            request.requester(),
            approved.operator(),
            Duration.between(request.asked(), approved.at()));
    return next;
  }

  private Pending ended(Pending one, ApprovalEntry.Ended ended) {
    Pending next = one.with(ended);
    put(next);
    if (ended.how() == ApprovalEntry.Ended.How.REFUSED) {
      surroundings.watch().refused(one.request().requester(), ended.by());
    }
    return next;
  }

  /** Somebody who may agree says no, or whoever asked takes it back. */
  synchronized Pending end(UUID id, ApprovalEntry.Ended.How how, Subject by, String reason) {
    Pending one = requireOpen(id);
    ApprovalEntry.Ended ended = new ApprovalEntry.Ended(id, how, by, reason, time.now());
    append(by, ended);
    return ended(one, ended);
  }

  private Pending requireOpen(UUID id) {
    Pending one = find(id).orElseThrow(() -> unknown(id));
    Pending.State state = one.state(time.now(), false);
    if (state != Pending.State.OPEN) {
      throw new Problem(409, "approval-over", "Approval " + id + " is over: " + state.word() + ".");
    }
    return one;
  }

  static Problem unknown(UUID id) {
    return new Problem(404, "unknown-approval", "There is no approval " + id + ".");
  }

  @Override
  public synchronized ApprovedChange approved(String name, Caller caller) {
    UUID id = ApprovalRoutes.id(name);
    Pending one =
        find(id)
            .filter(each -> each.request().requester().equals(caller.operator()))
            .orElseThrow(() -> unknown(id));
    var unused = requireOpen(id);
    if (!isMet(one)) {
      throw new Problem(
          409, "approval-missing", "Not enough people have approved this who may do so now.");
    }
    ApprovalRequest.Change change = one.request().change();
    return new ApprovedChange(
        id, change.method(), change.path(), change.query(), change.contentType(), one.body());
  }

  @Override
  public synchronized void carryOut(ApprovedChange approved, PlannedChange again) {
    UUID id = approved.id();
    Pending one = requireOpen(id);
    Optional<String> difference = difference(one.request(), again);
    if (difference.isPresent()) {
      var unused =
          end(id, ApprovalEntry.Ended.How.VOIDED, again.caller().operator(), difference.get());
      throw new Problem(
          409,
          "approval-void",
          "This is not what was approved: %s. Ask again.".formatted(difference.get()));
    }
    if (!isMet(one)) {
      throw new Problem(
          409, "approval-missing", "Not enough people have approved this who may do so now.");
    }
    Instant now = time.now();
    append(
        one.request().requester(), new ApprovalEntry.Executed(id, one.request().requester(), now));
    put(one.executedAt(now));
  }

  /** How what would be done now differs from what was approved. */
  private Optional<String> difference(ApprovalRequest request, PlannedChange again) {
    ApprovalRequest.Change change =
        new ApprovalRequest.Change(
            again.verb(),
            again.method(),
            again.path(),
            again.query(),
            again.contentType(),
            again.bodyDigest());
    ApprovalRequest.Effect effect = effect(again.impact());
    if (!again.caller().operator().equals(request.requester())
        || !change.equals(request.change())) {
      return Optional.of("the request is another");
    }
    if (!effect.policy().equals(request.effect().policy())) {
      return Optional.of("another policy took effect since");
    }
    if (!effect.notes().equals(request.effect().notes())
        && effect.devices().equals(request.effect().devices())) {
      return Optional.of(
          "what there is to know of it is not what was shown, e.g. more speaks against a device");
    }
    if (!effect.equals(request.effect())) {
      return Optional.of(
          "it would raise %d devices and lower %d by now, not the %d and %d that were approved, or others"
              .formatted(
                  effect.raised(),
                  effect.lowered(),
                  request.effect().raised(),
                  request.effect().lowered()));
    }
    return head().origin().equals(request.head().origin())
        ? Optional.empty()
        : Optional.of("the log has another name");
  }

  /** What was asked before does not count: something about it cannot be read any more. */
  synchronized void forget() {
    pending.clear();
  }

  /** Takes in an entry at start. */
  synchronized void restore(ApprovalEntry entry, Map<UUID, List<byte[]>> bodies) {
    switch (entry) {
      case ApprovalEntry.Asked asked ->
          put(Pending.of(asked, joined(bodies.getOrDefault(asked.request().id(), List.of()))));
      case ApprovalEntry.BodyPart part ->
          bodies.computeIfAbsent(part.request(), id -> new ArrayList<>()).add(part.bytes());
      case ApprovalEntry.Approved approved ->
          find(approved.request()).ifPresent(one -> agreed(one, approved));
      case ApprovalEntry.Ended ended -> find(ended.request()).ifPresent(one -> ended(one, ended));
      case ApprovalEntry.Executed executed ->
          find(executed.request()).ifPresent(one -> put(one.executedAt(executed.at())));
      case ApprovalEntry.Acted acted -> {
        tally.add(acted);
        breakGlass.restore(acted);
      }
      case ApprovalEntry.GlassBroken broken -> breakGlass.restore(broken);
      case ApprovalEntry.GlassReviewed reviewed -> breakGlass.restore(reviewed);
    }
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }
}
