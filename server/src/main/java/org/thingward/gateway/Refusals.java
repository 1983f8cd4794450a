package org.thingward.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/**
 * Counts, per subject, the packets that it sent without a right to, and states their number as
 * evidence once it is more than a broken client's odd one. Only what a subject itself sent over its
 * authenticated session counts (rule T2), whichever of its sessions that was. Safe for many
 * threads.
 */
final class Refusals {
  /** The kind of evidence. */
  static final String KIND = "traffic.refused";

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final Duration WINDOW = Duration.ofMinutes(15);
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MOST = 100_000;

  /** One subject's packets since a moment; and whether, and when, they were last stated. */
  private record Count(long since, long packets, boolean stated, long statedAt) {
    boolean isOver(long now) {
      return now - since >= WINDOW.toNanos();
    }

    Count another() {
      return new Count(since, packets + 1, stated, statedAt);
    }

    boolean isDue(long now, int odd) {
      return packets > odd && (!stated || now - statedAt >= PAUSE_NANOS);
    }

    Count statedAt(long now) {
      return new Count(since, packets, true, now);
    }
  }

  private final Map<Subject, Count> counts = new ConcurrentHashMap<>();

  /** Counts a packet of {@code subject}; what is due is stated on a thread of its own. */
  void count(Parts parts, Subject subject) {
    long now = parts.time().nanos();
    if (counts.size() >= MOST) {
      counts.values().removeIf(count -> count.isOver(now));
    }
    if (counts.size() >= MOST && !counts.containsKey(subject)) {
      return;
    }
    counts.compute(
        subject,
        (unused, before) -> {
          boolean first = before == null || before.isOver(now);
          Count count = first ? new Count(now, 1, false, 0) : before.another();
          if (!count.isDue(now, parts.limits().refusedPackets())) {
            return count;
          }
          Evidence evidence = evidence(subject, count.packets(), parts.time().now());
          parts.threads().execute(() -> state(parts, evidence));
          return count.statedAt(now);
        });
  }

  private static void state(Parts parts, Evidence evidence) {
    try {
      var unused = parts.evidence().state(evidence);
    } catch (RuntimeException e) {
      log.warn("the refused packets of {} are not stated: {}", evidence.subject(), e.toString());
    }
  }

  private static Evidence evidence(Subject subject, long packets, Instant at) {
    String observation = "refused packets\n" + subject + "\n" + packets + "\n" + at;
    return new Evidence(
        subject,
        KIND,
        "gateway",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of("refused.packets", new ClaimValue.Count(packets))),
        at,
        at.plus(WINDOW),
        Digest.of(observation.getBytes(StandardCharsets.UTF_8)));
  }
}
