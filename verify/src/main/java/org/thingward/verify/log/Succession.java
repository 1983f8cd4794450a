package org.thingward.verify.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Digest;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;
import tools.jackson.databind.json.JsonMapper;

/**
 * The end of a log under one name and its going on under another: the entry that says so, opened,
 * and the last head under the old name, which ends with it (rule L6).
 *
 * @param leaf what the log shows of the entry
 * @param opening what the entry says: a {@link LogEvent.Succeeded}
 * @param last the last head under the old name, signed with its keys for who still reads it
 * @param keyHistory how the keys of the old name followed each other
 */
public record Succession(Leaf leaf, Opening opening, Checkpoint last, KeyHistory keyHistory) {
  /** The file beside a log's checkpoint that holds it; a log without one has its first name. */
  public static final String FILE = "succession";

  private static final int FORMAT = 1;
  private static final Base64.Encoder BASE64 = Base64.getEncoder();
  private static final Set<String> MEMBERS =
      Set.of(FILE, "leaf", "content", "key", "previous", "last", "key-changes");

  /** The place of the entry in the log. */
  public long index() {
    return last.size() - 1;
  }

  /**
   * What the entry says.
   *
   * @throws RecordRefused if it is no succession
   */
  public LogEvent.Succeeded event() {
    return switch (LogEvent.read(opening.content())) {
      case LogEvent.Succeeded succeeded -> succeeded;
      case LogEvent.Begun begun -> throw refused("is the log's beginning");
      case LogEvent.KeysChanged changed -> throw refused("is a change of keys");
    };
  }

  private RecordRefused refused(String reason) {
    return JsonPart.readWithLongTexts(opening.content()).refused(reason);
  }

