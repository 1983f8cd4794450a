package org.thingward.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogVerifier;

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
  public Group group() {
    return Group.LEDGER;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "L1",
        "none: each bit is covered by one of them, and no other check is needed to see it",
        Defence.line(Attack.Layer.LEDGER, "hashes from entry to head, and the head's signatures"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    notes.attacker("changes one bit in a copy of the log: an entry, a hash, the signed head");
    try (LogCopy copy = LogCopy.of(target)) {
      attack(copy, target, notes);
    } catch (IOException e) {
      throw new DrillNotRun("the public log could not be attacked: " + e.getMessage(), e);
    }
    return notes.aboutNobody();
  }

  private static void attack(LogCopy log, Target target, Attack.Notes notes) throws IOException {
    LogVerifier verifier = new LogVerifier(log.source(), log.keys());
    LogReport untouched = verifier.verify();
    if (!untouched.ok()) {
      throw new DrillNotRun("the log is wrong before it is attacked: " + untouched.lines());
    }
    for (String kind : List.of("tile/entries/", "tile/0/", LogVerifier.CHECKPOINT)) {
      String file =
          log.source().files().stream()
              .filter(path -> path.startsWith(kind))
              .findFirst()
              .orElseThrow(() -> new DrillNotRun("the log has no file " + kind));
      byte[] sound = Files.readAllBytes(log.folder().resolve(file));
      flipOneBit(log.folder().resolve(file), target);
      note(file, verifier.verify(), notes);
      Files.write(log.folder().resolve(file), sound);
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
}
