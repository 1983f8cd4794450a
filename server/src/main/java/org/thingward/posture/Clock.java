package org.thingward.posture;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/**
 * Watches for jumps of the wall clock (rule T7), puts each and its end on record, and shows
 * operators where the clock stands.
 */
final class Clock {
  private static final Logger LOG = LoggerFactory.getLogger(Clock.class);
  private static final Subject INSTALLATION = Subject.operator("installation");
  private static final int SMALL = 4_096;
  private static final int LONGEST_REASON = 1_000;

  private final SteadyTime time;
  private final Ledger ledger;
  private Optional<SteadyTime.Jump> known = Optional.empty();

  Clock(SteadyTime time, Ledger ledger) {
    this.time = time;
    this.ledger = ledger;
  }

  /** The jump that lasts at this moment. */
  Optional<SteadyTime.Jump> jump() {
    return time.jump();
  }

  /** Puts what changed since the last call on record. */
  synchronized void watch() {
    Optional<SteadyTime.Jump> now = time.jump();
    if (now.equals(known)) {
      return;
    }
    known.ifPresent(ended -> record("clock-agrees", ended, INSTALLATION, ""));
    now.ifPresent(jump -> {
      LOG.warn("{}", ClockJumped.text(jump.offset()));
      record("clock-jump", jump, INSTALLATION, "");
    });
    known = now;
  }

  private void record(String finding, SteadyTime.Jump jump, Subject by, String reason) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("finding", 1);
    tree.put("what", finding);
    tree.put("since", jump.since().toString());
    tree.put("at", time.now().toString());
    tree.put("offset-seconds", jump.offset().toSeconds());
    tree.put("by", by.toString());
    tree.put("reason", reason);
    var unused = ledger.appendSoon(EntryType.FINDING, by, CanonicalJson.encode(tree));
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute("GET", "/clock", Permission.VIEW, Reach.OWN, "clock.show", 0, this::show),
        new OperatorRoute(
            "POST",
            "/clock/accept",
            Permission.ADMINISTER_POLICY,
            Reach.FLEET,
            "clock.accept",
            SMALL,
            Operation.weighed(this::accepting)));
  }

  private OperatorResponse show(OperatorRequest request) {
    return OperatorResponse.json(text());
  }

  private String text() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("now", time.now().toString());
    tree.put("offset-seconds", time.offset().toSeconds());
    Optional<SteadyTime.Jump> jump = time.jump();
    tree.put("jumped", jump.isPresent());
    jump.ifPresent(one -> tree.put("since", one.since().toString()));
    return new String(CanonicalJson.encode(tree), java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * {@code {"reason":…}}: a person says that the wall clock is right. Rises and certificates go on
   * by it, also those that had ended by the time before: so it widens.
   */
  private Operation.Prepared accepting(OperatorRequest request) {
    Optional<SteadyTime.Jump> weighed = time.jump();
    List<String> notes = weighed.stream().map(jump -> ClockJumped.text(jump.offset())).toList();
    Impact impact =
        new Impact(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), weighed.isPresent(), notes);
    return Operation.Prepared.of(impact, () -> accept(request, weighed));
  }

  private synchronized OperatorResponse accept(
      OperatorRequest request, Optional<SteadyTime.Jump> weighed) {
    if (!time.jump().map(SteadyTime.Jump::since).equals(weighed.map(SteadyTime.Jump::since))) {
      throw Operation.changedMeanwhile("The clock jumped, or was set right,");
    }
    JsonNode body = Bodies.object(request.body());
    Bodies.only(body, "reason");
    String reason = Bodies.text(body, "reason");
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      throw new Problem(422, "no-reason", "Say why, in at most 1000 characters.");
    }
    SteadyTime.Jump ended =
        time.accept()
            .orElseThrow(() ->
                new Problem(
                    409, "no-jump", "The clock has not jumped; there is nothing to accept."));
    record("clock-accepted", ended, request.operator(), reason);
    LOG.warn("{} accepted the clock: {}", request.operator(), reason);
    known = Optional.empty();
    return OperatorResponse.json(text());
  }
}
