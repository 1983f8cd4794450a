package org.thingward.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.platform.NearestWord;
import org.thingward.platform.Problem;

/**
 * Reads CSV as RFC 4180 has it, strictly: a header, commas, cells in double quotes where they need
 * it, lines that end in CRLF or LF. Blank lines are skipped. Every fault is collected with its line
 * and column, and reading goes on with the next line.
 */
final class CsvReader {
  private final CsvCells cells;
  private final List<String> known;
  private final RowErrors errors;

  private CsvReader(String text, List<String> known, RowErrors errors) {
    this.cells = new CsvCells(text);
    this.known = known;
    this.errors = errors;
  }

  /**
   * The rows of {@code bytes}, whose header must name each of {@code columns} once, in any order.
   *
   * @throws Problem with status 413 if there are more than {@link Rows#LIMIT}
   */
  static List<Row> read(byte[] bytes, List<String> columns, RowErrors errors) {
    Optional<String> text = Utf8.decode(bytes, errors);
    return text.isEmpty() ? List.of() : new CsvReader(text.get(), columns, errors).rows();
  }

  private List<Row> rows() {
    List<String> header = header();
    List<Row> rows = new ArrayList<>();
    while (!header.isEmpty() && cells.hasMore() && !errors.full()) {
      int line = cells.line();
      record(header).ifPresent(record -> addRow(rows, line, header, record));
    }
    return rows;
  }

  private List<String> header() {
    if (!cells.hasMore()) {
      errors.add(1, "", "the file is empty; its first row must be " + String.join(",", known));
      return List.of();
    }
    Optional<List<String>> header = record(List.of());
    return header.isPresent() && headerIsRight(header.get()) ? header.get() : List.of();
  }

  private boolean headerIsRight(List<String> header) {
    if (header.size() == 1 && header.getFirst().split("[;\t|]", -1).length > 1) {
      errors.add(1, "", "the cells are not separated by commas; export the file with commas");
      return false;
    }
    Set<String> seen = new LinkedHashSet<>();
    boolean right = true;
    for (String name : header) {
      if (!known.contains(name)) {
        errors.add(1, name, "no such column." + NearestWord.hint(name, known));
        right = false;
      } else if (!seen.add(name)) {
        errors.add(1, name, "the column is there twice");
        right = false;
      }
    }
    for (String name : known) {
      if (!header.contains(name)) {
        errors.add(1, name, "the column is missing from the header");
        right = false;
      }
    }
    return right;
  }

  private Optional<List<String>> record(List<String> header) {
    try {
      return Optional.of(cells.record());
    } catch (CsvCells.Fault fault) {
      errors.add(fault.line(), columnName(header, fault.cell()), fault.reason());
      cells.skipLine();
      return Optional.empty();
    }
  }

  private void addRow(List<Row> rows, int line, List<String> header, List<String> record) {
    if (record.size() == 1 && record.getFirst().isEmpty()) {
      return;
    }
    if (rows.size() == Rows.LIMIT) {
      throw new Problem(
          413,
          "too-many-rows",
          "More than " + Rows.LIMIT + " rows. Split the file; nothing was changed.");
    }
    if (record.size() != header.size()) {
      errors.add(
          line,
          "",
          "the row has %d cells, the header has %d".formatted(record.size(), header.size()));
      return;
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < header.size(); i++) {
      row.put(header.get(i), FormulaGuard.remove(record.get(i)));
    }
    rows.add(new Row(line, row));
  }

  private static String columnName(List<String> header, int cell) {
    return cell < header.size() ? header.get(cell) : String.valueOf(cell + 1);
  }
}
