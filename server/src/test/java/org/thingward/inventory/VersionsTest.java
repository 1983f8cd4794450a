package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class VersionsTest {
  @Test
  void versions_are_ordered_as_people_mean_them() {
    List<String> ordered =
        List.of("1.9", "1.10", "2.0.0-beta", "2.0.0-rc1", "2.0.0-rc2", "2.0.0", "2.0.1", "10.0");
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        assertThat(Integer.signum(Versions.compare(ordered.get(i), ordered.get(j))))
            .as("%s and %s", ordered.get(i), ordered.get(j))
            .isEqualTo(Integer.compare(i, j));
      }
    }
  }

  @Test
  void what_differs_in_form_only_is_the_same() {
    assertThat(Versions.compare("3", "3.0.0")).isZero();
    assertThat(Versions.compare("v3.01", "V3.1")).isZero();
    assertThat(Versions.compare("2026-01-07", "2026.1.7")).isZero();
    assertThat(Versions.compare("9".repeat(80), "1" + "0".repeat(80))).isNegative();
  }

  @Property(tries = 2_000)
  void the_order_is_one(
      @ForAll @StringLength(max = 8) @Chars({'.', '-', 'a', 'r'}) @CharRange(from = '0', to = '2')
          String one,
      @ForAll @StringLength(max = 8) @Chars({'.', '-', 'a', 'r'}) @CharRange(from = '0', to = '2')
          String two,
      @ForAll @StringLength(max = 8) @Chars({'.', '-', 'a', 'r'}) @CharRange(from = '0', to = '2')
          String three) {
    assertThat(Integer.signum(Versions.compare(one, two)))
        .isEqualTo(-Integer.signum(Versions.compare(two, one)));
    if (Versions.compare(one, two) <= 0 && Versions.compare(two, three) <= 0) {
      assertThat(Versions.compare(one, three)).as("%s %s %s", one, two, three).isNotPositive();
    }
  }
}
