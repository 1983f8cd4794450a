package org.thingward.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.thingward.verify.log.AddCheckpoint;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogFault;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.witness.Witness;

/**
 * Who has seen the log as it is, and is shown another one: a client that remembers the last head,
 * and a witness that has cosigned it.
 */
final class Onlooker implements AutoCloseable {
  private final List<VerifierKey> keys;
  private final Checkpoint seen;
  private final Path folder;
  private final Witness witness;

  private Onlooker(List<VerifierKey> keys, Checkpoint seen, Path folder, Witness witness) {
    this.keys = List.copyOf(keys);
    this.seen = seen;
    this.folder = folder;
    this.witness = witness;
  }

  /** One that has seen the log of this copy, and found it right. */
  static Onlooker of(LogCopy log, Target target) throws IOException {
    List<VerifierKey> keys = log.keys();
    LogReport report = log.verify(keys, Optional.empty());
    if (!report.ok()) {
      throw new DrillNotRun("the log is wrong before it is attacked: " + report.lines());
    }
    Path folder = Files.createTempDirectory("thingward-witness-");
    Witness witness = Witness.open(folder, "drill/witness", keys, target.clock(), target.random());
    Onlooker onlooker = new Onlooker(keys, log.head(), folder, witness);
    int status = onlooker.cosign(0, log.head());
    if (status != 200) {
      throw new DrillNotRun("a witness does not cosign the log as it is: " + status);
    }
    return onlooker;
  }

  /** Shows it another log, which is signed with the log's keys, and notes what comes of it. */
  void isShown(LogCopy other, String what, Attack.Notes notes) throws IOException {
    LogReport alone = other.verify(keys, Optional.empty());
    if (!alone.ok()) {
      throw new DrillNotRun("the attacker's log would convince nobody: " + alone.lines());
    }
    boolean warned =
        alone.lines().stream().anyMatch(line -> line.contains("may be forked or shortened"));
    if (!warned) {
      notes.breached("who never saw the log is not told that it may be forked or shortened");
    }
    Optional<LogFault> fault = other.verify(keys, Optional.of(seen)).fault();
    if (fault.isPresent()) {
      notes.stopped(Attack.Layer.LEDGER, "who saw the log before: " + fault.get());
    } else {
      notes.breached("who saw the log before accepts " + what);
    }
    int status = cosign(other.head().size(), other.head());
    if (status == 200) {
      notes.breached("a witness that saw the log cosigns " + what);
    } else {
      notes.stopped(Attack.Layer.LEDGER, "a witness answers %d to %s".formatted(status, what));
    }
  }

  private int cosign(long old, Checkpoint head) throws IOException {
    return witness.addCheckpoint(new AddCheckpoint(old, List.of(), head).encode()).status();
  }

  @Override
  public void close() throws IOException {
    witness.close();
    LogCopy.delete(folder);
  }
}
