package org.thingward.verify.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thingward.trust.CanonicalJson;
import org.thingward.verify.record.JsonPart;

/** What a log says of itself in an entry of type {@link EntryType#LOG}. */
public sealed interface LogEvent {
  /** The version of the record, its first member. */
  int FORMAT = 1;

  /** Characters of a reason at most. */
  int MAX_REASON = 200;

  /** The log's name. */
  String origin();

  /** The record's members besides the version and the origin. */
  Map<String, Object> members();

  /**
   * The log's first entry.
   *
   * @param keys the keys that sign its checkpoints
   */
  record Begun(String origin, List<VerifierKey> keys) implements LogEvent {
    public Begun {
      keys = List.copyOf(keys);
    }

    @Override
    public Map<String, Object> members() {
      return Map.of("event", "begun", "keys", texts(keys));
    }
  }

  /**
   * Other keys sign from here on (rule L6). The checkpoint that ends with this entry is signed by
   * both.
   *
   * @param from the keys that sign up to this entry
   * @param to the keys that sign from it on
   * @param reason why, as whoever ordered it says: public, 1 to 200 characters on one line
   */
  record KeysChanged(String origin, List<VerifierKey> from, List<VerifierKey> to, String reason)
      implements LogEvent {
    public KeysChanged {
      from = List.copyOf(from);
      to = List.copyOf(to);
      requireReason(reason);
    }

    @Override
    public Map<String, Object> members() {
      return Map.of(
          "event", "keys-changed", "from", texts(from), "to", texts(to), "reason", reason);
    }
  }

  /**
   * The log ends here under its name, and goes on with the same entries under another one, whose
   * keys owe nothing to the old ones (rule L6).
   *
   * @param keys the keys that signed it until now
   * @param successor the log's new name
   * @param successorKeys the keys that sign under it
   * @param believed the last checkpoint of the old name that whoever ordered this believes, with
   *     all its signatures; entries behind it are on record and prove nothing
   * @param reason why; as in {@link KeysChanged}
   * @param by who ordered it; of the same form as the reason
   */
  record Succeeded(
      String origin,
      List<VerifierKey> keys,
      String successor,
      List<VerifierKey> successorKeys,
      Checkpoint believed,
      String reason,
      String by)
      implements LogEvent {
    public Succeeded {
      keys = List.copyOf(keys);
      successorKeys = List.copyOf(successorKeys);
      requireReason(reason);
      requireReason(by);
    }

    @Override
    public Map<String, Object> members() {
      return Map.of(
          "event",
          "succeeded",
          "keys",
          texts(keys),
          "successor",
          successor,
          "successor-keys",
          texts(successorKeys),
          "believed",
          new String(believed.serialise(), StandardCharsets.UTF_8),
          "reason",
          reason,
          "by",
          by);
    }
  }

  /** The canonical form (RFC 8785): what the entry commits to. */
  default byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>(members());
    tree.put("log", FORMAT);
    tree.put("origin", origin());
    return CanonicalJson.encode(tree);
  }

  /**
   * Reads exactly what {@link #canonical()} writes.
   *
   * @throws org.thingward.verify.record.RecordRefused naming the place
   */
  static LogEvent read(byte[] canonical) {
    JsonPart part = JsonPart.readWithLongTexts(canonical);
    if (part.member("log").number() != FORMAT) {
      throw part.member("log").refused("is not 1, the only version there is");
    }
    JsonPart name = part.member("event");
    LogEvent event =
        switch (name.text()) {
          case "begun" -> begun(part);
          case "keys-changed" -> keysChanged(part);
          case "succeeded" -> succeeded(part);
          default -> throw name.refused("'" + name.text() + "' is not known here");
        };
    if (!Arrays.equals(canonical, event.canonical())) {
      throw part.refused("is not in canonical form (RFC 8785)");
    }
    return event;
  }

  private static Begun begun(JsonPart part) {
    part.only(Set.of("log", "event", "origin", "keys"));
    return new Begun(part.member("origin").text(), keys(part.member("keys")));
  }

  private static KeysChanged keysChanged(JsonPart part) {
    part.only(Set.of("log", "event", "origin", "from", "to", "reason"));
    String origin = part.member("origin").text();
    List<VerifierKey> from = keys(part.member("from"));
    List<VerifierKey> to = keys(part.member("to"));
    return part.member("reason").of(reason -> new KeysChanged(origin, from, to, reason));
  }

  private static Succeeded succeeded(JsonPart part) {
    part.only(
        Set.of(
            "log",
            "event",
            "origin",
            "keys",
            "successor",
            "successor-keys",
            "believed",
            "reason",
            "by"));
    String origin = part.member("origin").text();
    List<VerifierKey> keys = keys(part.member("keys"));
    List<VerifierKey> successorKeys = keys(part.member("successor-keys"));
    Checkpoint believed =
        part.member("believed").of(text -> Checkpoint.parse(text.getBytes(StandardCharsets.UTF_8)));
    return part.checked(() ->
        new Succeeded(
            origin,
            keys,
            part.member("successor").text(),
            successorKeys,
            believed,
            part.member("reason").text(),
            part.member("by").text()));
  }

  /** Throws {@link IllegalArgumentException} unless it is one line of 1 to 200 characters. */
  static void requireReason(String reason) {
    boolean oneLine = reason.codePoints().noneMatch(Character::isISOControl);
    if (reason.isBlank() || reason.length() > MAX_REASON || !oneLine) {
      throw new IllegalArgumentException(
          "a reason is one line of 1 to 200 characters, and so is a name");
    }
  }

  private static List<VerifierKey> keys(JsonPart list) {
    return list.items().stream().map(key -> key.of(VerifierKey::parse)).toList();
  }

  private static List<String> texts(List<VerifierKey> keys) {
    return keys.stream().map(VerifierKey::toString).toList();
  }
}
