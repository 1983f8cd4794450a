package org.thingward.gateway;

import java.nio.charset.StandardCharsets;
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
 * A subject seen at two places at once: its session was there before a request came from elsewhere,
 * and spoke after it. One device with two uplinks looks alike: so it is weaker than an {@link
 * Overlap}.
 *
 * @param subject who it is
 * @param session where its MQTT session is from
 * @param request where its request over HTTPS came from
 * @param at when the session spoke again
 */
record TwoPlaces(Subject subject, Place session, Place request, Instant at) {
  /** The kind of evidence. */
  static final String KIND = "presence.concurrent";

  /** What the gateway states of it. */
  Evidence evidence() {
    String observation =
        "two places\n" + subject + "\n" + session.name() + "\n" + request.name() + "\n" + at;
    return new Evidence(
        subject,
        KIND,
        "gateway",
        AssuranceLevel.L3,
        new TreeMap<>(
            Map.of(
                "presence.places", new ClaimValue.Count(2),
                "presence.session", new ClaimValue.Word(session.name()),
                "presence.request", new ClaimValue.Word(request.name()))),
        at,
        Evidence.NO_END,
        Digest.of(observation.getBytes(StandardCharsets.UTF_8)));
  }
}
