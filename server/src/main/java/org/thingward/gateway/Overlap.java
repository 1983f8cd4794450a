package org.thingward.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/**
 * One key seen in use on two connections at once (rule G8).
 *
 * @param subject whose key it is
 * @param credential the certificate that both presented
 * @param at when the connection that had been taken over spoke
 */
record Overlap(Subject subject, Digest credential, Instant at) {
  /** What the gateway states of it. Both held the key, hence L3. */
  Evidence evidence() {
    String observation = "overlap\n" + subject + "\n" + credential + "\n" + at;
    return new Evidence(
        subject,
        "identity.holder",
        "gateway",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of("credential.holder", new ClaimValue.Word("shared"))),
        at,
        Evidence.NO_END,
        Digest.of(observation.getBytes(StandardCharsets.UTF_8)));
  }
}
