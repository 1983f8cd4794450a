package org.thingward.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL of our own: durable, reachable from this machine alone, by password (SCRAM).
 * Rooms use the role {@code thingward}, which is no superuser.
 */
final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final String ROLE = "thingward";

  /** The user that owns nothing; initdb insists on one with an account. */
  private static final int NOBODY = 65_534;

  private final Path directory;
  private final PostgresBinaries binaries;
  private final Children children;
  private final Randomness randomness;
  private final Time time;
  private final int port;
  private final Confined confined;
  private final Child server;

  /** Starts the server on the data in {@code directory}, which is made at first. */
  EmbeddedPostgres(
      Path directory,
      PostgresBinaries binaries,
      Children children,
      Randomness randomness,
      Time time) {
    this.directory = directory;
    this.binaries = binaries;
    this.children = children;
    this.randomness = randomness;
    this.time = time;
    if (children.confinement() == Confinement.OWN_USER) {
      Confined.letThrough(directory);
    }
    boolean fresh = !Files.isRegularFile(data().resolve("PG_VERSION"));
    if (fresh) {
      createCluster();
    }
    endOrphan();
    this.confined = children.confine(ChildUser.DATABASE, data(), binaries.directory());
    this.port = freePort();
    this.server = children.start(plan());
    awaitConnections();
    createRoleAndDatabase();
  }

  /** The URL of a database of this server. */
  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  String role() {
    return ROLE;
  }

  String password() {
    return secret("role.password");
  }

  Connection asAdministrator() throws SQLException {
    return DriverManager.getConnection(url("postgres"), "postgres", secret("admin.password"));
  }

  Child server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }

  private Path data() {
    return directory.resolve("data");
  }

  private void createCluster() {
    try {
      if (Files.isDirectory(data())) {
        PostgresBinaries.deleteTree(data()); // An interrupted first start: nothing was stored yet.
      }
      Files.createDirectories(data());
      secret("role.password");
      Path password = directory.resolve("first.password");
      DataDirectory.writeSecret(
          password, secret("admin.password").getBytes(StandardCharsets.US_ASCII));
      List<String> command = new ArrayList<>(creator(password));
      command.addAll(
          List.of(
              binaries.program("initdb").toString(),
              "--pgdata=" + data(),
              "--username=postgres",
              "--auth=scram-sha-256",
              "--pwfile=" + password,
              "--encoding=UTF8",
              "--locale=C",
              "--data-checksums"));
      run(command);
      Files.delete(password);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to put before initdb, which neither root may run nor a user without an account. */
  private List<String> creator(Path password) {
    if (children.confinement() != Confinement.OWN_USER
        || !Confinement.canRead(ChildUser.DATABASE, List.of(binaries.program("initdb")))) {
      Confinement weaker = Confinement.withoutUsers();
      return weaker.prefix(ChildUser.DATABASE, "KILL");
    }
    Confined.handOver(data(), NOBODY);
    Confined.handOver(password, NOBODY);
    return Confinement.asUser(NOBODY);
  }

  private void run(List<String> command) throws IOException {
    Path output = directory.resolve("initdb.log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(START_PATIENCE.toSeconds(), TimeUnit.SECONDS)
          || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "the database could not be created: " + Files.readString(output).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the database was created", e);
    }
  }

  private ChildPlan plan() {
    return new ChildPlan(
        "database",
        List.of(
            binaries.program("postgres").toString(),
            "-D",
            data().toString(),
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=64",
            "-c",
            "password_encryption=scram-sha-256"),
        Map.of("TZ", "UTC", "LC_ALL", "C"),
        directory,
        confined,
        "INT",
        Duration.ofSeconds(20));
  }

  /**
   * Ends a server that outlived a process of ours on the same data, and removes its lock file when
   * its process is gone: another process may have got its number since.
   */
  private void endOrphan() {
    Path lockFile = data().resolve("postmaster.pid");
    if (!Files.exists(lockFile)) {
      return;
    }
    try {
      // Empty if the server ended just as it made the file.
      long pid = Long.parseLong(Files.readString(lockFile).lines().findFirst().orElse("0").strip());
      ProcessHandle orphan = ProcessHandle.of(pid).filter(this::isOurServer).orElse(null);
      if (orphan != null) {
        log.warn("ending the database server that an earlier run left, process {}", pid);
        orphan.destroyForcibly();
        orphan.onExit().orTimeout(10, TimeUnit.SECONDS).join();
      }
      Files.deleteIfExists(lockFile);
    } catch (IOException | NumberFormatException e) {
      throw new IllegalStateException(lockFile + " cannot be read: " + e.getMessage(), e);
    }
  }

  private boolean isOurServer(ProcessHandle process) {
    Path cmdline = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
    try {
      return Files.readString(cmdline, StandardCharsets.ISO_8859_1)
          .contains("\0-D\0" + data() + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  private void awaitConnections() {
    long deadline = time.nanos() + START_PATIENCE.toNanos();
    while (true) {
      try (Connection connection = asAdministrator()) {
        return;
      } catch (SQLException e) {
        if (time.nanos() > deadline) {
          server.close();
          throw new IllegalStateException(
              "the database did not start; see " + server.output() + ": " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  private void createRoleAndDatabase() {
    try (Connection connection = asAdministrator();
        Statement statement = connection.createStatement()) {
      if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + ROLE + "'")) {
        statement.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + password() + "'");
      }
      if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + ROLE + "'")) {
        statement.execute("CREATE DATABASE " + ROLE + " OWNER " + ROLE + " TEMPLATE template0");
      }
    } catch (SQLException e) {
      server.close();
      throw new IllegalStateException("the database cannot be set up: " + e.getMessage(), e);
    }
  }

  private static boolean exists(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  private String secret(String name) {
    Path file = directory.resolve(name);
    try {
      if (!Files.exists(file)) {
        String password = HexFormat.of().formatHex(randomness.bytes(24));
        DataDirectory.writeSecret(file, password.getBytes(StandardCharsets.US_ASCII));
      }
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the database started", e);
    }
  }
}
