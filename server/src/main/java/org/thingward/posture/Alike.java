package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Grant;
import org.thingward.trust.TopicFilter;

/** What decisions have in common that are alike but for times and posture. */
final class Alike {
  private static final int LENGTH = 16;

  private Alike() {}

  /** Sixteen bytes, equal for decisions that are alike. */
  static byte[] of(Decision decision) {
    StringBuilder text = new StringBuilder(512);
    part(text, decision.request().kind().word());
    part(text, decision.request().subject().toString());
    part(text, decision.request().credential().hex());
    part(text, decision.request().credentialEnd().toString());
    part(text, decision.verdict().word());
    part(text, decision.tier().word());
    part(text, decision.policy().hex());
    decision.reasons().forEach(reason -> part(text, reason));
    decision
        .grant()
        .map(Grant::rights)
        .ifPresent(rights -> {
          for (TopicFilter topic : rights.publish()) {
            part(text, "publish " + topic);
          }
          for (TopicFilter topic : rights.receive()) {
            part(text, "receive " + topic);
          }
        });
    byte[] digest = Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)).bytes();
    return Arrays.copyOf(digest, LENGTH);
  }

  /** With its length, so that no two lists of parts read the same. */
  private static void part(StringBuilder text, String part) {
    text.append(part.length()).append(':').append(part);
  }
}
