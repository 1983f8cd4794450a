package org.thingward.drill;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A server's own database in the hands of who has its disk, and with that its passwords. */
final class DatabaseAccess implements AutoCloseable {
  private static final int LINE_OF_PORT = 3;

  private final Path cluster;
  private final Connection connection;

  private DatabaseAccess(Path cluster, Connection connection) {
    this.cluster = cluster;
    this.connection = connection;
  }

  /** Logs in as its superuser while the server on {@code data} runs. */
  static DatabaseAccess to(Path data) throws IOException, SQLException {
    Path folder = data.resolve("database");
    Path cluster = cluster(data);
    String port = Files.readAllLines(cluster.resolve("postmaster.pid")).get(LINE_OF_PORT).strip();
    String password = Files.readString(folder.resolve("admin.password"));
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/thingward";
    return new DatabaseAccess(cluster, DriverManager.getConnection(url, "postgres", password));
  }

  /** Where it keeps its tables. */
  static Path cluster(Path data) {
    return data.resolve("database").resolve("data");
  }

  /** Changes rows about a subject, which is every parameter of {@code sql}; returns how many. */
  int change(String sql, String subject) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
        statement.setString(i, subject);
      }
      return statement.executeUpdate();
    }
  }

  /**
   * Copies all of it while it runs, as an administrator would (PostgreSQL 18, 25.3.4 "Making a Base
   * Backup Using the Low Level API").
   */
  void backUp(Path to) throws IOException, SQLException {
    try (Statement statement = connection.createStatement()) {
      var unused = statement.execute("SELECT pg_backup_start('drill', true)");
      copy(cluster, to);
      try (ResultSet label =
          statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        label.next();
        Files.writeString(to.resolve("backup_label"), label.getString(1));
      }
      // Written until just now, and needed to make the copy whole.
      LogCopy.delete(to.resolve("pg_wal"));
      copy(cluster.resolve("pg_wal"), to.resolve("pg_wal"));
      Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!file.getFileName().toString().startsWith("postmaster.")) {
              Files.copy(file, to.resolve(from.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // Deleted meanwhile, which the WAL makes good.
          }
        });
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
