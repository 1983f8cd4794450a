package org.thingward.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.thingward.device.ServerAddress;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.ServerFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The story: a server, forty devices, and what happens to trust. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Start a server and forty devices, and watch trust being lost and won. Where swtpm and",
      "tpm2-tools are installed, three devices more have a TPM.",
      "Everything is new and is deleted at the end, unless --data names a folder."
    })
final class DemoCommand implements Callable<Integer> {
  private static final List<String> FREE_PORTS =
      List.of("--mqtt-port", "0", "--https-port", "0", "--operator-port", "0");

  private static final String NO_CHROMIUM =
      "demo: --headless needs Chromium or Chrome, and none is on the PATH. On Debian and Ubuntu:"
          + " apt-get install chromium";

  private final Tools tools;

  @Option(names = "--exit", description = "End after the story; exit code 0 if all went well.")
  private boolean exit;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "",
      description = "Keep the server's data here. It must be empty or new.")
  private String data = "";

  @Option(
      names = "--free-ports",
      description = "Listen on free ports instead of 8883, 8443 and 9443.")
  private boolean freePorts;

  @Option(
      names = "--headless",
      description = {
        "After the story, walk the tour of the console in a real Chromium with a virtual passkey,"
            + " and end.",
        "Exit code 6 if there is no Chromium on this machine."
      })
  private boolean headless;

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      defaultValue = "",
      description = "With --headless: write pictures of its stops here, light and dark.")
  private String pictures = "";

  DemoCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    Optional<Path> chromium = Chromium.find(tools.environment());
    // Before anything starts, so that nobody waits for the story to learn that it is not there.
    if (headless && chromium.isEmpty()) {
      tools.terminal().err().println(NO_CHROMIUM);
      return ExitCode.MISSING;
    }
    Path folder = dataFolder();
    try (Gates gates = Gates.made(tools.environment(), tools.terminal())) {
      return start(folder, gates, chromium);
    }
  }

  private int start(Path folder, Gates gates, Optional<Path> chromium) {
    List<String> flags = new ArrayList<>(freePorts ? FREE_PORTS : List.of());
    gates.maker().ifPresent(roots -> flags.addAll(List.of("--tpm-ca", roots.toString())));
    Path home = Path.of(System.getProperty("thingward.home", ".")).toAbsolutePath().normalize();
    try (ServerProcess server = ServerProcess.start(home, folder, flags, () -> tidy(folder))) {
      tools.terminal().progress("  starting            server…");
      server.awaitReady(tools);
      tools.terminal().progressEnded();
      return play(server, gates, chromium);
    }
  }

  private boolean ends() {
    return exit || headless;
  }

  private void walkConsole(Path chromium, ServerFolder folder) {
    String link =
        consoleLink(folder.root()).orElseThrow(() -> new Failed("the server left no link"));
    ConsoleWalk.walk(
        chromium,
        link,
        folder.root().resolve("keys/operator-server.pem"),
        pictures.isEmpty() ? Optional.empty() : Optional.of(Path.of(pictures).toAbsolutePath()),
        tools.terminal());
  }

  private void tidy(Path folder) {
    if (data.isEmpty()) {
      Folders.delete(folder);
    }
  }

  private Path dataFolder() {
    return data.isEmpty() ? Folders.temporary("thingward-demo-") : Path.of(data).toAbsolutePath();
  }

  private int play(ServerProcess server, Gates gates, Optional<Path> chromium) {
    ServerFolder folder = server.folder();
    ServerAddress devices = folder.devices();
    tools.terminal().line(server.startingLine());
    tools
        .terminal()
        .line(
            "  ready               device plane mqtts://%s:%d, https://%s:%d%n"
                .formatted(
                    devices.host(), devices.mqttPort(), devices.host(), devices.httpsPort()));
    try (OperatorConnection connection =
            new OperatorConnection(folder.operators(), folder.operator(), tools.random());
        Stage stage = new Stage(tools, devices, new Operator(connection), folder)) {
      Story story = new Story(stage);
      boolean well = story.tell(scenes(gates));
      tools.terminal().line("");
      story.printSummary();
      if (headless) {
        chromium.ifPresent(browser -> walkConsole(browser, folder));
      }
      tellWhatNext(folder, well);
      if (!ends()) {
        awaitInterrupt();
      }
      return well ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static List<Scene> scenes(Gates gates) {
    return List.of(
        new EnrolScene(),
        new ConnectScene(),
        new CloneScene(),
        new OwnerReturnsScene(),
        new TamperedBootScene(),
        new MeasuredBootScene(gates),
        new EndOfSupportScene(),
        new RevocationScene(),
        new PolicyScene(),
        new LogScene(),
        new DrillScene(),
        new ProofScene(Path.of("")));
  }

  private void tellWhatNext(ServerFolder folder, boolean well) {
    Terminal terminal = tools.terminal();
    terminal.line("");
    if (!well) {
      terminal.line("  not everything went as it must: see the steps marked ✗");
    }
    terminal.line("  check the proof without us: ./thingward verify " + Cast.TAMPERED + ".proof");
    if (!ends()) {
      String at = " --data " + folder.root();
      terminal.line("  try next: ./thingward device show " + Cast.TAMPERED + at);
      terminal.line("            ./thingward decision tail" + at);
      terminal.line("            ./thingward drill" + at);
      consoleLink(folder.root())
          .ifPresent(link -> {
            terminal.line("  look at it: " + link);
            terminal.line(
                "            registers your passkey, once, and opens the fleet; the browser must");
            terminal.line(
                "            trust %s first (docs/operators.md)"
                    .formatted(folder.root().resolve("keys/operator-server.pem")));
            terminal.line(
                "            from then on the command line asks for: ./thingward login" + at);
          });
      terminal.line("  the server stays up until Ctrl-C");
    }
  }

  /** The link that the server left for who registers the first passkey. */
  static Optional<String> consoleLink(Path data) {
    try {
      return Optional.of(Files.readString(data.resolve("first-link")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The server's own hook ends it when this process is told to end. */
  private static void awaitInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
