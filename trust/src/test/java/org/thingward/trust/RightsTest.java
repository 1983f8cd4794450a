package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightsTest {
  private static final Rights RIGHTS =
      new Rights(
          List.of(TopicFilter.of("t/pump-7/#"), TopicFilter.of("alarm")),
          List.of(TopicFilter.of("c/pump-7/+"), TopicFilter.of("news/#")));

  @Test
  void what_is_listed_may_be_published_and_nothing_else() {
    assertThat(RIGHTS.mayPublish(topic("t/pump-7/x"))).isTrue();
    assertThat(RIGHTS.mayPublish(topic("alarm"))).isTrue();
    assertThat(RIGHTS.mayPublish(topic("t/pump-70/x"))).isFalse();
    assertThat(RIGHTS.mayPublish(topic("c/pump-7/x"))).as("received, not published").isFalse();
    assertThat(Rights.NOTHING.mayPublish(topic("alarm"))).isFalse();
  }

  @Test
  void what_is_listed_may_be_received_and_nothing_else() {
    assertThat(RIGHTS.mayReceive(topic("c/pump-7/x"))).isTrue();
    assertThat(RIGHTS.mayReceive(topic("news/a/b"))).isTrue();
    assertThat(RIGHTS.mayReceive(topic("c/pump-7/x/y"))).isFalse();
    assertThat(RIGHTS.mayReceive(topic("alarm"))).as("published, not received").isFalse();
    assertThat(Rights.NOTHING.mayReceive(topic("news"))).isFalse();
  }

  @Test
  void a_subscription_is_allowed_if_all_it_matches_may_be_received() {
    assertThat(RIGHTS.maySubscribe(TopicFilter.of("c/pump-7/+"))).isTrue();
    assertThat(RIGHTS.maySubscribe(TopicFilter.of("news/a/#"))).isTrue();
    assertThat(RIGHTS.maySubscribe(TopicFilter.of("c/pump-7/#"))).isFalse();
    assertThat(RIGHTS.maySubscribe(TopicFilter.of("#"))).isFalse();
    assertThat(RIGHTS.maySubscribe(TopicFilter.of("alarm"))).isFalse();
    assertThat(Rights.NOTHING.maySubscribe(TopicFilter.of("news"))).isFalse();
  }

  @Test
  void rights_include_those_that_allow_no_more_in_either_direction() {
    Rights less = new Rights(List.of(TopicFilter.of("t/pump-7/x")), List.of());
    Rights published = new Rights(List.of(TopicFilter.of("t/#")), List.of());
    Rights received = new Rights(List.of(), List.of(TopicFilter.of("c/#")));
    assertThat(RIGHTS.include(RIGHTS)).isTrue();
    assertThat(RIGHTS.include(less)).isTrue();
    assertThat(RIGHTS.include(Rights.NOTHING)).isTrue();
    assertThat(RIGHTS.include(published)).isFalse();
    assertThat(RIGHTS.include(received)).isFalse();
    assertThat(less.include(RIGHTS)).isFalse();
    assertThat(Rights.NOTHING.include(less)).isFalse();
  }

  @Test
  void a_template_is_of_one_device_if_a_whole_level_is() {
    assertThat(new TopicTemplate("t/{device}/#").hasLevel(TopicTemplate.DEVICE)).isTrue();
    assertThat(new TopicTemplate("{device}").hasLevel(TopicTemplate.DEVICE)).isTrue();
    assertThat(new TopicTemplate("t/x{device}").hasLevel(TopicTemplate.DEVICE)).isFalse();
    assertThat(new TopicTemplate("alarm/#").hasLevel(TopicTemplate.DEVICE)).isFalse();
  }

  private static byte[] topic(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
