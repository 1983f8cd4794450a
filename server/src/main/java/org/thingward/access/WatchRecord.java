package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.thingward.ledger.Openings;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the watch reads from the ledger, and what it writes there. */
sealed interface WatchRecord {
  /** A change that an operator made. */
  record Acted(Subject operator, String verb, Instant at) implements WatchRecord {}

  /**
   * What an operator read within an hour: of reading, the ledger has this sum.
   *
   * @param hour its beginning
   */
  record Read(Subject operator, Instant hour, long requests, long bytes) implements WatchRecord {
    byte[] canonical() {
      return CanonicalJson.encode(
          Map.of(
              "operator-read",
              1,
              "operator",
              operator.name(),
              "hour",
              hour.toString(),
              "requests",
              requests,
              "bytes",
              bytes));
    }
  }

  /**
   * An operator logged in.
   *
   * @param network where from; empty if the entry does not say
   */
  record LoggedIn(Subject operator, String browser, String network) implements WatchRecord {}

  /** Something unusual was found before. */
  record Found(Subject operator, Oddity oddity, Instant at) implements WatchRecord {
    byte[] canonical() {
      return CanonicalJson.encode(
          Map.of(
              "finding", 1,
              "what", UNUSUAL,
              "operator", operator.name(),
              "kind", oddity.kind().word(),
              "reason", oddity.reason(),
              "at", at.toString()));
    }
  }

  /** The kind of finding, in the ledger. */
  String UNUSUAL = "operator-unusual";

  /** What an entry records, if it is one of these. */
  static Optional<WatchRecord> of(Openings.Opened entry) {
    try {
      return of(tree(new String(entry.content(), StandardCharsets.UTF_8)));
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<WatchRecord> of(JsonNode tree) {
    if (tree.has("operator-action")) {
      JsonNode request = tree(tree.path("request").asString(""));
      return Optional.of(
          new Acted(
              Subject.parse(request.path("operator").asString("")),
              request.path("verb").asString(""),
              Instant.parse(tree.path("at").asString(""))));
    }
    if (tree.has("operator-read")) {
      return Optional.of(
          new Read(
              operator(tree),
              Instant.parse(tree.path("hour").asString("")),
              tree.path("requests").asLong(0),
              tree.path("bytes").asLong(0)));
    }
    if (tree.path("what").asString("").equals(UNUSUAL)) {
      return Optional.of(
          new Found(
              operator(tree),
              new Oddity(
                  Oddity.Kind.ofWord(tree.path("kind").asString("")),
                  tree.path("reason").asString("")),
              Instant.parse(tree.path("at").asString(""))));
    }
    return tree.has(PasskeyRecord.LOGIN)
        ? Optional.of(
            new LoggedIn(
                operator(tree),
                tree.path("browser").asString(""),
                tree.path("network").asString("")))
        : Optional.empty();
  }

  private static Subject operator(JsonNode tree) {
    return Subject.operator(tree.path("operator").asString(""));
  }

  private static JsonNode tree(String json) {
    return JsonMapper.shared().readTree(json);
  }
}
