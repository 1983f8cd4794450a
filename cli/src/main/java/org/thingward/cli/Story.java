package org.thingward.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;

/** Plays scene after scene, and tells how each went. One that fails does not stop the next. */
final class Story {
  /**
   * How one scene ended.
   *
   * @param failure why it failed; empty if it went as it must
   * @param entry the index of the ledger entry that tells of it
   */
  record Played(Scene scene, Optional<String> failure, Duration took, OptionalLong entry) {}

  private static final Duration SEQUENCED_WITHIN = Duration.ofSeconds(10);
  private static final String INDENT = " ".repeat(22);

  private final Stage stage;
  private final Terminal terminal;
  private final List<Played> played = new ArrayList<>();

  Story(Stage stage) {
    this.stage = stage;
    this.terminal = stage.terminal();
  }

  /** Plays them all; true if every one went as it must. */
  boolean tell(List<Scene> scenes) {
    for (Scene scene : scenes) {
      play(scene);
    }
    return played.stream().allMatch(each -> each.failure().isEmpty());
  }

  private void play(Scene scene) {
    Instant start = stage.clock().instant();
    terminal.progress("  %2d  %s…".formatted(played.size() + 1, scene.title()));
    try {
      Scene.Told told = scene.play(stage);
      Duration took = Duration.between(start, stage.clock().instant());
      OptionalLong entry = told.about().map(this::newestEntry).orElse(OptionalLong.empty());
      print(scene, told.lines(), entry.isPresent() ? "#" + entry.getAsLong() : seconds(took));
      played.add(new Played(scene, Optional.empty(), took, entry));
    } catch (SceneFailed
        | OperatorProblem
        | ServerRefused
        | ServerUnreachable
        | SessionClosed
        | IllegalStateException
        | IllegalArgumentException e) {
      failed(scene, String.valueOf(e.getMessage()), start);
    }
  }

  private void failed(Scene scene, String why, Instant start) {
    Duration took = Duration.between(start, stage.clock().instant());
    print(scene, List.of(terminal.styled(Terminal.Style.BAD, "✗ ") + why), seconds(took));
    played.add(new Played(scene, Optional.of(why), took, OptionalLong.empty()));
  }

  private void print(Scene scene, List<String> lines, String right) {
    terminal.progressEnded();
    int room = terminal.width() - INDENT.length() - right.length() - 1;
    List<String> wrapped =
        lines.stream().flatMap(line -> Terminal.wrapped(line, room).stream()).toList();
    for (int i = 0; i < wrapped.size(); i++) {
      String left = i == 0 ? "  %2d  %-15s ".formatted(played.size() + 1, scene.title()) : INDENT;
      String text = wrapped.get(i);
      String margin =
          i == wrapped.size() - 1 ? " ".repeat(Math.max(1, room - text.length() + 1)) + right : "";
      terminal.line(left + text + margin);
    }
  }

  /** Waits until the newest decision about a subject has its place in the log. */
  private OptionalLong newestEntry(Subject subject) {
    return Patience.until(
            SEQUENCED_WITHIN,
            () ->
                stage.operator().decisions(subject, 1).stream()
                    .map(Operator::index)
                    .filter(OptionalLong::isPresent)
                    .findFirst())
        .orElse(OptionalLong.empty());
  }

  /** All scenes in one table. */
  void printSummary() {
    Table table = new Table("", "STEP", "TIME", "ENTRY", "OUTCOME");
    for (Played each : played) {
      table.row(
          each.failure().isEmpty() ? "✓" : "✗",
          each.scene().title(),
          seconds(each.took()),
          each.entry().isPresent() ? "#" + each.entry().getAsLong() : "",
          each.failure().orElse("as it must"));
    }
    table.print(terminal);
  }

  List<Played> played() {
    return List.copyOf(played);
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
