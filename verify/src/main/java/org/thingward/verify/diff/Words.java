package org.thingward.verify.diff;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.thingward.trust.Component;
import org.thingward.trust.Requirement;
import org.thingward.trust.TopicTemplate;

/** How parts of a policy are told. */
final class Words {
  private Words() {}

  /** A length of time as policies write it. */
  static String length(Duration length) {
    long seconds = length.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /** Topics, or {@code nothing}. */
  static String topics(Collection<TopicTemplate> topics) {
    return topics.isEmpty()
        ? "nothing"
        : topics.stream().map(TopicTemplate::text).sorted().collect(Collectors.joining(" "));
  }

  /** What is required, or {@code nothing}. */
  static String requirement(Requirement required) {
    Stream<String> components = required.components().stream().map(Component::word).sorted();
    Stream<String> attested =
        required.attest().entrySet().stream()
            .map(each -> each.getKey() + " every " + length(each.getValue()));
    String all = Stream.concat(components, attested).collect(Collectors.joining(", "));
    return all.isEmpty() ? "nothing" : all;
  }
}
