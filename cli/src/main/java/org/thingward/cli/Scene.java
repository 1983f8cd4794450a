package org.thingward.cli;

import java.util.List;
import java.util.Optional;
import org.thingward.trust.Subject;

/** One step of the story. It looks for itself whether the step went as it must. */
interface Scene {
  /** One or two words. */
  String title();

  /**
   * Plays it.
   *
   * @throws SceneFailed if it did not go as it must
   */
  Told play(Stage stage);

  /**
   * What is told of a scene that went well.
   *
   * @param lines what happened, a line each
   * @param about the subject whose newest entry in the ledger tells of it
   */
  record Told(List<String> lines, Optional<Subject> about) {
    public Told {
      lines = List.copyOf(lines);
    }

    static Told of(String... lines) {
      return new Told(List.of(lines), Optional.empty());
    }

    Told about(String device) {
      return new Told(lines, Optional.of(Subject.device(device)));
    }
  }
}
