package org.thingward.drill;

import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.thingward.operator.Operator;

/**
 * Somebody who can write to the database makes a device trusted again there, and has the server
 * started anew (rule L4).
 */
final class RowRaisedByHand implements Drill {
  private static final String ORDERS = " WHERE subject = ? AND kind = 'operator.order'";

  /**
   * What is done to the order that grounds a device.
   *
   * @param what what it is called
   */
  private record Trick(String what, String sql) {}

  private static final List<Trick> TRICKS =
      List.of(
          new Trick(
              "its quarantine was rewritten into a release",
              "UPDATE posture.evidence SET canonical = convert_to(replace(convert_from(canonical,"
                  + " 'UTF8'), '\"quarantine\"', '\"release\"'), 'UTF8')"
                  + ORDERS),
          new Trick("its quarantine was deleted", "DELETE FROM posture.evidence" + ORDERS),
          new Trick(
              "its quarantine was marked as over",
              "UPDATE posture.evidence SET counts = false" + ORDERS));

  private static final String FORMER_POSTURE =
      "UPDATE posture.posture AS now SET tier = former.tier, id = former.id, receipt ="
          + " former.receipt, canonical = former.canonical FROM (SELECT * FROM posture.posture"
          + " WHERE subject = ? AND tier = 2 ORDER BY number DESC LIMIT 1) AS former"
          + " WHERE now.subject = ? AND now.tier = 96";

  @Override
  public String id() {
    return "row-raised-by-hand";
  }

  @Override
  public String attempt() {
    return "rewrite, delete or end a quarantine in the database's rows, on a second server, to be"
        + " let in after its next start";
  }

  @Override
  public Group group() {
    return Group.LEDGER;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "L4",
        Defence.line(Attack.Layer.LEDGER, "a row that opens no entry of the log does not count"),
        Defence.line(
            Attack.Layer.POLICY, "who was judged by evidence that is not there is of tier none"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SecondServer server = SecondServer.like(target)) {
      Map<Trick, Grounded> devices = new LinkedHashMap<>();
      try (SecondServer.Running before = server.start()) {
        for (Trick trick : TRICKS) {
          Grounded device = Grounded.admitted(before.target());
          device.order(Operator.Order.QUARANTINE, before.target(), "drill " + id());
          devices.put(trick, device);
        }
        notes.victim(devices.size() + " devices of a second server are in quarantine");
        notes.attacker("raises their rows in its database by hand");
        raise(server, devices);
      }
      server.stop();
      try (SecondServer.Running after = server.start()) {
        notes.attacker("starts that server again, and has them connect");
        devices.forEach((trick, device) -> device.triesAgain(after.target(), trick.what(), notes));
      }
      return notes.aboutNobody();
    }
  }

  private static void raise(SecondServer server, Map<Trick, Grounded> devices) {
    try (DatabaseAccess database = DatabaseAccess.to(server.data())) {
      for (Map.Entry<Trick, Grounded> each : devices.entrySet()) {
        String subject = each.getValue().subject().toString();
        awaitChange(database, each.getKey().sql(), subject);
        awaitChange(database, FORMER_POSTURE, subject);
      }
    } catch (IOException | SQLException e) {
      throw new DrillNotRun("the database could not be written to: " + e.getMessage(), e);
    }
  }

  /**
   * The server acts on a quarantine before it writes it (rule T6): the row may not be there yet.
   */
  private static void awaitChange(DatabaseAccess database, String sql, String subject)
      throws SQLException {
    long end = System.nanoTime() + Target.PATIENCE.toNanos();
    while (database.change(sql, subject) == 0) {
      if (System.nanoTime() > end) {
        throw new DrillNotRun("there is no row to raise about " + subject);
      }
      LockSupport.parkNanos(Target.MOMENT.toNanos());
    }
  }
}
