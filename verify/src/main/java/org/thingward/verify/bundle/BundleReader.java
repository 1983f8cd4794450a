package org.thingward.verify.bundle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.ConsistencyProof;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.InclusionProof;
import org.thingward.verify.log.KeyChange;
import org.thingward.verify.log.KeyHistory;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a bundle strictly: what is not known is refused, and named with its place. */
public final class BundleReader {
  /** What a bundle's file may hold at most, in bytes. */
  public static final int MAX_BYTES = 32 << 20;

  private static final Set<String> MEMBERS =
      Set.of(
          "thingward-proof", "about", "checkpoint", "keys", "entries", "attached", "key-changes");
  private static final Set<String> KEY_CHANGE_MEMBERS = Set.of("change", "continued");
  private static final Set<String> ENTRY_MEMBERS =
      Set.of("index", "type", "time", "leaf", "opening", "inclusion");
  private static final Set<String> OPENING_MEMBERS = Set.of("content", "key", "previous");
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(4 << 20)
                          .maxNameLength(64)
                          .maxNumberLength(20)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private BundleReader() {}

  /**
   * Reads a bundle; nothing is proved yet, see {@link BundleVerifier}.
   *
   * @throws BundleRefused saying where and why
   */
  public static ProofBundle read(byte[] file) {
    if (file.length > MAX_BYTES) {
      throw new BundleRefused("a proof has at most 32 MiB");
    }
    try {
      return bundle(MAPPER.readTree(file));
    } catch (JacksonException e) {
      throw new BundleRefused("this is no proof: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | RecordRefused e) {
      throw new BundleRefused(String.valueOf(e.getMessage()), e);
    }
  }

  private static ProofBundle bundle(JsonNode root) {
    JsonNode version = root.path("thingward-proof");
    if (!version.isInt() || version.intValue() != ProofBundle.FORMAT) {
      throw new BundleRefused("thingward-proof: this is no proof of version 1, the only one known");
    }
    requireOnly(root, MEMBERS, "the proof");
    List<BundledEntry> entries = new ArrayList<>();
    Checkpoint checkpoint =
        Checkpoint.parse(text(root, "checkpoint").getBytes(StandardCharsets.UTF_8));
    for (JsonNode entry : list(root, "entries", ProofBundle.MAX_ENTRIES)) {
      entries.add(entry(entry, checkpoint.size(), "entries[" + entries.size() + "]"));
    }
    return new ProofBundle(
        checkpoint,
        list(root, "keys", 16).stream().map(key -> VerifierKey.parse(text(key, "keys"))).toList(),
        number(root, "about"),
        entries,
        list(root, "attached", ProofBundle.MAX_ATTACHED).stream()
            .map(part -> text(part, "attached").getBytes(StandardCharsets.UTF_8))
            .toList(),
        root.has("key-changes") ? keyChanges(root, checkpoint.size()) : List.of());
  }

  static List<BundledKeyChange> keyChanges(JsonNode root, long size) {
    List<BundledKeyChange> changes = new ArrayList<>();
    for (JsonNode node : list(root, "key-changes", KeyHistory.MAX_CHANGES)) {
      String place = "key-changes[" + changes.size() + "]";
      requireOnly(node, KEY_CHANGE_MEMBERS, place);
      KeyChange change = KeyChange.read(JsonPart.of(node.path("change"), place + ".change"));
      List<Digest> path = hashes(node, "continued");
      changes.add(
          new BundledKeyChange(
              change, new ConsistencyProof(change.checkpoint().size(), size, path)));
    }
    return changes;
  }

  static BundledEntry entry(JsonNode node, long size, String place) {
    requireOnly(node, ENTRY_MEMBERS, place);
    try {
      Leaf leaf = Leaf.decode(bytes(node, "leaf"));
      boolean fits =
          text(node, "type").equals(leaf.type().word())
              && text(node, "time").equals(leaf.time().toString());
      if (!fits) {
        throw new IllegalArgumentException("type or time are not those of the leaf");
      }
      Optional<Opening> opening =
          node.has("opening") ? Optional.of(opening(node.get("opening"))) : Optional.empty();
      return new BundledEntry(leaf, inclusion(node, size), opening);
    } catch (IllegalArgumentException e) {
      throw new BundleRefused(place + ": " + e.getMessage(), e);
    }
  }

  private static InclusionProof inclusion(JsonNode node, long size) {
    return new InclusionProof(number(node, "index"), size, hashes(node, "inclusion"));
  }

  private static List<Digest> hashes(JsonNode node, String name) {
    return list(node, name, 63).stream()
        .map(hash -> Digest.wrap(decode(text(hash, name))))
        .toList();
  }

  private static Opening opening(JsonNode node) {
    requireOnly(node, OPENING_MEMBERS, "opening");
    return new Opening(
        text(node, "content").getBytes(StandardCharsets.UTF_8),
        EntryKey.of(bytes(node, "key")),
        Digest.wrap(bytes(node, "previous")));
  }

  static void requireOnly(JsonNode node, Set<String> known, String place) {
    if (!node.isObject()) {
      throw new BundleRefused(place + " is no object");
    }
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        throw new BundleRefused("%s has a member '%s' that is not known".formatted(place, name));
      }
    }
  }

  static List<JsonNode> list(JsonNode node, String name, int atMost) {
    JsonNode list = node.path(name);
    if (!list.isArray() || list.size() > atMost) {
      throw new BundleRefused("%s is no list of at most %d".formatted(name, atMost));
    }
    List<JsonNode> items = new ArrayList<>();
    list.forEach(items::add);
    return items;
  }

  static long number(JsonNode node, String name) {
    JsonNode number = node.path(name);
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw new BundleRefused(name + " is no whole number");
    }
    return number.longValue();
  }

  static String text(JsonNode node, String name) {
    JsonNode text = node.isObject() ? node.path(name) : node;
    if (!text.isString()) {
      throw new BundleRefused(name + " is no text");
    }
    return text.stringValue();
  }

  private static byte[] bytes(JsonNode node, String name) {
    return decode(text(node, name));
  }

  private static byte[] decode(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
