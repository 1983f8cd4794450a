package org.thingward.verify.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a log's keys followed each other. Whoever knows any of them finds those that are in force, by
 * entries that the keys before signed (rule L6).
 *
 * @param changes every change, oldest first; at most 1,000
 */
public record KeyHistory(List<KeyChange> changes) {
  /** The file beside a log's checkpoint that holds it; a log without one never changed its keys. */
  public static final String FILE = "key-history";

  /** No change. */
  public static final KeyHistory NONE = new KeyHistory(List.of());

  /** What its file may hold at most, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  /** How often a log may change its keys. */
  public static final int MAX_CHANGES = 1_000;

  private static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Checks bounds; throws {@link IllegalArgumentException} saying what is wrong. */
  public KeyHistory {
    changes = List.copyOf(changes);
    if (changes.size() > MAX_CHANGES) {
      throw new IllegalArgumentException("a log changes its keys at most 1000 times");
    }
  }

  /**
   * The history that a log states; nothing is proved yet.
   *
   * @throws IOException if it cannot be read
   * @throws RecordRefused if its file holds something else
   */
  public static KeyHistory of(LogSource source) throws IOException {
    try {
      return parse(source.read(FILE, MAX_BYTES));
    } catch (NoSuchFileException e) {
      return NONE;
    }
  }

  /**
   * Reads a file; nothing is proved yet.
   *
   * @throws RecordRefused naming the place
   */
  public static KeyHistory parse(byte[] file) {
    JsonPart root = JsonPart.readWithLongTexts(file).only(Set.of(FILE, "changes"));
    if (root.member(FILE).number() != FORMAT) {
      throw root.member(FILE).refused("is not 1, the only version there is");
    }
    List<KeyChange> changes = root.member("changes").items().stream().map(KeyChange::read).toList();
    return root.checked(() -> new KeyHistory(changes));
  }

  /** The file's bytes. */
  public byte[] serialise() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(FILE, FORMAT);
    tree.put("changes", changes.stream().map(KeyChange::tree).toList());
    return (MAPPER.writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** This history and one change more; of two that end with the same entry, the later. */
  public KeyHistory with(KeyChange change) {
    List<KeyChange> more = new ArrayList<>(changes);
    more.removeIf(earlier -> earlier.index() == change.index());
    more.add(change);
    return new KeyHistory(more);
  }

  /** The changes among the first {@code size} entries. */
  public KeyHistory upTo(long size) {
    return new KeyHistory(changes.stream().filter(change -> change.index() < size).toList());
  }

  /**
   * Follows the changes from keys that are known.
   *
   * @param known keys of the log, all of one time: in force at present or at any time before
   * @throws IllegalArgumentException saying which change is not proved, or that no entry which the
   *     known keys signed leads to the keys of today
   */
  public List<VerifierKey> follow(List<VerifierKey> known) {
    requireProved();
    if (changes.isEmpty()) {
      return List.copyOf(known);
    }
    List<VerifierKey> latest = changes.getLast().event().to();
    if (latest.containsAll(known)) {
      return List.copyOf(known);
    }
    if (changes.stream().anyMatch(change -> change.event().from().containsAll(known))) {
      return latest;
    }
    throw new IllegalArgumentException(
        "no change of keys is signed by the keys given, nor leads to them");
  }

  /**
   * The keys that signed a head of this size.
   *
   * @param latest those in force at the end of this history
   * @throws IllegalArgumentException if it does not lead to those
   */
  public List<VerifierKey> inForceAt(long size, List<VerifierKey> latest) {
    List<VerifierKey> followed = follow(latest);
    return changes.stream()
        .filter(change -> size <= change.index())
        .findFirst()
        .map(change -> change.event().from())
        .orElse(followed);
  }

  private void requireProved() {
    Optional<KeyChange> before = Optional.empty();
    for (KeyChange change : changes) {
      Optional<String> fault = change.fault().or(unlinked(before, change));
      if (fault.isPresent()) {
        throw new IllegalArgumentException("entry %d %s".formatted(change.index(), fault.get()));
      }
      before = Optional.of(change);
    }
  }

  private static Supplier<Optional<String>> unlinked(Optional<KeyChange> before, KeyChange change) {
    return () ->
        before
            .filter(earlier ->
                earlier.index() >= change.index()
                    || !earlier.event().to().equals(change.event().from()))
            .map(earlier -> "does not follow from entry " + earlier.index());
  }
}
