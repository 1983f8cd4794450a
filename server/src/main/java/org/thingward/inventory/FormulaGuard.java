package org.thingward.inventory;

import java.util.regex.Pattern;

/**
 * Keeps a spreadsheet from running a cell of an exported file as a formula: such a cell gets an
 * apostrophe before it. What is put on at export is taken off at import, and nothing else.
 */
final class FormulaGuard {
  /** Apostrophes, then what a spreadsheet takes for the start of a formula, wide forms included. */
  private static final Pattern FORMULA = Pattern.compile("(?s)'*[=+\\-@\t\r＝＋－＠].*");

  private FormulaGuard() {}

  static String add(String cell) {
    return FORMULA.matcher(cell).matches() ? "'" + cell : cell;
  }

  static String remove(String cell) {
    return cell.startsWith("'") && FORMULA.matcher(cell).matches() ? cell.substring(1) : cell;
  }
}
