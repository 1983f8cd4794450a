package org.thingward.inventory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.platform.Problem;

/** Collects what is wrong with an import, up to a limit that a person can still read. */
final class RowErrors {
  static final int LIMIT = 100;

  private final List<RowError> errors = new ArrayList<>();
  private boolean more;

  void add(int row, String column, String message) {
    if (errors.size() < LIMIT) {
      errors.add(new RowError(row, CellCheck.brief(column), wellFormed(message)));
    } else {
      more = true;
    }
  }

  /** Half a surrogate pair, which JSON can spell, is no text. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** Whether reading on would only find errors that are not shown. */
  boolean full() {
    return more;
  }

  /** How many were found, those that are not listed left out. */
  int count() {
    return errors.size();
  }

  /** In the order in which a person goes through the file. */
  List<RowError> list() {
    return errors.stream()
        .sorted(Comparator.comparingInt(RowErrors::part).thenComparingInt(RowError::row))
        .toList();
  }

  private static int part(RowError error) {
    if (error.row() == 0) {
      return 0;
    }
    return error.column().startsWith("products.")
        ? 1
        : error.column().startsWith("releases.") ? 2 : 3;
  }

  /** Throws the problem that lists the errors, if there are any. */
  void refuseIfAny() {
    if (!errors.isEmpty()) {
      throw problem();
    }
  }

  private Problem problem() {
    List<RowError> listed = list();
    RowError first = listed.getFirst();
    String count =
        more
            ? "More than " + LIMIT + " errors, of which " + LIMIT + " are listed."
            : errors.size() == 1 ? "1 error." : errors.size() + " errors.";
    return new Problem(
        422,
        "rows-refused",
        "%s Nothing was changed. The first, %s: %s".formatted(count, place(first), first.message()),
        Map.of("errors", listed.stream().map(RowErrors::members).toList(), "more", more));
  }

  private static String place(RowError error) {
    String row = error.row() == 0 ? "in the document" : "row " + error.row();
    return error.column().isEmpty() ? row : row + ", column " + error.column();
  }

  private static Map<String, Object> members(RowError error) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("row", error.row());
    members.put("column", error.column());
    members.put("message", error.message());
    return members;
  }
}
