package org.thingward.platform;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL for tests: one server a test run, a database of its own for each call of {@link
 * #fresh()} and {@link #empty()}.
 */
public final class TestDatabase {
  private static final List<String> ROOMS =
      List.of("ledger", "inventory", "identity", "attestation", "network", "posture", "console");
  private static final String MIGRATED = "migrated";

  private static final AtomicInteger number = new AtomicInteger();

  private TestDatabase() {}

  /**
   * A database as every room leaves it that has started and was told nothing: with its tables, and
   * without a row. Closing it removes it; the server goes on.
   */
  public static Database fresh() {
    return copy(Server.RUNNING, Migrated.TEMPLATE);
  }

  /** One without a table, for what is about how they get there. */
  public static Database empty() {
    return copy(Server.RUNNING, "template0");
  }

  /** As an operator gives it with {@code --database}, for a process of its own. */
  public static String url(Database database) {
    HikariDataSource pool = (HikariDataSource) database.dataSource();
    return "%s?user=%s&password=%s"
        .formatted(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
  }

  private static Database copy(Server server, String template) {
    String name = "test_" + number.incrementAndGet();
    server.create(name, template);
    return Database.of(
        server.postgres, name, () -> server.execute("DROP DATABASE " + name + " WITH (FORCE)"));
  }

  /** The programs, unpacked once for all test runs. */
  static PostgresBinaries binaries() {
    return PostgresBinaries.in(Path.of("target", "postgres-cache").toAbsolutePath());
  }

  /**
   * Puts the programs where a server under test that keeps its data in {@code data} looks for them,
   * and a database beside them as a server leaves it that ended before it stored anything: both
   * take seconds to make. What is there stays. {@code ServerTest} and {@code DatabaseTest} begin
   * with nothing.
   */
  public static void putInto(Path data) {
    Path database = data.resolve("database");
    try {
      Files.createDirectories(database);
      if (Files.notExists(database.resolve("data"))) {
        Path cluster = Cluster.made();
        for (String part : Cluster.PARTS) {
          copy(cluster.resolve(part), database);
        }
      }
      if (Files.notExists(database.resolve(binaries().directory().getFileName()))) {
        copy(binaries().directory(), database);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path into) throws IOException {
    Process copy =
        new ProcessBuilder("cp", "-a", from.toString(), into.toString()).inheritIO().start();
    try {
      if (copy.waitFor() != 0) {
        throw new IllegalStateException(from + " cannot be copied to " + into);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Made once for all test runs, beside the programs that made it. */
  private static final class Cluster {
    static final List<String> PARTS = List.of("data", "role.password", "admin.password");

    static synchronized Path made() throws IOException {
      Path programs = binaries().directory();
      Path cache = programs.resolveSibling(programs.getFileName() + "-cluster");
      if (Files.exists(cache)) {
        return cache;
      }
      Path unfinished = Files.createTempDirectory(cache.getParent(), "making-");
      Time time = Time.ofMachine();
      try (Children children = new Children(unfinished, time)) {
        new EmbeddedPostgres(unfinished, binaries(), children, new Randomness(time), time).close();
      }
      try {
        Files.move(unfinished, cache);
      } catch (IOException e) {
        if (Files.notExists(cache)) {
          throw e;
        }
        PostgresBinaries.deleteTree(unfinished); // Another process was faster.
      }
      return cache;
    }
  }

  /** The way that every server goes, gone once: a test that starts there finds nothing to do. */
  private static final class Migrated {
    static final String TEMPLATE = made();

    private static String made() {
      Server.RUNNING.create(MIGRATED, "template0");
      try (Database database = Database.of(Server.RUNNING.postgres, MIGRATED, () -> {})) {
        ROOMS.forEach(database::migrate);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      return MIGRATED;
    }
  }

  private static final class Server {
    static final Server RUNNING = start();

    final EmbeddedPostgres postgres;
    private Connection administrator;

    private Server(EmbeddedPostgres postgres) throws SQLException {
      this.postgres = postgres;
      this.administrator = postgres.asAdministrator();
    }

    private static Server start() {
      try {
        Path directory =
            Files.createTempDirectory(Path.of("target").toAbsolutePath(), "test-database-");
        Time time = Time.ofMachine();
        Children children = new Children(directory, time);
        Server server =
            new Server(
                new EmbeddedPostgres(directory, binaries(), children, new Randomness(time), time));
        // What is thrown away at the end need not survive a power cut.
        server.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server.postgres, directory)));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Copied as files are: page by page through the log takes three times the work. */
    void create(String name, String template) {
      execute(
          "CREATE DATABASE " + name + " OWNER thingward STRATEGY FILE_COPY TEMPLATE " + template);
    }

    synchronized void execute(String... commands) {
      try {
        if (!administrator.isValid(0)) {
          administrator = postgres.asAdministrator();
        }
        try (Statement statement = administrator.createStatement()) {
          for (String command : commands) {
            statement.execute(command);
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void stop(EmbeddedPostgres server, Path directory) {
      server.close();
      try {
        PostgresBinaries.deleteTree(directory);
      } catch (IOException e) {
        System.err.println("left behind: " + directory);
      }
    }
  }
}
