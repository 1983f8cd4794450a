package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import org.thingward.verify.record.JsonPart;

/** What an entry of the ledger of type {@code approval} records. */
public sealed interface ApprovalEntry {
  /**
   * A change that waits for others to agree; its body is in entries before it.
   *
   * @param raised devices that it would raise, the first of them; the request names all by digest
   * @param lowered devices that it would lower, the first of them
   * @param notes what else it would do, for people
   */
  record Asked(
      ApprovalRequest request, List<Subject> raised, List<Subject> lowered, List<String> notes)
      implements ApprovalEntry {
    public Asked {
      raised = List.copyOf(raised);
      lowered = List.copyOf(lowered);
      notes = List.copyOf(notes);
    }

    @Override
    public byte[] canonical() {
      return encode(
          "asked",
          Map.of(
              "request", request.text(),
              "raised", raised.stream().map(Subject::toString).toList(),
              "lowered", lowered.stream().map(Subject::toString).toList(),
              "notes", notes));
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
   * @param counter the passkey's signature counter after it
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
        return name().toLowerCase(Locale.ROOT);
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

  /**
   * A change that raises or lowers somebody was made, and nobody else had to agree: what a person
   * does within a day is counted together.
   *
   * @param alone whether nobody else could have agreed: there is no separation of duties
   * @param breakGlass under which break-glass it was made, if under any
   */
  record Acted(
      Subject operator,
      String verb,
      int raised,
      int lowered,
      boolean alone,
      Optional<UUID> breakGlass,
      Instant at)
      implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      Map<String, Object> tree = new HashMap<>();
      tree.put("operator", operator.toString());
      tree.put("verb", verb);
      tree.put("raised", raised);
      tree.put("lowered", lowered);
      tree.put("alone", alone);
      tree.put("at", at.toString());
      breakGlass.ifPresent(id -> tree.put("break-glass", id.toString()));
      return encode("acted", tree);
    }
  }

  /** Somebody broke the glass: until then this person lowers trust without anyone's agreement. */
  record GlassBroken(UUID id, Subject operator, String reason, Instant at, Instant until)
      implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      return encode(
          "break-glass",
          Map.of(
              "id", id.toString(),
              "operator", operator.toString(),
              "reason", reason,
              "at", at.toString(),
              "until", until.toString()));
    }
  }

  /** Another person looked at what was done. */
  record GlassReviewed(UUID id, Subject operator, boolean justified, String note, Instant at)
      implements ApprovalEntry {
    @Override
    public byte[] canonical() {
      return encode(
          "break-glass-reviewed",
          Map.of(
              "id", id.toString(),
              "operator", operator.toString(),
              "justified", justified,
              "note", note,
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
          new Asked(
              ApprovalRequest.read(part.member("request").text().getBytes(UTF_8)),
              subjects(part.member("raised")),
              subjects(part.member("lowered")),
              part.member("notes").items().stream().map(JsonPart::text).toList());
      case "body" ->
          new BodyPart(
              id(part, "request"), number(part.member("part")), part.member("bytes").bytes());
      case "approved" ->
          new Approved(
              id(part, "request"),
              operator(part),
              at(part),
              Math.min(number(part.member("port")), 65_535),
              part.member("counter").number(),
              Assertion.of(part));
      case "refused", "withdrawn", "voided" ->
          new Ended(
              id(part, "request"),
              Ended.How.valueOf(event.toUpperCase(Locale.ROOT)),
              operator(part),
              part.member("reason").text(),
              at(part));
      case "executed" -> new Executed(id(part, "request"), operator(part), at(part));
      case "acted" ->
          new Acted(
              operator(part),
              part.member("verb").text(),
              number(part.member("raised")),
              number(part.member("lowered")),
              part.member("alone").flag(),
              part.has("break-glass") ? Optional.of(id(part, "break-glass")) : Optional.empty(),
              at(part));
      case "break-glass" ->
          new GlassBroken(
              id(part, "id"),
              operator(part),
              part.member("reason").text(),
              at(part),
              part.member("until").instant());
      case "break-glass-reviewed" ->
          new GlassReviewed(
              id(part, "id"),
              operator(part),
              part.member("justified").flag(),
              part.member("note").text(),
              at(part));
      default -> throw part.member("event").refused("is nothing that is known here");
    };
  }

  private static List<Subject> subjects(JsonPart list) {
    return list.items().stream().map(item -> item.of(Subject::parse)).toList();
  }

  private static int number(JsonPart part) {
    return Math.toIntExact(Math.clamp(part.number(), 0, Integer.MAX_VALUE));
  }

  private static UUID id(JsonPart part, String member) {
    return part.member(member).of(UUID::fromString);
  }

  private static Subject operator(JsonPart part) {
    return part.member("operator").of(Subject::parse);
  }

  private static Instant at(JsonPart part) {
    return part.member("at").instant();
  }

  private static byte[] encode(String event, Map<String, Object> members) {
    Map<String, Object> tree = new HashMap<>(members);
    tree.put("approval", 1);
    tree.put("event", event);
    return CanonicalJson.encode(tree);
  }
}
