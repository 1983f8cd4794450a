package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.thingward.drill.Attack;
import org.thingward.drill.Defence;
import org.thingward.drill.Drill;
import org.thingward.drill.Drills;

/** docs/drills.md says what stops each drill; here it is held to the drills and their tests. */
class DrillsDocumentTest {
  /** Whose two layers are both asked in each run, by the drill itself. */
  private static final List<String> BOTH_ASKED = List.of("shortened-ledger", "forked-ledger");

  private record Row(String drill, String rules, String first, String second) {}

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(RunningServer.home().resolve("docs/drills.md"))) {
      String[] cells = line.split(" \\| ");
      if (line.startsWith("| `")) {
        rows.add(
            new Row(
                cells[0].replaceAll("[|` ]", ""),
                cells[1],
                cells[2],
                cells[3].replaceFirst(" \\|$", "")));
      }
    }
    return rows;
  }

  @Test
  void it_has_a_row_for_each_drill_in_the_order_in_which_they_run() throws IOException {
    assertThat(rows())
        .extracting(Row::drill)
        .containsExactlyElementsOf(Drills.ALL.stream().map(Drill::id).toList());
  }

  @Test
  void it_says_of_each_what_the_drill_declares() throws IOException {
    assertThat(rows())
        .containsExactlyElementsOf(
            Drills.ALL.stream()
                .map(drill ->
                    new Row(
                        drill.id(),
                        String.join(", ", drill.defence().rules()),
                        drill.defence().firstText(),
                        drill.defence().secondText()))
                .toList());
  }

  @Test
  void what_is_declared_as_shown_is_shown_by_a_test_or_by_the_drill() {
    for (Drill drill : Drills.ALL) {
      boolean weakened =
          Weaknesses.ALL.stream().anyMatch(weakness -> weakness.drill().equals(drill.id()));
      Defence.Shown shown =
          weakened
              ? Defence.Shown.WEAKENED_BUILD
              : BOTH_ASKED.contains(drill.id()) ? Defence.Shown.EACH_RUN : Defence.Shown.NEVER;
      assertThat(drill.defence().shown()).as(drill.id()).isEqualTo(shown);
    }
  }

  @Test
  void it_names_the_layers_that_the_tests_show() throws IOException {
    Map<String, Weakness> shown = new HashMap<>();
    Weaknesses.ALL.forEach(weakness -> shown.put(weakness.drill(), weakness));
    for (Row row : rows()) {
      Weakness weakness = shown.remove(row.drill());
      if (weakness != null) {
        assertThat(row.first()).startsWith(word(weakness.first().layer()));
        assertThat(row.second()).startsWith(word(weakness.second().layer()));
      } else if (BOTH_ASKED.contains(row.drill())) {
        assertThat(row.second()).contains("both are asked in each run");
      } else {
        assertThat(row.second()).as(row.drill()).startsWith("none").contains(": ");
      }
    }
    assertThat(shown).isEmpty();
  }

  private static String word(Attack.Layer layer) {
    return layer.word() + ": ";
  }
}