  /** The succession that a log states; nothing is proved yet. */
  static Optional<Succession> of(LogSource source) throws IOException {
    try {
      return Optional.of(parse(source.read(FILE, KeyHistory.MAX_BYTES)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a file; nothing is proved yet.
   *
   * @throws RecordRefused naming the place
   */
  public static Succession parse(byte[] file) {
    JsonPart root = JsonPart.readWithLongTexts(file).only(MEMBERS);
    if (root.member(FILE).number() != FORMAT) {
      throw root.member(FILE).refused("is not 1, the only version there is");
    }
    JsonPart leaf = root.member("leaf");
    JsonPart previous = root.member("previous");
    Opening opening =
        new Opening(
            root.member("content").text().getBytes(StandardCharsets.UTF_8),
            root.checked(() -> EntryKey.of(root.member("key").bytes())),
            previous.checked(() -> Digest.wrap(previous.bytes())));
    List<KeyChange> changes =
        root.member("key-changes").items().stream().map(KeyChange::read).toList();
    return new Succession(
        leaf.checked(() -> Leaf.decode(leaf.bytes())),
        opening,
        root.member("last").of(text -> Checkpoint.parse(text.getBytes(StandardCharsets.UTF_8))),
        root.checked(() -> new KeyHistory(changes)));
  }

  /** The file's bytes. */
  public byte[] serialise() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(FILE, FORMAT);
    tree.put("leaf", BASE64.encodeToString(leaf.encode()));
    tree.put("content", new String(opening.content(), StandardCharsets.UTF_8));
    tree.put("key", BASE64.encodeToString(opening.key().bytes()));
    tree.put("previous", BASE64.encodeToString(opening.previous().bytes()));
    tree.put("last", new String(last.serialise(), StandardCharsets.UTF_8));
    tree.put("key-changes", keyHistory.changes().stream().map(KeyChange::tree).toList());
    return (JsonMapper.shared().writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Why this is no succession to the log with this head; empty if it is one.
   *
   * @param head the head under the new name, whose tiles have been checked
   */
  Optional<String> fault(LogSource source, Checkpoint head) {
    try {
      LogEvent.Succeeded event = event();
      boolean here = isProved(source) && event.successor().equals(head.origin());
      if (!here) {
        return Optional.of("is not about an entry of this log");
      }
      if (!event.successorKeys().stream().allMatch(VerifierKey.named(head.origin()))) {
        return Optional.of("names keys of another log");
      }
      return believed(event).or(() -> continued(source, head, event));
    } catch (IOException | IllegalArgumentException | RecordRefused e) {
      return Optional.of("cannot be checked: " + e.getMessage());
    }
  }

  /** Whether the entry is the last one of the last head under the old name. Nobody's word. */
  private boolean isProved(LogSource source) throws IOException {
    return leaf.type() == EntryType.LOG
        && opening.opens(leaf)
        && event().origin().equals(last.origin())
        && index() >= 0
        && new TiledTree(source, last.size()).inclusion(index()).proves(leaf.hash(), last.root());
  }

  /** Whether keys of the old name, these among them, signed a last head that ends so. */
  boolean isEndFor(LogSource source, List<VerifierKey> known) throws IOException {
    return event().keys().containsAll(known)
        && known.stream().allMatch(last::signedBy)
        && isProved(source);
  }

  /** Whether {@code head} is the last one under the old name, and ends so. */
  boolean endsAt(LogSource source, Checkpoint head) throws IOException {
    return head.with(List.of()).equals(last.with(List.of())) && isProved(source);
  }

  /** What is to be said to who knows the old name alone. */
  String end() {
    LogEvent.Succeeded event = event();
    return String.format(
        Locale.ROOT,
        "%s ended at entry %,d (%s): %s. It goes on as %s; ask its operator for the keys of that",
        event.origin(),
        index(),
        leaf.time(),
        event.reason(),
        event.successor());
  }

  /** The old name's keys must have signed what is believed of it, and followed each other. */
  private Optional<String> believed(LogEvent.Succeeded event) {
    List<VerifierKey> then = keyHistory.inForceAt(event.believed().size(), event.keys());
    boolean signed =
        !then.isEmpty()
            && then.stream().allMatch(event.believed()::signedBy)
            && event.believed().origin().equals(event.origin());
    return signed
        ? Optional.empty()
        : Optional.of(
            "rests on a checkpoint that the keys of %s did not sign".formatted(event.origin()));
  }

  private Optional<String> continued(LogSource source, Checkpoint head, LogEvent.Succeeded event) {
    for (Checkpoint before : List.of(event.believed(), last)) {
      Checkpoint renamed = new Checkpoint(head.origin(), before.size(), before.root(), List.of());
      Optional<LogFault> fault = new Predecessor(renamed, "it succeeds").fault(source, head);
      if (fault.isPresent()) {
        return Optional.of("the log " + fault.get().reason());
      }
    }
    return event.believed().size() <= index()
        ? Optional.empty()
        : Optional.of("rests on a checkpoint from behind its own entry");
  }

  /** What is said of it in a report. */
  List<String> lines(Optional<WitnessPolicy> policy) {
    LogEvent.Succeeded event = event();
    long count = event.believed().size();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "it was %s until entry %,d (%s), ended by %s: %s",
            event.origin(),
            index(),
            leaf.time(),
            event.by(),
            event.reason()));
    List<String> cosigners =
        policy.map(asked -> asked.cosigners(event.believed())).orElse(List.of());
    boolean quorum = policy.map(asked -> asked.isWitnessed(event.believed())).orElse(false);
    lines.add(
        String.format(
            Locale.ROOT,
            "the first %,d entries of that name are believed, by %s",
            count,
            quorum
                ? "a checkpoint that a quorum of witnesses cosigned: "
                    + String.join(", ", cosigners)
                : "a checkpoint without a quorum: by the word of " + event.by() + " alone"));
    if (count < index()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "entries %,d to %,d came after it: they are on record, and not believed",
              count,
              index() - 1));
    }
    return lines;
  }
}
