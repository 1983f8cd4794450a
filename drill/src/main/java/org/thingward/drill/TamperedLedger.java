package org.thingward.drill;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.VerifierKey;

/** Somebody with access to the disk who rewrites history: one bit in each kind of file. */
final class TamperedLedger implements Drill {
  @Override
  public String id() {
    return "tampered-ledger";
  }

  @Override
  public String attempt() {
    return "change one bit in a file of the log, to make a decision never have happened";
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try {
      Path copy = Files.createTempDirectory("thingward-drill-");
      try {
        copy(target.publicLog(), copy);
        attack(copy, target, notes);
      } finally {
        delete(copy);
      }
    } catch (IOException e) {
      throw new DrillNotRun("the public log could not be copied: " + e.getMessage(), e);
    }
    return notes.aboutNobody();
  }

  private static void attack(Path log, Target target, Attack.Notes notes) throws IOException {
    LogSource source = new LogSource.Directory(log);
    List<VerifierKey> keys = LogVerifier.keysOf(source);
    LogVerifier verifier = new LogVerifier(source, keys);
    LogReport untouched = verifier.verify();
    if (!untouched.ok()) {
      throw new DrillNotRun("the log is wrong before it is attacked: " + untouched.lines());
    }
    for (String kind : List.of("tile/entries/", "tile/0/", LogVerifier.CHECKPOINT)) {
      String file =
          source.files().stream()
              .filter(path -> path.startsWith(kind))
              .findFirst()
              .orElseThrow(() -> new DrillNotRun("the log has no file " + kind));
      flipOneBit(log.resolve(file), target);
      note(file, verifier.verify(), notes);
      Files.copy(
          target.publicLog().resolve(file),
          log.resolve(file),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void note(String file, LogReport report, Attack.Notes notes) {
    if (report.ok()) {
      notes.breached("one bit changed in " + file + " and nobody noticed");
    } else {
      notes.stopped(
          Attack.Layer.LEDGER, report.fault().map(Object::toString).orElse("found in " + file));
    }
  }

  private static void flipOneBit(Path file, Target target) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int place = target.random().nextInt(bytes.length);
    bytes[place] ^= (byte) (1 << target.random().nextInt(8));
    Files.write(file, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path place = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(place);
        } else {
          Files.copy(file, place);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, java.io.IOException failure)
              throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
