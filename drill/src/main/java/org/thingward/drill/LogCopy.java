package org.thingward.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.VerifierKey;

/** A copy of the server's public log, as somebody with access to its disk has one. */
final class LogCopy implements AutoCloseable {
  private final Path folder;

  private LogCopy(Path folder) {
    this.folder = folder;
  }

  /** Copies the log as it is at this moment; the server goes on writing it meanwhile. */
  static LogCopy of(Target target) {
    try {
      LogCopy copy = new LogCopy(Files.createTempDirectory("thingward-drill-"));
      // The head first: what it covers is there by then, and stays.
      copy.take(target.publicLog(), Path.of(LogVerifier.CHECKPOINT));
      for (String file : new LogSource.Directory(target.publicLog()).files()) {
        if (!file.equals(LogVerifier.CHECKPOINT)) {
          copy.take(target.publicLog(), Path.of(file));
        }
      }
      return copy;
    } catch (IOException e) {
      throw new DrillNotRun("the public log could not be copied: " + e.getMessage(), e);
    }
  }

  private void take(Path from, Path file) throws IOException {
    Path place = folder.resolve(file.toString());
    Files.createDirectories(place.getParent());
    try {
      Files.copy(from.resolve(file), place, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      // A partial tile whose full one came meanwhile.
    }
  }

  Path folder() {
    return folder;
  }

  LogSource source() {
    return new LogSource.Directory(folder);
  }

  /** The keys that the log names. */
  List<VerifierKey> keys() throws IOException {
    return LogVerifier.keysOf(source());
  }

  /** Its signed head. */
  Checkpoint head() throws IOException {
    return Checkpoint.parse(Files.readAllBytes(folder.resolve(LogVerifier.CHECKPOINT)));
  }

  /** What someone finds who has these keys, and saw this head before. */
  LogReport verify(List<VerifierKey> keys, Optional<Checkpoint> seen) {
    return new LogVerifier(source(), keys, Optional.empty(), seen).verify();
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  /** Deletes a folder of the drill's own with all in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
