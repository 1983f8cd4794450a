package org.thingward.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where a person reads: the two streams, how wide lines may be, and whether colour and a line that
 * changes in place are welcome.
 *
 * @param out results
 * @param err progress and errors
 * @param width columns
 * @param live whether {@code err} is a terminal, on which a line may be rewritten
 * @param colour whether {@code out} may be coloured
 */
record Terminal(PrintStream out, PrintStream err, int width, boolean live, boolean colour) {
  private static final int USUAL_WIDTH = 100;
  private static final int LEAST_WIDTH = 40;

  /** How text stands out. */
  enum Style {
    GOOD("32"),
    BAD("1;31"),
    WARN("33"),
    FAINT("2"),
    STRONG("1");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /** The terminal of this process. */
  static Terminal ofProcess() {
    Map<String, String> environment = System.getenv();
    boolean tty = System.console() != null && System.console().isTerminal();
    boolean colour =
        tty
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return new Terminal(out, err, width(environment, tty), tty, colour);
  }

  private static int width(Map<String, String> environment, boolean tty) {
    String columns = environment.getOrDefault("COLUMNS", tty ? sttyColumns() : "");
    return columns.matches("[1-9][0-9]{0,3}")
        ? Math.max(LEAST_WIDTH, Integer.parseInt(columns))
        : USUAL_WIDTH;
  }

  private static String sttyColumns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      boolean ended = stty.waitFor(1, TimeUnit.SECONDS);
      return ended ? size.strip().replaceFirst("^\\S+\\s+", "") : "";
    } catch (IOException unknown) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** {@code text}, standing out if colour is welcome. */
  String styled(Style style, String text) {
    return colour ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
  }

  void line(String text) {
    out.println(text);
  }

  /** Rewrites the progress line, where there is a terminal; elsewhere says nothing. */
  void progress(String text) {
    if (live) {
      err.print("\r\u001b[K" + shortened(text, width - 1));
      err.flush();
    }
  }

  /** Removes the progress line. */
  void progressEnded() {
    if (live) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  /** Whether the person at this terminal answers {@code yes}; nothing else is a yes. */
  boolean confirms(String question) {
    Console console = System.console();
    String answer = live && console != null ? console.readLine("%s", question) : null;
    return answer != null && answer.strip().equals("yes");
  }

  /** What others say never reaches a terminal as a control sequence; lines stay lines. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}&&[^\\n]]", " ");
  }

  /** Lines of at most {@code columns} characters, broken between words where there are any. */
  static List<String> wrapped(String text, int columns) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > columns) {
      int space = rest.lastIndexOf(' ', columns);
      int end = space > 0 ? space : columns;
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  /** At most {@code columns} characters, the last an ellipsis if something was left out. */
  static String shortened(String text, int columns) {
    return text.length() <= columns ? text : text.substring(0, Math.max(0, columns - 1)) + "…";
  }
}
