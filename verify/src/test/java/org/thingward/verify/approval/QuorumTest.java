package org.thingward.verify.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Subject;

/** Who is enough, and what is no quorum. */
class QuorumTest {
  private static final Approver ADA = person("ada", Set.of("releaser"), Set.of("security"), "a");
  private static final Approver BOB = person("bob", Set.of("releaser"), Set.of(), "b");
  private static final Approver CYD = person("cyd", Set.of(), Set.of("security"), "c");
  private static final Approver EVE =
      person("eve", Set.of("releaser"), Set.of("security", "fleet"), "e");

  @Test
  void so_many_of_a_role_take_so_many_people_of_it() {
    Quorum two = QuorumReader.read("2 of role:releaser");
    assertThat(two.isMetBy(EVE, List.of(ADA, BOB))).isTrue();
    assertThat(two.isMetBy(EVE, List.of(ADA, CYD))).isFalse();
    assertThat(two.isMetBy(EVE, List.of(ADA, ADA))).isFalse();
  }

  @Test
  void who_asked_never_counts_however_often_and_under_whatever_name() {
    Quorum one = QuorumReader.read("1 of role:releaser");
    assertThat(one.isMetBy(ADA, List.of(ADA))).isFalse();
    Approver alias = person("ada2", Set.of("releaser"), Set.of(), "x", "a");
    assertThat(one.isMetBy(ADA, List.of(alias))).isFalse();
    // The alias has two keys, and a third name has the second of them.
    Approver chained = person("ada3", Set.of("releaser"), Set.of(), "x");
    assertThat(one.isMetBy(ADA, List.of(chained))).isTrue();
    assertThat(one.isMetBy(ADA, List.of(chained, alias))).isFalse();
  }

  @Test
  void two_names_with_one_passkey_are_one_person() {
    Quorum two = QuorumReader.read("2 of role:releaser");
    Approver alias = person("bob2", Set.of("releaser"), Set.of(), "b");
    assertThat(two.isMetBy(EVE, List.of(BOB, alias))).isFalse();
    assertThat(two.isMetBy(EVE, List.of(BOB, alias, ADA))).isTrue();
  }

  @Test
  void one_person_counts_once_in_a_whole_expression_even_if_two_parts_would_take_them() {
    Quorum both = QuorumReader.read("1 of role:releaser and 1 of team:security");
    assertThat(both.isMetBy(EVE, List.of(ADA))).isFalse();
    assertThat(both.isMetBy(EVE, List.of(ADA, BOB))).isTrue();
    assertThat(both.isMetBy(EVE, List.of(ADA, CYD))).isTrue();
    assertThat(both.isMetBy(EVE, List.of(BOB))).isFalse();
  }

  @Test
  void and_binds_more_closely_than_or_and_brackets_bind_most() {
    Quorum loose =
        QuorumReader.read("1 of team:fleet or 1 of role:releaser and 1 of team:security");
    assertThat(loose.isMetBy(ADA, List.of(EVE))).isTrue();
    Quorum tight =
        QuorumReader.read("(1 of team:fleet or 1 of role:releaser) and 1 of team:security");
    assertThat(tight.isMetBy(ADA, List.of(EVE))).isFalse();
    assertThat(tight.isMetBy(ADA, List.of(EVE, CYD))).isTrue();
    assertThat(tight.text())
        .isEqualTo("(1 of team:fleet or 1 of role:releaser) and 1 of team:security");
    assertThat(loose.fewest()).isEqualTo(1);
    assertThat(tight.fewest()).isEqualTo(2);
  }

  @Test
  void what_would_ask_nobody_is_refused_and_so_is_what_is_no_quorum() {
    Map<String, String> refused =
        Map.ofEntries(
            Map.entry("0 of role:releaser", "1 to 16 people"),
            Map.entry("17 of role:releaser", "1 to 16 people"),
            Map.entry("-1 of role:releaser", "a number is expected"),
            Map.entry("", "a number is expected, not the end"),
            Map.entry("1 of role:releaser and", "at word 5"),
            Map.entry("1 of releaser", "role:NAME"),
            Map.entry("1 role:releaser", "'of' is expected"),
            Map.entry("1 of role:a 1 of role:b", "'and', 'or' or the end"),
            Map.entry("(1 of role:a", "')' is expected"),
            Map.entry("1 of role:", "role:NAME"),
            Map.entry("1 of role:a or 0 of role:b", "1 to 16 people"),
            Map.entry("(".repeat(9) + "1 of role:a" + ")".repeat(9), "nested"),
            Map.entry("1 of role:a" + " or 1 of role:a".repeat(16), "at most 16 parts"),
            Map.entry("1 of role:" + "a".repeat(1_024), "1024 characters"));
    refused.forEach((text, reason) ->
        assertThatThrownBy(() -> QuorumReader.read(text))
            .as(text)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(reason));
  }

  private static Approver person(
      String name, Set<String> roles, Set<String> teams, String... credentials) {
    return new Approver(Subject.operator(name), roles, teams, Set.of(credentials));
  }
}
