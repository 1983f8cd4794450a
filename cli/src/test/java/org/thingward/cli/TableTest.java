package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columns_are_as_wide_as_they_need() {
    List<String> lines =
        new Table("DEVICE", "TIER").row("pump-07", "affirming").row("m1", "none").lines(80);
    assertThat(lines).containsExactly("DEVICE   TIER", "pump-07  affirming", "m1       none");
  }

  @Test
  void the_widest_column_gives_way_first() {
    List<String> lines = new Table("ID", "WHY").row("pump-07", "a".repeat(50)).lines(40);
    assertThat(lines.get(1)).isEqualTo("pump-07  " + "a".repeat(30) + "…");
  }

  @Test
  void what_a_server_says_cannot_move_the_cursor() {
    List<String> lines = new Table("NAME").row("evil\u001b[2Jname").lines(80);
    assertThat(lines.get(1)).doesNotContain("\u001b");
  }

  @Test
  void a_row_has_a_cell_for_every_heading() {
    assertThatThrownBy(() -> new Table("A", "B").row("a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void no_line_is_wider_than_the_terminal(
      @ForAll @Size(max = 10) List<@StringLength(max = 60) String> cells,
      @ForAll @IntRange(min = 40, max = 200) int width) {
    Table table = new Table("ONE", "TWO", "THREE");
    cells.forEach(cell -> table.row(cell, cell + cell, cell));
    assertThat(table.lines(width))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
  }
}
