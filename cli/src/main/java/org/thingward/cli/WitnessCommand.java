package org.thingward.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.witness.Witness;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A witness of other people's logs. */
@Command(
    name = "witness",
    mixinStandardHelpOptions = true,
    description = {
      "Watch over logs: cosign their checkpoints as long as none is forked or shortened.",
      "Run it where the log's operator cannot reach it. Its first start makes its keys."
    })
final class WitnessCommand implements Callable<Integer> {
  private final Tools tools;

  @Option(
      names = "--folder",
      required = true,
      paramLabel = "DIR",
      description = "Where its keys are, and what it has seen. Never put an old copy back.")
  private Path folder = Path.of("");

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "Its name in cosignatures, e.g. witness.example/1.")
  private String name = "";

  @Option(
      names = "--logs",
      required = true,
      paramLabel = "FILE",
      description = "The verifier keys of the logs it knows, a line each (a log's verifier-keys).")
  private Path logs = Path.of("");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7380",
      description = "Where it listens, over plain HTTP. Default: ${DEFAULT-VALUE}")
  private String listen = "";

  WitnessCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    try (Witness witness = Witness.open(folder, name, known(), tools.clock(), tools.random());
        WitnessServer server = WitnessServer.start(witness, address(), this::failed)) {
      String url = "http://" + listen.substring(0, listen.lastIndexOf(':')) + ":" + server.port();
      lines(witness, url).forEach(tools.terminal()::line);
      new CountDownLatch(1).await();
      return ExitCode.OK;
    } catch (IOException | IllegalArgumentException e) {
      throw new Failed("the witness cannot start: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      return ExitCode.OK;
    }
  }

  /** What the log's operator puts into the witness policy. */
  private static List<String> lines(Witness witness, String url) {
    return witness.verifiers().stream()
        .map(key -> "witness %s %s %s".formatted(policyName(key), key, url))
        .toList();
  }

  private static String policyName(VerifierKey key) {
    return key.algorithm() == NoteAlgorithm.ML_DSA_44 ? key.name() + "#ml-dsa-44" : key.name();
  }

  private void failed(String what) {
    tools.terminal().err().println(what);
  }

  private List<VerifierKey> known() {
    List<VerifierKey> keys =
        new String(InputFile.read(logs), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(VerifierKey::parse)
            .toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(logs + " names no log");
    }
    return keys;
  }

  private InetSocketAddress address() {
    int colon = listen.lastIndexOf(':');
    if (colon < 1 || !listen.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("--listen is HOST:PORT");
    }
    return new InetSocketAddress(
        listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
  }
}
