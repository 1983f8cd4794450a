package org.thingward.trust;

import java.util.List;
import java.util.Set;

/**
 * What subjects of one tier may do. What is not listed is refused.
 *
 * @param may the kinds of request that are permitted
 * @param publish topics a device may publish to
 * @param receive topics a device may receive from
 */
public record TierRights(
    Set<RequestKind> may, List<TopicTemplate> publish, List<TopicTemplate> receive) {
  /** Nothing at all. */
  public static final TierRights NOTHING = new TierRights(Set.of(), List.of(), List.of());

  public TierRights {
    may = Set.copyOf(may);
    publish = List.copyOf(publish);
    receive = List.copyOf(receive);
  }
}
