package org.thingward.drill;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.thingward.trust.Subject;

/** Somebody who puts an old copy of the log in its place, signed as it was then. */
final class ShortenedLedger implements Drill {
  private static final long STEP_NANOS = 50_000_000;

  @Override
  public String id() {
    return "shortened-ledger";
  }

  @Override
  public String attempt() {
    return "show an old copy of the log, rightly signed, so that what came since never happened";
  }

  @Override
  public Group group() {
    return Group.LEDGER;
  }

  @Override
  public Defence defence() {
    return Defence.asked(
        "L6",
        Defence.line(Attack.Layer.LEDGER, "who has seen a later head refuses it"),
        Defence.line(Attack.Layer.LEDGER, "so does a witness; both are asked in each run"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (LogCopy old = LogCopy.of(target)) {
      var unused = target.tokenFor(Subject.device(target.newName()));
      try (LogCopy now = copyLongerThan(old.head().size(), target);
          Onlooker onlooker = Onlooker.of(now, target)) {
        notes.attacker("shows an older copy of the log to who has seen the newer one");
        onlooker.isShown(old, "an old copy of it", notes);
      }
    } catch (IOException e) {
      throw new DrillNotRun("the log could not be shortened: " + e.getMessage(), e);
    }
    return notes.aboutNobody();
  }

  /** The log once the token's entry is in public view, which takes a second. */
  private static LogCopy copyLongerThan(long size, Target target) throws IOException {
    Instant end = target.clock().instant().plus(Target.PATIENCE);
    while (target.clock().instant().isBefore(end)) {
      LogCopy copy = LogCopy.of(target);
      if (copy.head().size() > size) {
        return copy;
      }
      copy.close();
      LockSupport.parkNanos(STEP_NANOS);
    }
    throw new DrillNotRun("no entry came into public view while the drill waited");
  }
}
