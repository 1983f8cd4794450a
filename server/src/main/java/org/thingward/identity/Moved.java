package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.platform.Place;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/**
 * A subject was seen at a place that is new for it, after it had been seen nowhere new for a time.
 * A device that was carried elsewhere does that, and so does a copy of its key: weak evidence.
 *
 * @param subject who it is
 * @param stayed for how long it had been seen nowhere new
 * @param from where it was seen last
 * @param to where it is seen now
 */
record Moved(Subject subject, Duration stayed, Place from, Place to, Instant at) {
  static final String KIND = "presence.moved";
  static final String SOURCE = "presence";

  Evidence evidence() {
    String observation = "moved\n" + subject + "\n" + from.name() + "\n" + to.name() + "\n" + at;
    return new Evidence(
        subject,
        KIND,
        SOURCE,
        AssuranceLevel.L3,
        new TreeMap<>(
            Map.of(
                "presence.stayed", new ClaimValue.Span(Duration.ofSeconds(stayed.toSeconds())),
                "presence.from", new ClaimValue.Word(from.name()),
                "presence.to", new ClaimValue.Word(to.name()))),
        at,
        Evidence.NO_END,
        Digest.of(observation.getBytes(StandardCharsets.UTF_8)));
  }
}
