package org.thingward.trust;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is not heard any more of a device that is contraindicated (rule G7): the topics that name it
 * in the policy's rights, whoever publishes to them and whenever, but for those that its product
 * keeps when it is cut (rule T9).
 *
 * @param named the topics that name it
 * @param kept those that stay open
 */
public record Silence(List<TopicFilter> named, List<TopicFilter> kept) {
  /** Nothing is silenced. */
  public static final Silence NONE = new Silence(List.of(), List.of());

  public Silence {
    named = List.copyOf(named);
    kept = List.copyOf(kept);
  }

  /** What the policy silences for this posture; {@link #NONE} unless it is contraindicated. */
  public static Silence of(Policy policy, Posture posture) {
    Subject subject = posture.subject();
    if (posture.tier() != Tier.CONTRAINDICATED || subject.kind() != SubjectKind.DEVICE) {
      return NONE;
    }
    Set<TopicFilter> named = new LinkedHashSet<>();
    for (TierRights rights : policy.rights().values()) {
      rights.publish().stream()
          .filter(template -> template.hasLevel(TopicTemplate.DEVICE))
          .forEach(template -> named.add(template.fill(subject)));
    }
    List<TopicFilter> kept =
        Decider.rightsWhenCut(policy, posture).map(Rights::publish).orElse(List.of());
    return new Silence(new ArrayList<>(named), kept);
  }

  /** Whether messages on {@code topic} (UTF-8 bytes, a topic name) are not to be delivered. */
  public boolean covers(byte[] topic) {
    return matches(named, topic) && !matches(kept, topic);
  }

  private static boolean matches(List<TopicFilter> filters, byte[] topic) {
    return filters.stream().anyMatch(filter -> filter.matches(topic));
  }
}
