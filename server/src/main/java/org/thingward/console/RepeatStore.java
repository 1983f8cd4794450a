package org.thingward.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.thingward.platform.Database;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * Which requests with an idempotency key were carried out, for a day. Answers themselves are not
 * kept: some hold secrets.
 */
final class RepeatStore {
  private static final Duration KEPT = Duration.ofDays(1);

  /**
   * A request that was begun.
   *
   * @param request the digest of method, path and body
   * @param status the answer's status; 0 while, or if ever, it was not finished
   * @param response the digest of the answer's body
   */
  record Begun(Digest request, int status, Optional<Digest> response, Instant at) {}

  private final Database database;
  private final Time time;

  RepeatStore(Database database, Time time) {
    this.database = database;
    this.time = time;
  }

  /** Claims {@code key}; empty if it is new, otherwise what it was used for. */
  Optional<Begun> claim(String operator, String key, Digest request) {
    Instant now = time.now();
    database
        .jdbc()
        .sql("DELETE FROM console.repeat WHERE begun < :before")
        .param("before", now.minus(KEPT).atOffset(ZoneOffset.UTC))
        .update();
    int inserted =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO console.repeat (operator, key, request, begun)
                VALUES (:operator, :key, :request, :begun) ON CONFLICT DO NOTHING
                """)
            .param("operator", operator)
            .param("key", key)
            .param("request", request.bytes())
            .param("begun", now.atOffset(ZoneOffset.UTC))
            .update();
    return inserted == 1 ? Optional.empty() : find(operator, key);
  }

  /** Says how the request with {@code key} was answered. */
  void finish(String operator, String key, int status, Digest response) {
    database
        .jdbc()
        .sql(
            """
            UPDATE console.repeat SET status = :status, response = :response
            WHERE operator = :operator AND key = :key
            """)
        .param("status", status)
        .param("response", response.bytes())
        .param("operator", operator)
        .param("key", key)
        .update();
  }

  /** Gives {@code key} free again: its request was refused and changed nothing. */
  void release(String operator, String key) {
    database
        .jdbc()
        .sql("DELETE FROM console.repeat WHERE operator = :operator AND key = :key")
        .param("operator", operator)
        .param("key", key)
        .update();
  }

  private Optional<Begun> find(String operator, String key) {
    return database
        .jdbc()
        .sql(
            """
            SELECT request, status, response, begun FROM console.repeat
            WHERE operator = :operator AND key = :key
            """)
        .param("operator", operator)
        .param("key", key)
        .query((row, number) ->
            new Begun(
                Digest.wrap(row.getBytes("request")),
                row.getInt("status"),
                Optional.ofNullable(row.getBytes("response")).map(Digest::wrap),
                row.getTimestamp("begun").toInstant()))
        .optional();
  }
}
