package org.thingward.trust;

import java.util.List;

/**
 * Which topics a subject may publish to and receive from. What is not listed is refused.
 *
 * @param publish filters of topics it may publish to
 * @param receive filters of topics it may receive from, hence subscribe to
 */
public record Rights(List<TopicFilter> publish, List<TopicFilter> receive) {
  /** No topic at all. */
  public static final Rights NOTHING = new Rights(List.of(), List.of());

  public Rights {
    publish = List.copyOf(publish);
    receive = List.copyOf(receive);
  }

  /** Whether a message to {@code topic} (UTF-8 bytes, a topic name) may be published. */
  public boolean mayPublish(byte[] topic) {
    return anyMatches(publish, topic);
  }

  /** Whether a message on {@code topic} (UTF-8 bytes, a topic name) may be delivered. */
  public boolean mayReceive(byte[] topic) {
    return anyMatches(receive, topic);
  }

  /** Whether every topic that {@code filter} matches may be received. */
  public boolean maySubscribe(TopicFilter filter) {
    for (TopicFilter right : receive) {
      if (right.covers(filter)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all that {@code other} allows is allowed here too. */
  public boolean include(Rights other) {
    return includeAll(publish, other.publish) && includeAll(receive, other.receive);
  }

  private static boolean includeAll(List<TopicFilter> rights, List<TopicFilter> others) {
    return others.stream().allMatch(other -> rights.stream().anyMatch(one -> one.covers(other)));
  }

  private static boolean anyMatches(List<TopicFilter> rights, byte[] topic) {
    for (int i = 0; i < rights.size(); i++) {
      if (rights.get(i).matches(topic)) {
        return true;
      }
    }
    return false;
  }
}
