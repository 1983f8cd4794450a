package org.thingward.access;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.OperatorWatch;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.Permission;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * Compares what operators do with what they are used to do, and finds what is unlike it. It warns,
 * with the reason, and does nothing else: what it learns never permits anything, and never refuses.
 */
public final class InsiderWatch implements OperatorWatch, AutoCloseable {
  /** How many of the newest entries it learns from when it begins. */
  static final int LEARNT_FROM = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(InsiderWatch.class);
  private static final int KEPT = 200;
  private static final Duration AGAIN_AFTER = Duration.ofDays(1);

  private record About(Subject operator, Oddity.Kind kind) {}

  private record Pair(Subject requester, Subject approver) {}

  /** What was found, and its entry in the ledger. */
  private record Told(WatchRecord.Found finding, Receipt entry) {}

  private final Ledger ledger;
  private final Time time;
  private final Map<Subject, Habits> habits = new HashMap<>();
  private final Map<Subject, WatchRecord.Read> reading = new HashMap<>();
  private final Map<Pair, Agreement> agreements = new HashMap<>();
  private final Map<About, Instant> told = new HashMap<>();
  private final Deque<Told> findings = new ArrayDeque<>();
  private long found;
  private boolean hasLearnt;

  /** A watch that knows nothing yet. */
  public InsiderWatch(Ledger ledger, Time time) {
    this.ledger = ledger;
    this.time = time;
  }

  /** Learns from the record; until then nothing is unusual. */
  public void learn() {
    List<Openings.Opened> known =
        ledger.openings().newest(Set.of(EntryType.OPERATOR_ACTION, EntryType.LOGIN), LEARNT_FROM);
    List<Openings.Opened> before = ledger.openings().newest(Set.of(EntryType.FINDING), KEPT);
    synchronized (this) {
      known.forEach(this::note);
      before.forEach(this::note);
      hasLearnt = true;
    }
  }

  private void note(Openings.Opened entry) {
    WatchRecord.of(entry).ifPresent(record -> note(record, entry.receipt()));
  }

  private void note(WatchRecord record, Receipt entry) {
    switch (record) {
      case WatchRecord.Acted(Subject operator, String verb, Instant at) ->
          of(operator).acted(verb, at);
      case WatchRecord.Read read -> of(read.operator()).read(read.hour(), read.bytes());
      case WatchRecord.LoggedIn(Subject operator, String browser, String network) ->
          of(operator).loggedIn(browser, network);
      case WatchRecord.Found finding -> {
        told.put(new About(finding.operator(), finding.oddity().kind()), finding.at());
        keep(new Told(finding, entry));
      }
    }
  }

  private Habits of(Subject operator) {
    return habits.computeIfAbsent(operator, same -> new Habits());
  }

  @Override
  public synchronized void acted(Subject operator, String verb) {
    Instant now = time.now();
    Habits known = of(operator);
    tell(operator, known.oddVerb(verb));
    tell(operator, known.oddHour(now));
    known.acted(verb, now);
  }

  @Override
  public synchronized void read(Subject operator, long bytes) {
    Instant hour = time.now().truncatedTo(ChronoUnit.HOURS);
    WatchRecord.Read before = reading.get(operator);
    if (before != null && !before.hour().equals(hour)) {
      put(before);
    }
    WatchRecord.Read now =
        before != null && before.hour().equals(hour)
            ? new WatchRecord.Read(operator, hour, before.requests() + 1, before.bytes() + bytes)
            : new WatchRecord.Read(operator, hour, 1, bytes);
    reading.put(operator, now);
    tell(operator, of(operator).oddReading(hour, now.bytes()));
  }

  /** Puts the hour on record, of which nothing more comes. */
  private void put(WatchRecord.Read read) {
    of(read.operator()).read(read.hour(), read.bytes());
    var unused = ledger.appendSoon(EntryType.OPERATOR_ACTION, read.operator(), read.canonical());
  }

  /** An operator logged in with this browser, from this network. */
  synchronized void loggedIn(Subject operator, String browser, String network) {
    Habits known = of(operator);
    tell(operator, known.oddBrowser(browser));
    tell(operator, known.oddNetwork(network));
    known.loggedIn(browser, network);
  }

  /** One operator agreed to what another one asked for, so long after it was asked. */
  synchronized void agreed(Subject requester, Subject approver, Duration after) {
    Agreement pair = pair(requester, approver);
    pair.agreed(after);
    tell(approver, pair.odd(requester, approver));
  }

  /** One operator refused what another one asked for. */
  synchronized void refused(Subject requester, Subject approver) {
    pair(requester, approver).refused();
  }

  private Agreement pair(Subject requester, Subject approver) {
    return agreements.computeIfAbsent(new Pair(requester, approver), same -> new Agreement());
  }

  /** Once a day for an operator and a kind: what goes on is not news. */
  private void tell(Subject operator, Optional<Oddity> odd) {
    if (odd.isEmpty() || !hasLearnt) {
      return;
    }
    Instant now = time.now();
    Instant last = told.put(new About(operator, odd.get().kind()), now);
    if (last != null && now.isBefore(last.plus(AGAIN_AFTER))) {
      told.put(new About(operator, odd.get().kind()), last);
      return;
    }
    LOG.warn("unusual: {} {}", operator, odd.get().reason());
    WatchRecord.Found finding = new WatchRecord.Found(operator, odd.get(), now);
    Receipt entry = ledger.appendSoon(EntryType.FINDING, operator, finding.canonical());
    found++;
    keep(new Told(finding, entry));
  }

  private void keep(Told finding) {
    findings.addFirst(finding);
    if (findings.size() > KEPT) {
      findings.removeLast();
    }
  }

  /** How much it found since it began. */
  public synchronized long found() {
    return found;
  }

  /** Puts on record what was read in hours that are not over. */
  @Override
  public synchronized void close() {
    reading.values().forEach(this::put);
    reading.clear();
  }

  /** What operators may ask. */
  public List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET",
            "/operators/findings",
            Permission.VIEW,
            Reach.FLEET,
            "operator.findings",
            0,
            this::list));
  }

  private synchronized OperatorResponse list(OperatorRequest request) {
    return OperatorResponse.json(
        Map.of("items", findings.stream().map(InsiderWatch::item).toList()));
  }

  private static Map<String, Object> item(Told told) {
    WatchRecord.Found finding = told.finding();
    return Map.of(
        "entry", told.entry().entry().toString(),
        "operator", finding.operator().name(),
        "kind", finding.oddity().kind().word(),
        "reason", finding.oddity().reason(),
        "at", finding.at().toString());
  }
}
