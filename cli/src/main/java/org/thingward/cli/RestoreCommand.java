package org.thingward.cli;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.KeyHistory;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.log.VerifierKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts a backup into an empty data directory, all of it or nothing. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Put a backup into an empty data directory. Nothing is left behind if it is broken.",
      "Say which checkpoint of the log was last seen outside: a log that has published more than the"
          + " backup holds must not go on from there."
    })
final class RestoreCommand implements Callable<Integer> {
  private final Tools tools;

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  @Option(
      names = "--key-encryption-key",
      required = true,
      paramLabel = "FILE",
      description = "The key-encryption key with which it was sealed.")
  private Path keyFile = Path.of("");

  @Option(
      names = "--published",
      required = true,
      paramLabel = "CHECKPOINT|none",
      description = {
        "The latest checkpoint of this log that anyone outside has: of a witness, a mirror, an auditor."
            + " 'none' says that nobody has any."
      })
  private String published = "";

  RestoreCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    Path root = access.data().toAbsolutePath().normalize();
    BackupKey key = BackupKey.read(keyFile);
    Optional<Checkpoint> outside = outside();
    requireEmpty(root);
    Path unfinished = root.resolveSibling(root.getFileName() + ".restoring");
    try {
      Folders.delete(unfinished);
      Files.createDirectories(root.getParent());
      Files.createDirectory(
          unfinished,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      JsonNode manifest = unpack(key, unfinished);
      Checkpoint head = head(unfinished, manifest);
      outside.ifPresent(seen -> requireContinuation(unfinished, head, seen));
      Files.deleteIfExists(root);
      Files.move(unfinished, root);
      say(root, manifest);
      return ExitCode.OK;
    } catch (EOFException | ZipException e) {
      throw new Failed(file + " is broken: it ends early or was changed", e);
    } catch (IOException e) {
      throw new Failed(file + " cannot be restored: " + e.getMessage(), e);
    } finally {
      Folders.delete(unfinished);
    }
  }

  private static void requireEmpty(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.list(root)) {
      if (files.findAny().isPresent()) {
        throw new Failed(
            root + " is not empty; a backup is restored into an empty data directory only");
      }
    } catch (IOException e) {
      throw new Failed(root + " cannot be read: " + e.getMessage(), e);
    }
  }

  private JsonNode unpack(BackupKey key, Path folder) throws IOException {
    Terminal terminal = tools.terminal();
    BackupFile.Opened opened = BackupFile.open(file, key);
    try (DataInputStream rest = opened.rest()) {
      JsonNode manifest = JsonMapper.shared().readTree(opened.manifest());
      BackupFile.unpack(
          rest, folder, done -> terminal.progress("  %,d MiB restored".formatted(done >> 20)));
      terminal.progressEnded();
      if (manifest.path("key-beside-data").asBoolean(false)) {
        Files.copy(keyFile, folder.resolve("keys/key-encryption-key"));
        Files.setPosixFilePermissions(
            folder.resolve("keys/key-encryption-key"),
            PosixFilePermissions.fromString("rw-------"));
      }
      return manifest;
    }
  }

  private static Checkpoint head(Path folder, JsonNode manifest) throws IOException {
    Checkpoint head =
        Checkpoint.parse(Files.readAllBytes(folder.resolve("ledger/public/checkpoint")));
    if (head.size() != manifest.path("entries").asLong(-1)
        || !head.root().toString().equals(manifest.path("root").asString(""))) {
      throw new IOException("its log is not the one that its manifest names");
    }
    return head;
  }

  private Optional<Checkpoint> outside() {
    if (published.equals("none")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Checkpoint.parse(InputFile.read(Path.of(published))));
    } catch (IllegalArgumentException e) {
      throw new Failed(published + " is no checkpoint: " + e.getMessage(), e);
    }
  }

  /** Whether the log that was seen outside is a beginning of the one in the backup (rule L5). */
  private static void requireContinuation(Path folder, Checkpoint head, Checkpoint seen) {
    if (!seen.origin().equals(head.origin())) {
      throw new Failed(
          "the checkpoint is of log %s, the backup of %s".formatted(seen.origin(), head.origin()));
    }
    LogSource source = new LogSource.Directory(folder.resolve("ledger/public"));
    try {
      if (!isSigned(source, seen)) {
        throw new Failed("the checkpoint given is not signed by this log's keys");
      }
      if (seen.size() > head.size()) {
        throw new Failed(
            ("the log has published %,d entries and the backup holds %,d. A log that goes on from"
                    + " there would be a fork of itself, and whoever saw the other would say so"
                    + " (rule L5). Restore a newer backup, or the folder ledger/ of a newer one"
                    + " with this database: what the database lacks is then read from the log. If"
                    + " there is none, docs/operations.md says how the log ends under its name.")
                .formatted(seen.size(), head.size()));
      }
      boolean continues =
          new TiledTree(source, head.size())
              .consistency(seen.size())
              .proves(seen.root(), head.root());
      if (!continues) {
        throw new Failed(
            "the log in the backup is not the one of the checkpoint: one of the two was forked");
      }
    } catch (IOException e) {
      throw new Failed("the log in the backup cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether all keys signed it that the log has now, or all that it had at some time before. */
  private static boolean isSigned(LogSource source, Checkpoint seen) throws IOException {
    List<List<VerifierKey>> sets = new ArrayList<>();
    sets.add(LogVerifier.keysOf(source));
    KeyHistory.of(source).changes().forEach(change -> sets.add(change.event().from()));
    return sets.stream()
        .anyMatch(keys -> !keys.isEmpty() && keys.stream().allMatch(seen::signedBy));
  }

  private void say(Path root, JsonNode manifest) {
    Terminal terminal = tools.terminal();
    if (access.json()) {
      terminal.line(manifest.toString());
      return;
    }
    terminal.line(
        "%s: as of %s, log %s of %,d entries"
            .formatted(
                root,
                manifest.path("at").asString(),
                manifest.path("origin").asString(),
                manifest.path("entries").asLong()));
    if (published.equals("none")) {
      terminal.line(
          "If someone outside has seen more of this log than that, do not start it: it would fork.");
    }
    if (manifest.path("database").asString("").equals("own")) {
      terminal.line(
          "Your own database was not in it. If yours is older than the log, what it lacks is read"
              + " from the log at start; it must not be newer (docs/operations.md).");
    }
  }
}
