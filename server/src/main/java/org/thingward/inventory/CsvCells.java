package org.thingward.inventory;

import java.util.ArrayList;
import java.util.List;

/** Cuts CSV text into records of cells (RFC 4180 §2). */
final class CsvCells {
  /** Characters a cell may have; more is a quote that was never closed. */
  private static final int LONGEST = 1_024;

  /** Cells a record may have. */
  private static final int MOST = 64;

  private final String text;
  private int at;
  private int line = 1;

  CsvCells(String text) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  boolean hasMore() {
    return at < text.length();
  }

  /** The line at which the next record begins, from 1. */
  int line() {
    return line;
  }

  /** The next record's cells. */
  List<String> record() throws Fault {
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(cell(cells.size()));
      if (cells.size() > MOST) {
        throw new Fault(line, MOST, "the row has more than " + MOST + " cells");
      }
      if (!hasMore()) {
        return cells;
      }
      char separator = text.charAt(at++);
      if (separator != ',') {
        line++;
        return cells;
      }
    }
  }

  /** Goes on behind the end of the line in which the last fault was. */
  void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end + 1;
    line++;
  }

  /** Reads a cell and stops at the comma or line feed behind it, or at the text's end. */
  private String cell(int index) throws Fault {
    String cell = hasMore() && text.charAt(at) == '"' ? quoted(index) : plain(index);
    if (hasMore() && text.charAt(at) == '\r') {
      at++;
      if (!hasMore() || text.charAt(at) != '\n') {
        throw new Fault(line, index, "a carriage return without a line feed");
      }
    }
    return cell;
  }

  private String plain(int index) throws Fault {
    int start = at;
    while (hasMore() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      if (text.charAt(at) == '"') {
        throw new Fault(
            line, index, "a quote inside a cell; put the cell in quotes and double the quote");
      }
      at++;
    }
    requireLength(at - start, index);
    return text.substring(start, at);
  }

  private String quoted(int index) throws Fault {
    StringBuilder cell = new StringBuilder();
    at++;
    while (true) {
      if (!hasMore() || text.charAt(at) == '\n') {
        throw new Fault(line, index, "the quote that opens the cell is not closed on its line");
      }
      char c = text.charAt(at++);
      if (c != '"') {
        cell.append(c);
      } else if (hasMore() && text.charAt(at) == '"') {
        cell.append('"');
        at++;
      } else {
        requireLength(cell.length(), index);
        requireEnd(index);
        return cell.toString();
      }
    }
  }

  private void requireEnd(int index) throws Fault {
    if (hasMore() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      throw new Fault(line, index, "text behind the closing quote");
    }
  }

  private void requireLength(int length, int index) throws Fault {
    if (length > LONGEST) {
      throw new Fault(line, index, "longer than " + LONGEST + " characters");
    }
  }

  /** A place where the text is no CSV. */
  static final class Fault extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;
    private final int cell;
    private final String reason;

    Fault(int line, int cell, String reason) {
      super(reason, null, false, false);
      this.line = line;
      this.cell = cell;
      this.reason = reason;
    }

    int line() {
      return line;
    }

    /** The cell's index in its record, from 0. */
    int cell() {
      return cell;
    }

    String reason() {
      return reason;
    }
  }
}
