package org.thingward.platform;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * PostgreSQL, one schema a room. Transactions are ambient: what runs on the same thread within
 * {@link #inTransaction} takes part, whichever room it belongs to.
 */
public final class Database implements AutoCloseable {
  private static final int POOL = 24;
  // One batch computes while the other waits for the disk.
  private static final int LANES = 2;
  private static final Pattern PASSWORD = Pattern.compile("[?&]password=([^&]*)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HikariDataSource pool;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final AutoCloseable server;

  private Database(String url, String user, String password, AutoCloseable server) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    if (!user.isEmpty()) {
      config.setUsername(user);
      config.setPassword(password);
    }
    config.setPoolName("database");
    config.setMaximumPoolSize(POOL);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(10_000);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("ApplicationName", "thingward");
    // A server that hangs, or a network that forgets: nobody waits for ever.
    config.addDataSourceProperty("socketTimeout", Long.toString(PATIENCE.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    this.pool = new HikariDataSource(config);
    this.jdbc = JdbcClient.create(pool);
    this.transactions = new TransactionTemplate(new JdbcTransactionManager(pool));
    this.server = server;
  }

  /**
   * Starts a PostgreSQL of our own on the data in {@code directory}, made at first start; ends with
   * {@link #close()}.
   *
   * @throws IllegalStateException if it does not start, saying why
   */
  public static Database embedded(
      Path directory, Children children, Randomness randomness, Time time) {
    PostgresBinaries binaries = PostgresBinaries.in(directory);
    EmbeddedPostgres server = new EmbeddedPostgres(directory, binaries, children, randomness, time);
    return of(server, server.role(), server);
  }

  /** A database of a server of ours; {@code closing} is closed after the pool. */
  static Database of(EmbeddedPostgres server, String name, AutoCloseable closing) {
    return new Database(server.url(name), server.role(), server.password(), closing);
  }

  /**
   * The operator's own PostgreSQL.
   *
   * @param url a JDBC URL, with user and password in its parameters
   * @throws IllegalArgumentException if the password is one that anybody tries
   */
  public static Database external(String url) {
    Matcher password = PASSWORD.matcher(url);
    if (password.find()) {
      new ImportedCredential(
              "--database: the password in its URL",
              "give its user another, e.g. of openssl rand -hex 16",
              ImportedCredential.Floor.FLAGGED)
          .require("", URLDecoder.decode(password.group(1), StandardCharsets.UTF_8));
    }
    return new Database(url, "", "", () -> {});
  }

  /** Connections, for what needs more than {@link #jdbc()}. */
  public DataSource dataSource() {
    return pool;
  }

  /** Runs SQL, in the ambient transaction if there is one. */
  public JdbcClient jdbc() {
    return jdbc;
  }

  /** Runs {@code work} in the ambient transaction or in a new one; any exception rolls it back. */
  public <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(status -> work.get());
  }

  /** As {@link #inTransaction(Supplier)}, for work without a result. */
  public void inTransaction(Runnable work) {
    transactions.executeWithoutResult(status -> work.run());
  }

  /**
   * Work that many callers do at the same time, done for all of them in one transaction.
   *
   * @param most how many of them a transaction takes
   * @param work answers each request, in order; done again for one alone if it fails for several
   * @see GroupCommit
   */
  public <Q, A> GroupCommit<Q, A> groupCommit(int most, Function<List<Q>, List<A>> work) {
    return new GroupCommit<>(LANES, most, requests -> inTransaction(() -> work.apply(requests)));
  }

  /**
   * As {@link #groupCommit}, for work that opens its transactions itself, several or none: the work
   * of one statement needs none.
   */
  public <Q, A> GroupCommit<Q, A> together(int most, Function<List<Q>, List<A>> work) {
    return new GroupCommit<>(LANES, most, work);
  }

  /**
   * As {@link #inTransaction(Runnable)}, without waiting until it is on the disk: for what loses
   * nothing if a crash undoes it, because it is done again then. Within an ambient transaction it
   * is part of that, and as durable.
   */
  public void inTransactionSoonDurable(Runnable work) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      work.run();
      return;
    }
    inTransaction(() -> {
      int unused = jdbc.sql("SET LOCAL synchronous_commit TO off").update();
      work.run();
    });
  }

  /** Runs {@code action} once the ambient transaction is committed; at once if there is none. */
  public void afterCommit(Runnable action) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      action.run();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            action.run();
          }
        });
  }

  /**
   * Brings the schema of {@code room} up to date, from {@code db/migration/<room>} on the class
   * path.
   *
   * @throws IllegalStateException if its data were written by a newer Thingward, or were changed
   *     behind its back; nothing was changed
   */
  public void migrate(String room) {
    try {
      Flyway.configure()
          .dataSource(pool)
          .schemas(room)
          .locations("classpath:db/migration/" + room)
          .ignoreMigrationPatterns(new String[0])
          .failOnMissingLocations(true)
          .load()
          .migrate();
    } catch (FlywayValidateException e) {
      throw new IllegalStateException(
          "the data of '"
              + room
              + "' were written by another version of Thingward, newer than this one. Start that"
              + " version. ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Whether it answers at this moment. */
  public boolean answers() {
    try {
      return jdbc.sql("SELECT 1").query(Integer.class).single() == 1;
    } catch (org.springframework.dao.DataAccessException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    pool.close();
    server.close();
  }
}
