package org.thingward.cli;

import java.util.ArrayList;
import java.util.List;
import org.thingward.drill.DrillResult;

/** One drill's result in lines that fit the terminal. */
final class DrillLines {
  private DrillLines() {}

  static List<String> of(DrillResult result, Terminal terminal) {
    String entry = result.entry().isPresent() ? "#" + result.entry().getAsLong() : "";
    List<String> lines = new ArrayList<>();
    String name = "  %-24s ".formatted(result.drill().id());
    String outcome = "%-10s ".formatted(result.outcome().word());
    int room = terminal.width() - name.length() - outcome.length() - entry.length() - 1;
    String first = Terminal.shortened(result.details().getFirst(), room);
    lines.add(
        name
            + terminal.styled(style(result.outcome()), outcome)
            + first
            + " ".repeat(Math.max(1, room - first.length() + 1))
            + entry);
    String indent = " ".repeat(name.length() + outcome.length());
    result.details().stream()
        .skip(1)
        .map(detail -> indent + Terminal.shortened(detail, terminal.width() - indent.length()))
        .forEach(lines::add);
    return lines;
  }

  private static Terminal.Style style(DrillResult.Outcome outcome) {
    return switch (outcome) {
      case STOPPED -> Terminal.Style.GOOD;
      case SUCCEEDED -> Terminal.Style.BAD;
      case NOT_RUN -> Terminal.Style.WARN;
    };
  }
}
