package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told when a device passes to another owner (rule G9). */
class OwnerChangeTest {
  private static final String HEADER = "device,product,release,owner,region,lifecycle\n";

  @Test
  void G9_a_change_of_owner_is_told_and_nothing_else_is() {
    List<String> told = new ArrayList<>();
    try (TestInventory test = TestInventory.withProducts()) {
      test.inventory.afterOwnerChange(told::add);
      test.importCsv(
          "",
          HEADER
              + "m-1,meter-2,,Ann,B,active\nm-2,meter-2,,,B,active\nm-3,meter-2,,Ann,B,active\n");
      assertThat(told).as("new devices").isEmpty();

      test.importCsv("?dry-run=true", HEADER + "m-1,meter-2,,Bob,B,active\n");
      assertThat(told).as("a dry run").isEmpty();

      test.importCsv("", HEADER + "m-1,meter-2,,Ann,C,active\nm-2,meter-2,,Bob,B,active\n");
      assertThat(told).as("another region, a first owner").isEmpty();

      test.importCsv("", HEADER + "m-1,meter-2,,Bob,C,active\nm-3,meter-2,,,B,active\n");
      assertThat(told).containsExactly("m-1", "m-3");
    }
  }
}
