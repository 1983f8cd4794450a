package org.thingward.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.thingward.verify.bundle.BundleReport;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Verification without a server, and without trusting one. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verify a log (a folder or a URL), a proof or an export (a file), without the server.",
      "Exit code 4 if it is wrong."
    })
final class VerifyCommand implements Callable<Integer> {
  /** Where a server's folder, or its ledger's, has the log that anyone may read. */
  private static final List<String> WITHIN = List.of("", "public", "ledger/public");

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Tools tools;

  @Spec private CommandSpec spec = CommandSpec.create();

  // Not required, for the commands below this one have no such thing.
  @Parameters(
      paramLabel = "LOG|URL|FILE",
      arity = "0..1",
      defaultValue = "",
      description = "What to verify.")
  private String subject = "";

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      defaultValue = "",
      description = {
        "The log's verifier keys, a line each, as you have them from elsewhere.",
        "Without it the keys are those that the log or bundle names itself."
      })
  private String keys = "";

  @Option(
      names = "--witness-policy",
      paramLabel = "FILE",
      defaultValue = "",
      description = {
        "Which witnesses must have cosigned it (C2SP tlog-policy).",
        "Without their quorum it is not verified."
      })
  private String witnessPolicy = "";

  @Option(
      names = "--seen",
      paramLabel = "FILE",
      defaultValue = "",
      description = {
        "A log's head as it was when you verified it last, kept in this file.",
        "A log that does not continue it was shortened or forked. Made if it is not there."
      })
  private String seen = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  VerifyCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    if (subject.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing required parameter: 'LOG|URL|FILE'");
    }
    return !isWeb() && Files.isRegularFile(Path.of(subject)) ? verifyBundle() : verifyLog();
  }

  private boolean isWeb() {
    return subject.matches("https?://.*");
  }

  private int verifyBundle() {
    BundleReport report = Bundles.verify(Path.of(subject), pinned(), policy());
    if (json) {
      tools.terminal().line(Answers.pretty(Bundles.tree(report)));
    } else {
      Bundles.lines(report, tools.terminal()).forEach(tools.terminal()::line);
    }
    return report.ok() ? ExitCode.OK : ExitCode.NOT_VERIFIED;
  }

  private int verifyLog() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      LogSource source = source(client);
      tools.terminal().progress("  reading every entry and tile of " + subject + "…");
      LogReport report = new LogVerifier(source, keys(source), policy(), seenBefore()).verify();
      tools.terminal().progressEnded();
      remember(report);
      show(report.ok(), report.lines());
      if (keys.isEmpty() && !json) {
        tools
            .terminal()
            .line("its keys are those that it names itself; give --keys to say whose log it is");
      }
      return report.ok() ? ExitCode.OK : ExitCode.NOT_VERIFIED;
    } catch (NoSuchFileException e) {
      tools.terminal().progressEnded();
      throw new NotVerified(
          "there is no log at " + subject + ": it has no " + Path.of(e.getFile()).getFileName());
    } catch (ConnectException e) {
      tools.terminal().progressEnded();
      throw new NotVerified("nothing answers at " + subject + ": is its server running?");
    } catch (IOException | IllegalArgumentException e) {
      tools.terminal().progressEnded();
      throw new NotVerified(subject + " cannot be verified: " + e.getMessage());
    }
  }

  private Optional<Checkpoint> seenBefore() throws IOException {
    return seen.isEmpty() || !Files.exists(Path.of(seen))
        ? Optional.empty()
        : Optional.of(Checkpoint.parse(Files.readAllBytes(Path.of(seen))));
  }

  /** Keeps the head for the next time, unless the log is wrong. */
  private void remember(LogReport report) throws IOException {
    if (!seen.isEmpty() && report.fault().isEmpty() && report.checkpoint().isPresent()) {
      Path file = Path.of(seen);
      Path scratch = file.resolveSibling(file.getFileName() + ".new");
      Files.write(scratch, report.checkpoint().get().serialise());
      Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void show(boolean ok, List<String> lines) {
    if (json) {
      tools
          .terminal()
          .line(
              Answers.pretty(
                  JsonMapper.shared().<JsonNode>valueToTree(Map.of("ok", ok, "findings", lines))));
    } else {
      lines.stream().map(Terminal::printable).forEach(tools.terminal()::line);
    }
  }

  private LogSource source(HttpClient client) {
    if (isWeb()) {
      return new LogSource.Web(URI.create(subject), client, PATIENCE);
    }
    Path folder = Path.of(subject);
    if (!Files.isDirectory(folder)) {
      throw new Failed("there is no log or bundle " + subject);
    }
    return new LogSource.Directory(
        WITHIN.stream()
            .map(folder::resolve)
            .filter(log -> Files.exists(log.resolve("checkpoint")))
            .findFirst()
            .orElse(folder));
  }

  private List<VerifierKey> keys(LogSource source) throws IOException {
    return keys.isEmpty() ? LogVerifier.keysOf(source) : pinned();
  }

  private Optional<WitnessPolicy> policy() {
    if (witnessPolicy.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(WitnessPolicyReader.read(InputFile.read(Path.of(witnessPolicy))));
    } catch (IllegalArgumentException e) {
      throw new Failed(witnessPolicy + ": " + e.getMessage(), e);
    }
  }

  private List<VerifierKey> pinned() {
    if (keys.isEmpty()) {
      return List.of();
    }
    try {
      return new String(InputFile.read(Path.of(keys)), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .map(VerifierKey::parse)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new Failed(keys + ": " + e.getMessage(), e);
    }
  }
}
