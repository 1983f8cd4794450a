package org.thingward.operator;

import static org.thingward.operator.OperatorConnection.encoded;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.thingward.device.EnrolmentToken;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * What an operator does, by name. All of it fails with {@link OperatorProblem} if the server
 * refuses, and with {@link org.thingward.device.ServerUnreachable} if it does not answer.
 */
public final class Operator {
  /** An order about one device. */
  public enum Order {
    /** Out of trust until released. */
    QUARANTINE,
    /** Out of trust for good: only a new token lets it back. */
    REVOKE,
    /** Ends a quarantine or a latched contraindication. */
    RELEASE,
    /** Asks for an attestation: what was attested before counts no more. */
    ATTEST;

    /** The lower-case word used in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_PAGES = 10_000;

  private final OperatorConnection connection;

  public Operator(OperatorConnection connection) {
    this.connection = connection;
  }

  /** The connection, for what has no name here. */
  public OperatorConnection connection() {
    return connection;
  }

  /** Makes a token that lets one subject enrol once. */
  public EnrolmentToken createToken(Subject subject, Duration life) {
    JsonNode answer =
        connection.post(
            "/tokens",
            Map.of(subject.kind().word(), subject.name(), "ttl", life.toSeconds() + "s"));
    return EnrolmentToken.parse(answer.path("token").asString(""));
  }

  /** Gives an order about a device, with the reason that goes on record. */
  public JsonNode order(Order order, String device, String reason) {
    return connection.post(
        "/devices/" + encoded(device) + "/" + order.word(), Map.of("reason", reason));
  }

  /** The posture of a subject, with its place in the ledger. */
  public JsonNode posture(Subject subject) {
    return connection.get("/postures/" + encoded(subject.toString()), Map.of());
  }

  /** A subject's live connections, oldest first. */
  public List<JsonNode> sessions(Subject subject) {
    return items(connection.get("/sessions", Map.of("subject", subject.toString())));
  }

  /** The newest evidence about a subject, newest first, each with its place in the ledger. */
  public List<JsonNode> evidence(Subject subject) {
    return items(
        connection.get("/evidence", Map.of("subject", subject.toString(), "limit", "500")));
  }

  /** The newest decisions about a subject, newest first, each with its place in the ledger. */
  public List<JsonNode> decisions(Subject subject, int limit) {
    return items(
        connection.get(
            "/decisions", Map.of("subject", subject.toString(), "limit", Integer.toString(limit))));
  }

  /** The policy in force, as its author wrote it. */
  public byte[] policy() {
    return connection.getBytes("/policy", Map.of());
  }

  /**
   * Has the past decided again by another policy; nothing changes by it.
   *
   * @param query {@code from} and {@code until}, instants; by default the last 24 hours
   * @param each hears of every event: progress, then a report or a problem
   */
  public void replayPolicy(byte[] yaml, Map<String, String> query, Consumer<JsonNode> each) {
    connection.follow(
        "/policy/replay",
        query,
        "application/yaml",
        yaml,
        event -> {
          each.accept(event);
          return true;
        });
  }

  /** Puts a policy in force, for a reason that goes on record. */
  public JsonNode applyPolicy(byte[] yaml, String reason) {
    return applyPolicy(yaml, Map.of("reason", reason));
  }

  /** As {@link #applyPolicy(byte[], String)}, unless another than {@code former} is in force. */
  public JsonNode replacePolicy(Digest former, byte[] yaml, String reason) {
    return applyPolicy(yaml, Map.of("reason", reason, "replaces", former.toString()));
  }

  private JsonNode applyPolicy(byte[] yaml, Map<String, String> query) {
    return connection.change("PUT", "/policy", query, "application/yaml", yaml);
  }

  /** Sets the reference values. */
  public JsonNode applyReferenceValues(byte[] json) {
    return connection.change("PUT", "/reference-values", Map.of(), "application/json", json);
  }

  /** Takes a product's reference values from a document that one of its release keys signed. */
  public JsonNode importReferenceValues(byte[] signed) {
    return connection.change("POST", "/reference-values", Map.of(), "application/jose", signed);
  }

  /** States evidence about a subject. */
  public JsonNode sendEvidence(byte[] json) {
    return connection.change("POST", "/evidence", Map.of(), "application/json", json);
  }

  /** Registers or updates devices, products and releases from CSV or JSON. */
  public JsonNode importInventory(byte[] content, boolean json, boolean dryRun) {
    return connection.change(
        "POST",
        "/devices/import",
        Map.of("dry-run", Boolean.toString(dryRun)),
        json ? "application/json" : "text/csv",
        content);
  }

  /** Registers one device. */
  public JsonNode addDevice(Map<String, String> device) {
    return connection.post("/devices", device);
  }

  /** A self-contained proof of one entry, named by receipt or index. */
  public byte[] proof(String entry) {
    return connection.getBytes("/proofs/" + encoded(entry), Map.of());
  }

  /**
   * Writes a stretch of the log for an auditor.
   *
   * @param asked {@code since}, {@code until} and {@code subject}, as far as wanted
   */
  public void export(Map<String, String> asked, OutputStream out) {
    connection.download("/export", asked, out);
  }

  /** Every item of a list, over as many pages as it has, at most {@code limit}. */
  public List<JsonNode> list(String path, Map<String, String> query, int limit) {
    List<JsonNode> all = new ArrayList<>();
    Map<String, String> parameters = new java.util.HashMap<>(query);
    for (int page = 0; page < MAX_PAGES && all.size() < limit; page++) {
      JsonNode answer = connection.get(path, parameters);
      all.addAll(items(answer));
      String next = answer.path("next").asString("");
      if (next.isEmpty()) {
        break;
      }
      parameters.put("cursor", next);
    }
    return all.size() <= limit ? all : all.subList(0, limit);
  }

  /** The one list that the answer holds, whatever it is called. */
  private static List<JsonNode> items(JsonNode answer) {
    List<JsonNode> items = new ArrayList<>();
    answer.properties().stream()
        .map(Map.Entry::getValue)
        .filter(JsonNode::isArray)
        .findFirst()
        .ifPresent(list -> list.forEach(items::add));
    return items;
  }

  /** The index in the ledger that an answer names, if its entry is already sequenced. */
  public static OptionalLong index(JsonNode answer) {
    JsonNode index = answer.path("index");
    return index.isIntegralNumber() ? OptionalLong.of(index.longValue()) : OptionalLong.empty();
  }

  /** Text as the bytes that go over the wire. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
