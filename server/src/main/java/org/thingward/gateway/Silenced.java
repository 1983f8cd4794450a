package org.thingward.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.thingward.trust.Posture;
import org.thingward.trust.Silence;

/**
 * The contraindicated devices, of which nothing is delivered any more (rule G7). Looked up by the
 * levels of a topic, so that a delivery costs no more with many of them. Safe for many threads.
 */
final class Silenced {
  private final Function<Posture, Silence> rule;
  private final ConcurrentHashMap<String, Muted> byName = new ConcurrentHashMap<>();

  /** A device's posture, and what the policy in force silences by it. */
  private record Muted(Posture posture, Silence silence) {}

  /**
   * Nobody yet.
   *
   * @param rule what the policy in force silences by a posture
   */
  Silenced(Function<Posture, Silence> rule) {
    this.rule = rule;
  }

  /** Notes a posture; tells what is silenced by it, which is nothing for most. */
  Silence postureChanged(Posture now) {
    Silence silence = rule.apply(now);
    if (silence.named().isEmpty()) {
      byName.remove(now.subject().name());
    } else {
      byName.put(now.subject().name(), new Muted(now, silence));
    }
    return silence;
  }

  /** Another policy is in force. */
  void policyChanged() {
    List<Muted> all = new ArrayList<>(byName.values());
    all.forEach(muted -> postureChanged(muted.posture()));
  }

  /** Whether a message on {@code topic} speaks for a device that is silenced. */
  boolean covers(byte[] topic) {
    if (byName.isEmpty()) {
      return false;
    }
    int from = 0;
    for (int i = 0; i <= topic.length; i++) {
      if (i == topic.length || topic[i] == '/') {
        Muted muted = byName.get(new String(topic, from, i - from, StandardCharsets.UTF_8));
        if (muted != null && muted.silence().covers(topic)) {
          return true;
        }
        from = i + 1;
      }
    }
    return false;
  }

  /** Whether this device is silenced still. */
  boolean holds(String name) {
    return byName.containsKey(name);
  }
}
