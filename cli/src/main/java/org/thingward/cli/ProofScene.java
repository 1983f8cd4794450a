package org.thingward.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;
import org.thingward.verify.bundle.BundleReport;

/** One proof is left for the reader to check by hand. */
final class ProofScene implements Scene {
  private static final Duration SEQUENCED_WITHIN = Duration.ofSeconds(10);

  private final Path file;

  ProofScene(Path folder) {
    this.file = folder.resolve(Cast.TAMPERED + ".proof");
  }

  @Override
  public String title() {
    return "proof";
  }

  @Override
  public Told play(Stage stage) {
    String entry =
        Patience.until(SEQUENCED_WITHIN, () -> newestIndex(stage))
            .orElseThrow(
                () -> new SceneFailed("no decision about " + Cast.TAMPERED + " is in the log"));
    ProofCommand.write(file, bundle(stage, entry));
    BundleReport report = Bundles.verify(file, List.of());
    SceneFailed.unless(report.ok(), String.join("; ", Bundles.lines(report, stage.terminal())));
    return Told.of(
        "proof of #%s written to %s, and verified without the server"
            .formatted(entry, file.getFileName()));
  }

  private static Optional<String> newestIndex(Stage stage) {
    return stage.operator().decisions(Subject.device(Cast.TAMPERED), 1).stream()
        .map(Operator::index)
        .filter(java.util.OptionalLong::isPresent)
        .map(index -> Long.toString(index.getAsLong()))
        .findFirst();
  }

  /** An entry has a proof as soon as a checkpoint covers it. */
  private static byte[] bundle(Stage stage, String entry) {
    return Patience.until(SEQUENCED_WITHIN, () -> proof(stage, entry))
        .orElseGet(() -> stage.operator().proof(entry));
  }

  private static Optional<byte[]> proof(Stage stage, String entry) {
    try {
      return Optional.of(stage.operator().proof(entry));
    } catch (OperatorProblem notYet) {
      return Optional.empty();
    }
  }
}
