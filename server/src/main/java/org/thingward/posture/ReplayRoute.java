package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Permission;
import org.thingward.trust.Policy;
import org.thingward.verify.replay.ReplayReport;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where operators have the past decided again by another policy. Nothing changes by it. The answer
 * is a stream: how far it is, and the report at the end. One at a time, because it is much work.
 */
final class ReplayRoute {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayRoute.class);
  private static final int MAX_POLICY = 1 << 20;
  private static final Duration USUALLY = Duration.ofHours(24);

  private final PastDecisions past;
  private final SteadyTime time;
  private final Semaphore turn = new Semaphore(1);

  ReplayRoute(PastDecisions past, SteadyTime time) {
    this.past = past;
    this.time = time;
  }

  OperatorRoute route() {
    return new OperatorRoute(
        "POST",
        "/policy/replay",
        Permission.VIEW,
        Reach.FLEET,
        "policy.replay",
        MAX_POLICY,
        Operation.unweighed(PolicyRoutes.ONLY_LOOKED_AT, this::replay));
  }

  private OperatorResponse replay(OperatorRequest request) {
    Policy policy = PolicyRoutes.read(request.body());
    Instant until = moment(request, "until", time.now());
    Instant from = moment(request, "from", until.minus(USUALLY));
    if (!from.isBefore(until)) {
      throw new Problem(400, "malformed-query", "'from' must be before 'until'.");
    }
    return new OperatorResponse(
        200,
        Map.of("content-type", "text/event-stream", "cache-control", "no-store"),
        out -> stream(out, policy, from, until));
  }

  private void stream(OutputStream out, Policy policy, Instant from, Instant until)
      throws IOException {
    if (!turn.tryAcquire()) {
      problem(out, 409, "replay-runs", "Another replay runs; ask again when it has ended.");
      return;
    }
    try {
      long all = past.count(from, until);
      ReplayReport report = past.replay(policy, from, until, done -> progress(out, done, all));
      event(out, "report", ReplayTree.of(report, policy.digest(), from, until));
    } catch (UncheckedIOException e) {
      throw new IOException("the reader of a replay left", e);
    } catch (RuntimeException e) {
      LOG.warn("A replay failed", e);
      Problem told = Problem.of(e);
      problem(out, told.status(), "replay-failed", String.valueOf(told.getMessage()));
    } finally {
      turn.release();
    }
  }

  private static void progress(OutputStream out, long done, long all) {
    try {
      event(out, "progress", Map.of("decided", done, "decisions", all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void problem(OutputStream out, int status, String type, String detail)
      throws IOException {
    event(out, "problem", Map.of("status", status, "type", type, "detail", detail));
  }

  private static void event(OutputStream out, String name, Map<String, Object> data)
      throws IOException {
    String json = JsonMapper.shared().writeValueAsString(Map.of(name, data));
    out.write(("event: " + name + "\ndata: " + json + "\n\n").getBytes(UTF_8));
    out.flush();
  }

  private static Instant moment(OperatorRequest request, String name, Instant otherwise) {
    String text = request.query().getOrDefault(name, "");
    try {
      return text.isEmpty() ? otherwise : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new Problem(
          400, "malformed-query", "'%s' is a moment such as 2026-01-31T12:00:00Z.".formatted(name));
    }
  }
}
