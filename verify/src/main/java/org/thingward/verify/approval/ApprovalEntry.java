package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import org.thingward.verify.record.JsonPart;

/** What an entry of the ledger of type {@code approval} records. */
public sealed interface ApprovalEntry {
  /** A change that waits for others to agree; its body is in entries before it. */
  record Asked(ApprovalRequest request) implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      return encode("asked", Map.of("request", request.text()));
    }
  }

  /**
   * A part of a body that waits.
   *
   * @param number 0 for the first
   */
  record BodyPart(UUID request, int number, byte[] bytes) implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      return encode(
          "body",
          Map.of(
              "request", request.toString(),
              "part", number,
              "bytes", Base64.getEncoder().encodeToString(bytes)));
    }
  }

  /**
   * Somebody agreed.
   *
   * @param port where the operator listener was: part of the origin that was signed
   */
  record Approved(
      UUID request, Subject operator, Instant at, int port, long counter, Assertion assertion)
      implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      Map<String, Object> tree = new HashMap<>(assertion.tree());
      tree.put("request", request.toString());
      tree.put("operator", operator.toString());
      tree.put("at", at.toString());
      tree.put("port", port);
      tree.put("counter", counter);
      return encode("approved", tree);
    }
  }

  /**
   * It is over without having been done.
   *
   * @param by who ended it
   */
  record Ended(UUID request, How how, Subject by, String reason, Instant at)
      implements ApprovalEntry {
    /** In which way. */
    public enum How {
      /** Somebody who may approve it said no. */
      REFUSED,
      /** Whoever asked took it back. */
      WITHDRAWN,
      /** What it would do was not any more what was approved. */
      VOIDED;

      /** The lower-case word used in records and the API. */
      public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
      }
    }

    @Override
    public byte[] canonical() {
      return encode(
          how.word(),
          Map.of(
              "request", request.toString(),
              "operator", by.toString(),
              "reason", reason,
              "at", at.toString()));
    }
  }

  /** It is carried out: written before it is, so that it never is twice. */
  record Executed(UUID request, Subject operator, Instant at) implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      return encode(
          "executed",
          Map.of(
              "request", request.toString(),
              "operator", operator.toString(),
              "at", at.toString()));
    }
  }

  /** The canonical form. */
  byte[] canonical();

  /**
   * Reads what {@link #canonical} writes.
   *
   * @throws org.thingward.verify.record.RecordRefused if it is nothing of the kind
   */
  static ApprovalEntry read(byte[] json) {
    JsonPart part = JsonPart.readWithLongTexts(json);
    if (part.member("approval").number() != 1) {
      throw part.member("approval").refused("is no version known here");
    }
    return part.checked(() -> of(part));
  }

  private static ApprovalEntry of(JsonPart part) {
    String event = part.member("event").text();
    return switch (event) {
      case "asked" ->
          new Asked(ApprovalRequest.read(part.member("request").text().getBytes(UTF_8)));
      case "body" ->
          new BodyPart(
              request(part),
              Math.toIntExact(Math.clamp(part.member("part").number(), 0, Integer.MAX_VALUE)),
              part.member("bytes").bytes());
      case "approved" ->
          new Approved(
              request(part),
              operator(part),
              part.member("at").instant(),
              (int) Math.clamp(part.member("port").number(), 0, 65_535),
              part.member("counter").number(),
              Assertion.of(part));
      case "refused", "withdrawn", "voided" ->
          new Ended(
              request(part),
              Ended.How.valueOf(event.toUpperCase(java.util.Locale.ROOT)),
              operator(part),
              part.member("reason").text(),
              part.member("at").instant());
      case "executed" -> new Executed(request(part), operator(part), part.member("at").instant());
      default -> throw part.member("event").refused("is nothing that happens to an approval");
    };
  }

  private static UUID request(JsonPart part) {
    return part.member("request").of(UUID::fromString);
  }

  private static Subject operator(JsonPart part) {
    return part.member("operator").of(Subject::parse);
  }

  private static byte[] encode(String event, Map<String, Object> members) {
    Map<String, Object> tree = new HashMap<>(members);
    tree.put("approval", 1);
    tree.put("event", event);
    return CanonicalJson.encode(tree);
  }
}
