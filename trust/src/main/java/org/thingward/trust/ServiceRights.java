package org.thingward.trust;

import java.util.List;

/**
 * What a named service may publish to and receive from once its tier lets it connect.
 *
 * @param publish topics it may publish to
 * @param receive topics it may receive from
 */
public record ServiceRights(List<TopicTemplate> publish, List<TopicTemplate> receive) {
  public ServiceRights {
    publish = List.copyOf(publish);
    receive = List.copyOf(receive);
  }
}
