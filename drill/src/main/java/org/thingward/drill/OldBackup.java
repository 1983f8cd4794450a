package org.thingward.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.thingward.operator.Operator;

/**
 * A copy of the database from before a device was ordered out is put back under today's log, by
 * mistake or on purpose (rule L4).
 */
final class OldBackup implements Drill {
  @Override
  public String id() {
    return "old-backup";
  }

  @Override
  public String attempt() {
    return "put a backup of the database back that knows nothing of one's quarantine or revocation,"
        + " on a second server";
  }

  @Override
  public Group group() {
    return Group.LEDGER;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "L4",
        Defence.line(
            Attack.Layer.LEDGER, "what the log has and the database lacks counts all the same"),
        Defence.line(
            Attack.Layer.POLICY, "who was judged by evidence that is not there is of tier none"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SecondServer server = SecondServer.like(target)) {
      Grounded quarantined;
      Grounded revoked;
      Path old = server.data().resolve("old-backup");
      try (SecondServer.Running before = server.start()) {
        quarantined = Grounded.admitted(before.target());
        revoked = Grounded.admitted(before.target());
        notes.attacker("backs up the database of a second server");
        backUp(server, old);
        notes.operator("puts one device into quarantine and revokes another");
        quarantined.order(Operator.Order.QUARANTINE, before.target(), "drill " + id());
        revoked.order(Operator.Order.REVOKE, before.target(), "drill " + id());
      }
      server.stop();
      notes.attacker("puts the backup in the database's place");
      putBack(old, DatabaseAccess.cluster(server.data()));
      try (SecondServer.Running after = server.start()) {
        notes.attacker("starts that server again, and has them connect");
        quarantined.triesAgain(after.target(), "a backup from before its quarantine", notes);
        revoked.triesAgain(after.target(), "a backup from before its revocation", notes);
      }
      return notes.aboutNobody();
    }
  }

  private static void backUp(SecondServer server, Path old) {
    try (DatabaseAccess database = DatabaseAccess.to(server.data())) {
      database.backUp(old);
    } catch (IOException | SQLException e) {
      throw new DrillNotRun("the database could not be backed up: " + e.getMessage(), e);
    }
  }

  private static void putBack(Path old, Path cluster) {
    try {
      LogCopy.delete(cluster);
      Files.move(old, cluster);
    } catch (IOException e) {
      throw new DrillNotRun("the backup could not be put back: " + e.getMessage(), e);
    }
  }
}
