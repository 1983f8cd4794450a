package org.thingward.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.thingward.trust.CanonicalJson;
import org.thingward.verify.log.Checkpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies everything that a stopped server keeps into one sealed file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Copy database, log and keys of a stopped server into one file, sealed with its key-encryption key.",
      "Keep that key elsewhere: without it the backup does not open. The broker's sessions and the"
          + " root key's export are not in it."
    })
final class BackupCommand implements Callable<Integer> {
  private final Tools tools;

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "FILE", description = "Where to write it. It must not exist.")
  private Path file = Path.of("");

  @Option(
      names = "--key-encryption-key",
      paramLabel = "FILE",
      description = "The server's key-encryption key. Default: the one beside its data.")
  private Optional<Path> keyFile = Optional.empty();

  BackupCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    Path root = access.data().toAbsolutePath().normalize();
    if (Files.exists(file)) {
      throw new Failed(file + " exists; a backup is never written over another file");
    }
    try (StoppedData data = StoppedData.open(root)) {
      BackupKey key = BackupKey.read(keyFile.orElse(root.resolve("keys/key-encryption-key")));
      Checkpoint head = checkpoint(root);
      Map<String, Object> manifest = manifest(data, head, key);
      try {
        write(data, CanonicalJson.encode(manifest), key);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(file);
        throw e;
      }
      say(manifest, data, head);
      return ExitCode.OK;
    } catch (IOException e) {
      throw new Failed("the backup could not be made: " + e.getMessage(), e);
    }
  }

  private void write(StoppedData data, byte[] manifest, BackupKey key) throws IOException {
    Terminal terminal = tools.terminal();
    BackupFile.write(
        file,
        data.root(),
        manifest,
        key,
        tools.random(),
        done -> terminal.progress("  %,d MiB copied".formatted(done >> 20)));
    terminal.progressEnded();
  }

  private static Checkpoint checkpoint(Path root) throws IOException {
    try {
      return Checkpoint.parse(Files.readAllBytes(root.resolve("ledger/public/checkpoint")));
    } catch (IllegalArgumentException e) {
      throw new IOException("the log's checkpoint cannot be read: " + e.getMessage(), e);
    }
  }

  private Map<String, Object> manifest(StoppedData data, Checkpoint head, BackupKey key) {
    Map<String, Object> manifest = new TreeMap<>();
    manifest.put("backup", 1);
    manifest.put("version", Thingward.VERSION);
    manifest.put("at", tools.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString());
    manifest.put("origin", head.origin());
    manifest.put("entries", head.size());
    manifest.put("root", head.root().toString());
    manifest.put("database", data.hasDatabase() ? "embedded" : "own");
    manifest.put("key-encryption-key", key.id());
    manifest.put("key-beside-data", keyFile.isEmpty());
    return manifest;
  }

  private void say(Map<String, Object> manifest, StoppedData data, Checkpoint head)
      throws IOException {
    Terminal terminal = tools.terminal();
    if (access.json()) {
      terminal.line(new String(CanonicalJson.encode(manifest), StandardCharsets.UTF_8));
      return;
    }
    terminal.line(
        "%s: log %s of %,d entries, %,d KiB, sealed with key-encryption key %s"
            .formatted(
                file,
                head.origin(),
                head.size(),
                Files.size(file) >> 10,
                manifest.get("key-encryption-key")));
    if (!data.hasDatabase()) {
      terminal.line("Your own database is not in it: back it up too (docs/operations.md).");
    }
    if (keyFile.isEmpty()) {
      terminal.line(
          "Keep a copy of %s elsewhere: without it the backup does not open."
              .formatted(data.root().resolve("keys/key-encryption-key")));
    }
  }
}
