package org.thingward.verify.log;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Digest;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * One change of a log's keys with what proves it: the entry that names the new keys, its opening,
 * and the checkpoint that ends with it, signed by the old keys and the new (rule L6).
 *
 * @param leaf what the log shows of the entry
 * @param opening what the entry says: a {@link LogEvent.KeysChanged}
 * @param inclusion the proof that it is the last entry of {@code checkpoint}
 * @param checkpoint the head that ends with it
 */
public record KeyChange(
    Leaf leaf, Opening opening, InclusionProof inclusion, Checkpoint checkpoint) {
  private static final Set<String> MEMBERS =
      Set.of("leaf", "content", "key", "previous", "inclusion", "checkpoint");
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  /** The place of the entry in the log. */
  public long index() {
    return inclusion.index();
  }

  /**
   * What the entry says.
   *
   * @throws RecordRefused if it is no change of keys
   */
  public LogEvent.KeysChanged event() {
    return switch (LogEvent.read(opening.content())) {
      case LogEvent.KeysChanged changed -> changed;
      case LogEvent.Begun begun -> throw refused("is the log's beginning");
      case LogEvent.Succeeded succeeded -> throw refused("is the log's end under its name");
    };
  }

  private RecordRefused refused(String reason) {
    return JsonPart.read(opening.content()).refused(reason);
  }

  /** Why this proves no change of keys; empty if it does. */
  Optional<String> fault() {
    LogEvent.KeysChanged event;
    try {
      event = event();
    } catch (RecordRefused e) {
      return Optional.of("is no change of keys: " + e.getMessage());
    }
    boolean last = inclusion.size() == checkpoint.size() && index() == checkpoint.size() - 1;
    boolean proved =
        leaf.type() == EntryType.LOG
            && opening.opens(leaf)
            && last
            && inclusion.proves(leaf.hash(), checkpoint.root());
    if (!proved || !event.origin().equals(checkpoint.origin())) {
      return Optional.of("is not the last entry of the checkpoint that is to prove it");
    }
    if (event.from().isEmpty() || event.to().isEmpty()) {
      return Optional.of("names no keys");
    }
    return unsigned(event.from(), "old").or(() -> unsigned(event.to(), "new"));
  }

  private Optional<String> unsigned(List<VerifierKey> keys, String which) {
    return keys.stream()
        .filter(key -> !checkpoint.signedBy(key))
        .findFirst()
        .map(key ->
            "is not signed by the %s %s key".formatted(which, key.algorithm().standardName()));
  }

  /** This as a tree of JSON; {@link #read} reads it. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("leaf", BASE64.encodeToString(leaf.encode()));
    tree.put("content", new String(opening.content(), StandardCharsets.UTF_8));
    tree.put("key", BASE64.encodeToString(opening.key().bytes()));
    tree.put("previous", BASE64.encodeToString(opening.previous().bytes()));
    tree.put(
        "inclusion",
        inclusion.path().stream().map(hash -> BASE64.encodeToString(hash.bytes())).toList());
    tree.put("checkpoint", new String(checkpoint.serialise(), StandardCharsets.UTF_8));
    return tree;
  }

  /**
   * Reads what {@link #tree()} gives; nothing is proved yet.
   *
   * @throws RecordRefused naming the place
   */
  public static KeyChange read(JsonPart part) {
    part.only(MEMBERS);
    JsonPart note = part.member("checkpoint");
    Checkpoint checkpoint =
        note.of(text -> Checkpoint.parse(text.getBytes(StandardCharsets.UTF_8)));
    Opening opening =
        new Opening(
            part.member("content").text().getBytes(StandardCharsets.UTF_8),
            part.checked(() -> EntryKey.of(part.member("key").bytes())),
            hash(part.member("previous")));
    List<Digest> path = part.member("inclusion").items().stream().map(KeyChange::hash).toList();
    InclusionProof inclusion =
        note.checked(() -> new InclusionProof(checkpoint.size() - 1, checkpoint.size(), path));
    JsonPart leaf = part.member("leaf");
    return new KeyChange(
        leaf.checked(() -> Leaf.decode(leaf.bytes())), opening, inclusion, checkpoint);
  }

  private static Digest hash(JsonPart part) {
    return part.checked(() -> Digest.wrap(part.bytes()));
  }
}
