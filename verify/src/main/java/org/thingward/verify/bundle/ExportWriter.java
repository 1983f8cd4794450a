package org.thingward.verify.bundle;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.trust.Digest;
import org.thingward.verify.log.VerifierKey;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes an export as lines of JSON: a header, a line for each entry and each attachment, and a
 * last one with the number and the digest of all before it. It is not compressed, so that no file
 * is larger than it looks.
 */
public final class ExportWriter {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private ExportWriter() {}

  /**
   * Writes all of it; entries are taken one at a time.
   *
   * @throws IOException if {@code out} takes no more
   * @throws IllegalArgumentException if a content is no UTF-8 text
   */
  public static void write(
      OutputStream out,
      AuditExport.Header header,
      Iterator<BundledEntry> entries,
      List<byte[]> attached)
      throws IOException {
    DigestOutputStream digesting = new DigestOutputStream(out, ExportReader.sha256());
    OutputStream lines = new BufferedOutputStream(digesting, 1 << 16);
    long count = 1;
    line(lines, tree(header));
    while (entries.hasNext()) {
      line(lines, BundleWriter.tree(entries.next()));
      count++;
    }
    for (byte[] content : attached) {
      line(lines, Map.of("attached", BundleWriter.text(content)));
      count++;
    }
    lines.flush();
    Digest digest = Digest.wrap(digesting.getMessageDigest().digest());
    Map<String, Object> last = new LinkedHashMap<>();
    last.put("lines", count);
    last.put("digest", digest.toString());
    line(lines, last);
    lines.flush();
  }

  private static void line(OutputStream out, Map<String, Object> tree) throws IOException {
    out.write(MAPPER.writeValueAsBytes(tree));
    out.write('\n');
  }

  private static Map<String, Object> tree(AuditExport.Header header) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("thingward-export", AuditExport.FORMAT);
    header.since().ifPresent(since -> tree.put("since", since.toString()));
    header.until().ifPresent(until -> tree.put("until", until.toString()));
    header.subject().ifPresent(subject -> tree.put("subject", subject.toString()));
    tree.put("first", header.first());
    tree.put("end", header.end());
    header.newest().ifPresent(newest -> tree.put("newest", newest));
    tree.put("edges", header.edges().stream().map(BundleWriter::tree).toList());
    tree.put("erased", new ArrayList<>(header.erased()));
    tree.put("checkpoint", BundleWriter.text(header.checkpoint().serialise()));
    tree.put("keys", header.keys().stream().map(VerifierKey::toString).toList());
    tree.put("key-changes", header.keyChanges().stream().map(BundleWriter::tree).toList());
    return tree;
  }
}
