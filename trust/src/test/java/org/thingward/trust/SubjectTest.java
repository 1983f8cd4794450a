package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"device:pump-07", "service:telemetry", "release:cam-2@3.1.0", "device:a:b.c_d"})
  void reads_what_it_writes(String text) {
    assertThat(Subject.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pump-07",
        "device:",
        "device:-a",
        "device:a/b",
        "device:a+",
        "device:#",
        "device:a b",
        "device:ä",
        "device:a\u0000",
        "toaster:a",
        "release:cam-2",
        "release:a@b@c",
        "Device:a"
      })
  void I5_refuses_names_outside_the_pattern(String text) {
    assertThatThrownBy(() -> Subject.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void I5_a_name_has_at_most_64_characters() {
    assertThat(Subject.device("a".repeat(64)).name()).hasSize(64);
    assertThatThrownBy(() -> Subject.device("a".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void I5_names_are_compared_exactly() {
    assertThat(Subject.device("Pump-07")).isNotEqualTo(Subject.device("pump-07"));
  }

  @Test
  void a_refusal_does_not_repeat_a_long_input_whole() {
    assertThatThrownBy(() -> Subject.parse("device:" + "/".repeat(10_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
