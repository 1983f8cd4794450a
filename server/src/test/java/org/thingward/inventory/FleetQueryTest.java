package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thingward.platform.Problem;

class FleetQueryTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-23");
  private static final FleetRow METER =
      row("meter-12", "meter-2", "3.0.0", "ann lee", "Berlin", Lifecycle.ACTIVE);
  private static final FleetRow PUMP = row("pump-7", "pump-1", "", "", "Lyon", Lifecycle.PLANNED);
  private static final Catalogue KNOWN =
      new Catalogue(
          List.of(), List.of(new Release("meter-2", "3.0.0", LocalDate.parse("2025-03-01"), null)));

  private static FleetRow row(
      String id, String product, String release, String owner, String region, Lifecycle lifecycle) {
    Device device = new Device(id, product, release, owner, region, lifecycle);
    return new FleetRow(id, Optional.of(device), Optional.empty());
  }

  private static List<String> found(String query) {
    FleetQuery asked = FleetQueryReader.read(query, TODAY);
    return Stream.of(METER, PUMP)
        .filter(row -> asked.match(row, KNOWN) instanceof FleetQuery.Match.All)
        .map(FleetRow::id)
        .toList();
  }

  @Test
  void no_words_ask_for_everything() {
    assertThat(found("  ")).containsExactly("meter-12", "pump-7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "product:meter-2 | meter-12",
        "-product:meter-2 | pump-7",
        "meter 12 | meter-12",
        "id:meter-1 | ''",
        "id:meter-12 | meter-12",
        "-meter | pump-7",
        "firmware:3.0.0 | meter-12",
        "firmware:<3.1 | meter-12",
        "firmware:<3 | ''",
        "firmware:<=3 | meter-12",
        "firmware:>=3.0.0 | meter-12",
        "firmware:>3 | ''",
        "firmware: | pump-7",
        "stale:>1y | meter-12",
        "stale:1y | meter-12",
        "stale:>2y | ''",
        "-stale:>1y | pump-7",
        "owner:\"ann lee\" | meter-12",
        "owner: | pump-7",
        "lifecycle:planned region:Lyon | pump-7",
        "lifecycle:planned region:Berlin | ''",
        "tier:none | meter-12 pump-7",
        "tier:warning | ''",
      })
  void all_parts_must_hold(String query, String ids) {
    assertThat(String.join(" ", found(query))).isEqualTo(ids);
  }

  @Test
  void the_same_field_again_widens_and_excluding_narrows() {
    assertThat(found("region:Berlin region:Lyon")).containsExactly("meter-12", "pump-7");
    assertThat(found("region:Berlin region:Lyon -product:pump-1")).containsExactly("meter-12");
  }

  @Test
  void a_row_that_fails_in_one_field_only_is_known_as_such() {
    FleetQuery query = FleetQueryReader.read("region:Lyon product:pump-1 tier:none", TODAY);
    assertThat(query.match(PUMP, KNOWN)).isEqualTo(new FleetQuery.Match.All());
    assertThat(query.match(METER, KNOWN)).isEqualTo(new FleetQuery.Match.No());
    FleetQuery lyon = FleetQueryReader.read("region:Lyon tier:none", TODAY);
    assertThat(lyon.match(METER, KNOWN)).isEqualTo(new FleetQuery.Match.AllBut(FleetField.REGION));
    FleetQuery words = FleetQueryReader.read("no such", TODAY);
    assertThat(words.match(METER, KNOWN)).isEqualTo(new FleetQuery.Match.AllBut(FleetField.ID));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "teir:warning | 1 | Did you mean 'tier'?",
        "pump tier:odd | 11 | affirming",
        "-tier:warnin | 7 | Did you mean 'warning'?",
        "stale:soon | 7 | 400d",
        "firmware:< | 10 | a version",
        "owner:\"ann | 7 | no end",
        "owner:\"ann\"lee | 12 | a blank",
        "ow\"ner:x | 3 | around a whole value",
        "\"\" | 1 | nothing to look for",
        ":x | 1 | no field",
        "reason:firmware | 8 | executables",
      })
  void a_mistake_is_named_by_its_column_and_with_what_to_write(
      String query, int column, String what) {
    assertThatThrownBy(() -> FleetQueryReader.read(query, TODAY))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem).hasMessageStartingWith("Column " + column + ": ");
              assertThat(problem).hasMessageContaining(what);
            });
  }

  @Test
  void a_minus_before_a_blank_excludes_nothing() {
    assertThat(FleetQueryReader.read("- pump", TODAY).parts())
        .isEqualTo(FleetQueryReader.read("\"-\" pump", TODAY).parts());
    assertThatThrownBy(() -> FleetQueryReader.read("- pump\"", TODAY))
        .hasMessageContaining("around a whole value");
  }

  @Test
  void a_query_has_bounds() {
    assertThatThrownBy(() -> FleetQueryReader.read("a ".repeat(33), TODAY))
        .hasMessageContaining("at most 32 parts");
    assertThatThrownBy(() -> FleetQueryReader.read("a".repeat(257), TODAY))
        .hasMessageContaining("at most 256 characters");
  }
}
