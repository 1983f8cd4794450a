package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final Time TIME = Time.ofMachine();
  private static final Randomness RANDOMNESS = new Randomness(TIME);

  @Test
  void a_second_start_on_the_same_data_continues_where_the_first_ended(@TempDir Path directory) {
    try (Children children = new Children(directory, TIME);
        EmbeddedPostgres first = start(directory, children);
        Database database = Database.of(first, "thingward", () -> {})) {
      database.migrate("sample");
      database.jdbc().sql("INSERT INTO sample.thing VALUES (1, 'kept')").update();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    try (Children children = new Children(directory, TIME);
        EmbeddedPostgres second = start(directory, children);
        Database database = Database.of(second, "thingward", () -> {})) {
      database.migrate("sample");
      assertThat(names(database)).containsExactly("kept");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_killed_server_comes_back_on_the_same_port_with_what_was_committed(@TempDir Path directory)
      throws Exception {
    try (Children children = new Children(directory, TIME);
        EmbeddedPostgres server = start(directory, children);
        Database database = Database.of(server, "thingward", () -> {})) {
      database.migrate("sample");
      database.jdbc().sql("INSERT INTO sample.thing VALUES (1, 'kept')").update();
      kill(postmaster(directory));
      within(Duration.ofSeconds(60), () -> server.server().starts() == 2 && database.answers());
      assertThat(names(database)).containsExactly("kept");
    }
  }

  @Test
  void a_server_that_an_earlier_run_left_is_ended_and_its_data_taken_over(@TempDir Path directory)
      throws Exception {
    Path data = directory.resolve("data");
    try (Children children = new Children(directory, TIME)) {
      start(directory, children).close();
      Confined confined =
          children.confine(ChildUser.DATABASE, data, TestDatabase.binaries().directory());
      List<String> command = new ArrayList<>(confined.prefix("KILL"));
      command.addAll(
          List.of(TestDatabase.binaries().program("postgres").toString(), "-D", data.toString()));
      command.addAll(
          List.of("-c", "unix_socket_directories=", "-p", "" + EmbeddedPostgres.freePort()));
      command.addAll(List.of("-c", "listen_addresses=127.0.0.1"));
      Process orphan =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Path lock = data.resolve("postmaster.pid");
      within(Duration.ofSeconds(60), () -> Files.exists(lock) && lock.toFile().length() > 0);
      try (EmbeddedPostgres successor = start(directory, children)) {
        assertThat(orphan.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(successor.server().starts()).isEqualTo(1);
      }
    }
  }

  @Test
  void the_server_ends_when_its_parent_is_killed(@TempDir Path directory) throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(parent.inputReader().readLine()).isEqualTo("started");
    ProcessHandle server = ProcessHandle.of(postmaster(directory)).orElseThrow();
    assertThat(parent.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
    server.onExit().get(60, TimeUnit.SECONDS);
  }

  /** Starts a server and holds it until killed. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      Children children = new Children(directory, TIME);
      EmbeddedPostgres server = start(directory, children);
      System.out.println(server.server().isRunning() ? "started" : "failed");
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }

  @Test
  void a_stale_lock_file_that_names_a_living_stranger_does_not_stop_the_start(
      @TempDir Path directory) throws Exception {
    try (Children children = new Children(directory, TIME);
        EmbeddedPostgres server = start(directory, children)) {
      server.close();
      Files.writeString(
          directory.resolve("data/postmaster.pid"), ProcessHandle.current().pid() + "\n/x\n");
      try (EmbeddedPostgres again = start(directory, children)) {
        assertThat(ProcessHandle.current().isAlive()).isTrue();
        assertThat(again.server().isRunning()).isTrue();
      }
    }
  }

  @Test
  void only_the_password_in_a_file_of_the_owner_opens_it(@TempDir Path directory) throws Exception {
    try (Children children = new Children(directory, TIME);
        EmbeddedPostgres server = start(directory, children);
        Database database = Database.of(server, "thingward", () -> {})) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.url("thingward"), "thingward", "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(mode(directory.resolve("role.password"))).isEqualTo("rw-------");
      assertThat(mode(directory.resolve("admin.password"))).isEqualTo("rw-------");
      assertThat(setting(database, "fsync")).isEqualTo("on");
      assertThat(setting(database, "listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(
              database
                  .jdbc()
                  .sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                  .query(Boolean.class)
                  .single())
          .isFalse();
    }
  }

  @Test
  void an_exception_rolls_back_every_room_that_took_part() throws Exception {
    try (Database database = TestDatabase.empty()) {
      database.migrate("sample");
      List<String> heard = new ArrayList<>();
      assertThatThrownBy(() ->
              database.inTransaction(() -> {
                database.jdbc().sql("INSERT INTO sample.thing VALUES (1, 'a')").update();
                database.afterCommit(() -> heard.add("never"));
                throw new IllegalStateException("no");
              }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(names(database)).isEmpty();
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void what_waits_for_the_commit_runs_after_it() throws Exception {
    try (Database database = TestDatabase.empty()) {
      database.migrate("sample");
      List<String> heard = new ArrayList<>();
      database.inTransaction(() -> {
        database.jdbc().sql("INSERT INTO sample.thing VALUES (1, 'a')").update();
        database.afterCommit(() -> heard.addAll(List.of("committed")));
        assertThat(heard).isEmpty();
      });
      assertThat(heard).containsExactly("committed");
      assertThat(names(database)).containsExactly("a");
    }
  }

  @Test
  void data_of_a_newer_version_refuse_an_older_binary() throws Exception {
    try (Database database = TestDatabase.empty()) {
      database.migrate("sample");
      database
          .jdbc()
          .sql(
              "INSERT INTO sample.flyway_schema_history (installed_rank, version, description, type,"
                  + " script, installed_by, execution_time, success) VALUES (9, '9', 'later',"
                  + " 'SQL', 'V9__later.sql', 'x', 1, true)")
          .update();
      assertThatThrownBy(() -> database.migrate("sample"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("newer than this one");
    }
  }

  private static EmbeddedPostgres start(Path directory, Children children) {
    return new EmbeddedPostgres(directory, TestDatabase.binaries(), children, RANDOMNESS, TIME);
  }

  private static List<String> names(Database database) {
    return database.jdbc().sql("SELECT name FROM sample.thing").query(String.class).list();
  }

  private static String setting(Database database, String name) {
    return database.jdbc().sql("SHOW " + name).query(String.class).single();
  }

  private static long postmaster(Path directory) throws Exception {
    return Long.parseLong(
        Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst().strip());
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void within(Duration limit, java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + limit).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
