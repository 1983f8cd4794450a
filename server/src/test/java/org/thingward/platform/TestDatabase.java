package org.thingward.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL for tests: one server a test run, a fresh database for each call of {@link
 * #fresh()}.
 */
public final class TestDatabase {
  private static final AtomicInteger number = new AtomicInteger();

  private TestDatabase() {}

  /** An empty database. Closing it removes it; the server goes on. */
  public static Database fresh() {
    String name = "test_" + number.incrementAndGet();
    EmbeddedPostgres server = Server.RUNNING;
    execute(server, "CREATE DATABASE " + name + " OWNER thingward TEMPLATE template0");
    return Database.of(
        server, name, () -> execute(server, "DROP DATABASE " + name + " WITH (FORCE)"));
  }

  private static void execute(EmbeddedPostgres server, String... commands) {
    try (Connection connection = server.asAdministrator();
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The programs, unpacked once for all test runs. */
  static PostgresBinaries binaries() {
    return PostgresBinaries.in(Path.of("target", "postgres-cache").toAbsolutePath());
  }

  /**
   * Puts the programs where a server under test that keeps its data in {@code data} looks for them:
   * unpacking them takes seconds.
   */
  public static void putPrograms(Path data) {
    Path database = data.resolve("database");
    Path programs = binaries().directory();
    if (Files.exists(database.resolve(programs.getFileName()))) {
      return;
    }
    try {
      Files.createDirectories(database);
      Process copy =
          new ProcessBuilder("cp", "-a", programs.toString(), database.toString())
              .inheritIO()
              .start();
      if (copy.waitFor() != 0) {
        throw new IllegalStateException("PostgreSQL cannot be copied to " + database);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        Path directory =
            Files.createTempDirectory(Path.of("target").toAbsolutePath(), "test-database-");
        Time time = Time.ofMachine();
        Children children = new Children(directory, time);
        EmbeddedPostgres server =
            new EmbeddedPostgres(directory, binaries(), children, new Randomness(time), time);
        // What is thrown away at the end need not survive a power cut.
        execute(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory)));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
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
