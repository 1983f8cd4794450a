package org.thingward.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One self-contained proof, for anyone to verify. */
@Command(
    name = "proof",
    mixinStandardHelpOptions = true,
    description = "Write a proof of a decision or other ledger entry into one file.")
final class ProofCommand implements Callable<Integer> {
  private final Tools tools;

  @Mixin private Access access = new Access();

  @Parameters(
      paramLabel = "ENTRY",
      description = "The entry's index (1204 or #1204) or its receipt (sha256:…).")
  private String entry = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "",
      description = "Where to write it. Default: <index>.proof")
  private String output = "";

  ProofCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    String name = entry.startsWith("#") ? entry.substring(1) : entry;
    Path file =
        Path.of(output.isEmpty() ? name.replaceAll("[^A-Za-z0-9._-]", "-") + ".proof" : output);
    return tools.asOperator(
        access,
        operator -> {
          write(file, operator.proof(name));
          tools.terminal().line(file + " written; check it without us: thingward verify " + file);
        });
  }

  static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new Failed(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
