package org.thingward.inventory;

import java.util.Map;

/**
 * One row of an import, read but not yet checked.
 *
 * @param number where it stands, see {@link RowError}
 * @param cells what it holds, by column; a column may be missing
 * @param sound false if reading it already gave an error, so that it is not blamed twice
 */
record Row(int number, Map<String, String> cells, boolean sound) {
  Row(int number, Map<String, String> cells) {
    this(number, cells, true);
  }

  String cell(String column) {
    return cells.getOrDefault(column, "");
  }
}
