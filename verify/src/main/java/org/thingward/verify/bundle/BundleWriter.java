package org.thingward.verify.bundle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.VerifierKey;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes a bundle as JSON that a person can read too; bytes are in base64, contents are text. */
public final class BundleWriter {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private BundleWriter() {}

  /**
   * The file's bytes, UTF-8.
   *
   * @throws IllegalArgumentException if a content is no UTF-8 text
   */
  public static byte[] write(ProofBundle bundle) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("thingward-proof", ProofBundle.FORMAT);
    tree.put("about", bundle.main());
    tree.put("checkpoint", text(bundle.checkpoint().serialise()));
    tree.put("keys", bundle.keys().stream().map(VerifierKey::toString).toList());
    tree.put("entries", bundle.entries().stream().map(BundleWriter::tree).toList());
    tree.put("attached", bundle.attached().stream().map(BundleWriter::text).toList());
    if (!bundle.keyChanges().isEmpty()) {
      tree.put("key-changes", bundle.keyChanges().stream().map(BundleWriter::tree).toList());
    }
    return (MAPPER.writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static Map<String, Object> tree(BundledKeyChange change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("change", change.change().tree());
    tree.put("continued", hashes(change.continued().path()));
    return tree;
  }

  static Map<String, Object> tree(BundledEntry entry) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("index", entry.index());
    tree.put("type", entry.leaf().type().word());
    tree.put("time", entry.leaf().time().toString());
    tree.put("leaf", BASE64.encodeToString(entry.leaf().encode()));
    entry.opening().ifPresent(opening -> tree.put("opening", tree(opening)));
    tree.put("inclusion", hashes(entry.inclusion().path()));
    return tree;
  }

  private static Map<String, Object> tree(Opening opening) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("content", text(opening.content()));
    tree.put("key", BASE64.encodeToString(opening.key().bytes()));
    tree.put("previous", BASE64.encodeToString(opening.previous().bytes()));
    return tree;
  }

  private static List<String> hashes(List<Digest> hashes) {
    return hashes.stream().map(hash -> BASE64.encodeToString(hash.bytes())).toList();
  }

  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("this record is no text and fits into no bundle", e);
    }
  }
}
