package org.thingward.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thingward.verify.bundle.BundleReader;
import org.thingward.verify.bundle.BundleRefused;
import org.thingward.verify.bundle.BundleReport;
import org.thingward.verify.bundle.BundleVerifier;
import org.thingward.verify.bundle.ExportReader;
import org.thingward.verify.bundle.ExportVerifier;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Proof bundles and exports, verified and told in lines that fit the terminal. */
final class Bundles {
  private static final int BEGINNING = 64;
  private static final int PART = 13;
  private static final int OUTCOME = 6;

  private Bundles() {}

  /**
   * Verifies a bundle.
   *
   * @param pinned the keys that must have signed its checkpoint; empty to take the bundle's own
   * @throws NotVerified if the file is no bundle
   */
  static BundleReport verify(Path file, List<VerifierKey> pinned) {
    return verify(file, pinned, Optional.empty());
  }

  /** As the other, where the policy's witnesses must have cosigned the checkpoint. */
  static BundleReport verify(Path file, List<VerifierKey> pinned, Optional<WitnessPolicy> policy) {
    try {
      if (isExport(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          return ExportVerifier.verify(ExportReader.read(in), pinned, policy);
        }
      }
      return BundleVerifier.verify(BundleReader.read(InputFile.read(file)), pinned, policy);
    } catch (BundleRefused e) {
      throw new NotVerified(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new Failed(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isExport(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ExportReader.begins(in.readNBytes(BEGINNING));
    }
  }

  /** A line for each part, and the conclusion. */
  static List<String> lines(BundleReport report, Terminal terminal) {
    List<String> lines = new ArrayList<>();
    for (BundleReport.Line line : report.lines()) {
      int room = terminal.width() - PART - OUTCOME;
      List<String> wrapped = Terminal.wrapped(Terminal.printable(line.text()), room);
      for (int i = 0; i < wrapped.size(); i++) {
        String part = i == 0 ? line.part() : "";
        String text = "%-" + PART + "s%-" + room + "s";
        String outcome = i == wrapped.size() - 1 ? outcome(line.outcome(), terminal) : "";
        lines.add((text.formatted(part, wrapped.get(i)) + " " + outcome).stripTrailing());
      }
    }
    lines.addAll(Terminal.wrapped("so: " + report.conclusion(), terminal.width()));
    return lines;
  }

  /** The report for a machine. */
  static JsonNode tree(BundleReport report) {
    ObjectNode tree = JsonMapper.shared().createObjectNode().put("ok", report.ok());
    ArrayNode parts = tree.putArray("parts");
    for (BundleReport.Line line : report.lines()) {
      parts
          .addObject()
          .put("part", line.part())
          .put("outcome", line.outcome().word())
          .put("text", line.text());
    }
    return tree.put("conclusion", report.conclusion());
  }

  private static String outcome(BundleReport.Outcome outcome, Terminal terminal) {
    return switch (outcome) {
      case OK -> terminal.styled(Terminal.Style.GOOD, "ok");
      case GONE -> terminal.styled(Terminal.Style.WARN, "gone");
      case NONE -> "";
      case WRONG -> terminal.styled(Terminal.Style.BAD, "wrong");
    };
  }
}
