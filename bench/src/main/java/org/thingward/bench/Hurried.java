package org.thingward.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A database that need not survive a loss of power for as long as this is open: it is filled
 * several times as fast. When it is closed, all that was written is on the disk, and everything is
 * as it was.
 */
record Hurried(Connection administrator) implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "off",
          "full_page_writes", "off",
          "autovacuum", "off",
          "max_wal_size", "'16GB'",
          "checkpoint_timeout", "'1h'");

  /** Puts the storage's own database into that state. */
  static Hurried of(Storage storage) throws IOException, SQLException {
    Path password = storage.folder().resolve("database/admin.password");
    int port = storage.database().jdbc().sql("SHOW port").query(Integer.class).single();
    Hurried hurried =
        new Hurried(
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "postgres",
                Files.readString(password)));
    for (Map.Entry<String, String> setting : SETTINGS.entrySet()) {
      hurried.execute("ALTER SYSTEM SET " + setting.getKey() + " = " + setting.getValue());
    }
    hurried.execute("SELECT pg_reload_conf()");
    return hurried;
  }

  private void execute(String command) throws SQLException {
    try (Statement statement = administrator.createStatement()) {
      boolean unused = statement.execute(command);
    }
  }

  @Override
  public void close() throws SQLException, IOException, InterruptedException {
    try (administrator) {
      for (String setting : SETTINGS.keySet()) {
        execute("ALTER SYSTEM RESET " + setting);
      }
      execute("SELECT pg_reload_conf()");
      execute("CHECKPOINT");
    }
    // What was written before is not forced by a later checkpoint.
    if (new ProcessBuilder("sync").start().waitFor() != 0) {
      throw new IOException("sync failed");
    }
  }
}
