package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child that was taken over is attacked from within: it runs what the attacker wants. */
class ConfinementTest {
  private static final Time TIME = Time.ofMachine();
  private static final String SECRET = "the key that nobody reads";

  @TempDir Path machine;

  private DataDirectory house() throws Exception {
    assumeThat(Confinement.available()).as("as root only").isEqualTo(Confinement.OWN_USER);
    Files.setPosixFilePermissions(machine, PosixFilePermissions.fromString("rwx--x--x"));
    DataDirectory data = DataDirectory.open(machine.resolve("thingward"));
    data.letOthersThrough();
    Files.writeString(data.folder("keys").resolve("issuing.key"), SECRET);
    return data;
  }

  @Test
  void I1_a_database_that_was_taken_over_reads_neither_keys_nor_what_other_children_keep()
      throws Exception {
    try (DataDirectory data = house();
        Children children = new Children(data.folder("log"), TIME)) {
      Path broker = Files.writeString(data.folder("broker").resolve("messages"), SECRET);
      Confined other = children.confine(ChildUser.BROKER, broker.getParent());
      Path folder = data.folder("database");
      try (EmbeddedPostgres server =
              new EmbeddedPostgres(
                  folder, TestDatabase.binaries(), children, new Randomness(TIME), TIME);
          Connection superuser = server.asAdministrator();
          Statement attack = superuser.createStatement()) {
        assertThat(other.how().keepsKeys()).isTrue();
        assertThat(read(attack, folder.resolve("data/PG_VERSION"))).startsWith("1");
        Path key = data.root().resolve("keys/issuing.key");
        for (Path target : List.of(key, broker, folder.resolve("role.password"))) {
          assertThatThrownBy(() -> read(attack, target))
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("Permission denied");
        }
        assertThatThrownBy(() -> attack.execute("COPY (SELECT 1) TO PROGRAM 'cat " + key + "'"))
            .isInstanceOf(SQLException.class);
        assertThatThrownBy(
                () -> attack.execute("COPY (SELECT 1) TO PROGRAM 'ls " + data.root() + "'"))
            .isInstanceOf(SQLException.class);
      }
    }
  }

  private static String read(Statement statement, Path file) throws SQLException {
    try (var rows = statement.executeQuery("SELECT pg_read_file('" + file + "')")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  @Test
  void I1_a_child_holds_no_privilege_and_cannot_gain_one() throws Exception {
    try (DataDirectory data = house();
        Children children = new Children(data.folder("log"), TIME)) {
      Path folder = data.folder("broker");
      Confined confined = children.confine(ChildUser.BROKER, folder);
      String attack = "id -u; id -g; id -G; grep -E 'Cap|NoNewPrivs' /proc/self/status";
      Child child =
          children.start(
              new ChildPlan(
                  "attacker",
                  List.of("/bin/sh", "-c", attack + "; cat ../keys/issuing.key; sleep 100"),
                  Map.of(),
                  folder,
                  confined,
                  "KILL",
                  Duration.ofSeconds(5)));
      String id = Integer.toString(ChildUser.BROKER.id());
      assertThat(outputWith(child, "Permission denied"))
          .startsWith(String.join("\n", id, id, id))
          .contains("CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "NoNewPrivs:\t1")
          .doesNotContain(SECRET);
    }
  }

  private static String outputWith(Child child, String awaited) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      String output = Files.exists(child.output()) ? Files.readString(child.output()) : "";
      if (output.contains(awaited)) {
        return output;
      }
      assertThat(System.nanoTime()).as(output).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void I1_where_a_child_cannot_have_a_user_of_its_own_its_folder_stays_ours_and_start_says_so()
      throws Exception {
    try (DataDirectory data = house();
        Children children = new Children(data.folder("log"), TIME);
        Said said = new Said(Confined.class)) {
      Files.setPosixFilePermissions(machine, PosixFilePermissions.fromString("rwx------"));
      Path folder = data.folder("broker");
      Files.writeString(folder.resolve("messages"), SECRET);
      Confined weaker = children.confine(ChildUser.BROKER, folder);

      assertThat(weaker.how().keepsKeys()).isFalse();
      assertThat(said.warnings())
          .hasSize(2)
          .last()
          .asString()
          .contains("the broker runs", "it can read the keys of this server");
      assertThat(Files.getAttribute(folder, "unix:uid")).isEqualTo(0);
      assertThat(Files.getAttribute(folder.resolve("messages"), "unix:uid")).isEqualTo(0);
    }
  }
}
