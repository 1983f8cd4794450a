package org.thingward.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows under headings, in columns as wide as they need and together no wider than the terminal:
 * what does not fit is shortened, the widest column first.
 */
final class Table {
  private static final int GAP = 2;
  private static final int LEAST = 4;

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();
  private int whole = -1;

  Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row, with as many cells as there are headings. */
  Table row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "%d cells under %d headings".formatted(cells.length, headings.size()));
    }
    rows.add(Arrays.stream(cells).map(Table::printable).toList());
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Lets this column keep its width: what it holds is to be copied. */
  Table whole(String heading) {
    whole = headings.indexOf(heading);
    return this;
  }

  /** The lines, headings first. */
  List<String> lines(int width) {
    int[] widths = fitting(width);
    List<String> lines = new ArrayList<>();
    lines.add(line(headings, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  void print(Terminal terminal) {
    List<String> lines = lines(terminal.width());
    terminal.line(terminal.styled(Terminal.Style.FAINT, lines.getFirst()));
    lines.subList(1, lines.size()).forEach(terminal::line);
  }

  private int[] fitting(int width) {
    int[] widths = new int[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Math.max(LEAST, widest(column));
    }
    int excess = Arrays.stream(widths).sum() + GAP * (widths.length - 1) - width;
    for (; excess > 0; excess--) {
      int widest = indexOfWidest(widths);
      if (widths[widest] <= LEAST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private int widest(int column) {
    int widest = headings.get(column).length();
    for (List<String> row : rows) {
      widest = Math.max(widest, row.get(column).length());
    }
    return widest;
  }

  private int indexOfWidest(int[] widths) {
    int index = whole == 0 && widths.length > 1 ? 1 : 0;
    for (int i = index + 1; i < widths.length; i++) {
      if (i != whole && widths[i] > widths[index]) {
        index = i;
      }
    }
    return index;
  }

  private static String line(List<String> cells, int[] widths) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String cell = Terminal.shortened(cells.get(i), widths[i]);
      padded.add(cell + " ".repeat(widths[i] - cell.length()));
    }
    return padded.stream().collect(Collectors.joining(" ".repeat(GAP))).stripTrailing();
  }

  /** What the server says never reaches the terminal as a control sequence. */
  private static String printable(String cell) {
    return Terminal.printable(cell).replace('\n', ' ');
  }
}
