package org.thingward.verify.bundle;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.record.RecordRefused;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads an export strictly, a line at a time, and no more of it than it may have. */
public final class ExportReader {
  private static final String FIRST = "{\"thingward-export\":";
  private static final int MAX_LINE = 8 << 20;
  private static final Set<String> HEADER =
      Set.of(
          "thingward-export",
          "since",
          "until",
          "subject",
          "first",
          "end",
          "newest",
          "edges",
          "erased",
          "checkpoint",
          "keys",
          "key-changes");

  private final InputStream in;
  private final MessageDigest digest = sha256();
  private final List<BundledEntry> entries = new ArrayList<>();
  private final List<byte[]> attached = new ArrayList<>();
  private long bytes;
  private long lines;

  private ExportReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether a file that begins so is an export. */
  public static boolean begins(byte[] beginning) {
    return new String(beginning, StandardCharsets.UTF_8).startsWith(FIRST);
  }

  /**
   * Reads all of it; nothing is proved yet, see {@link ExportVerifier}.
   *
   * @throws BundleRefused saying in which line and why
   * @throws IOException if it cannot be read
   */
  public static AuditExport read(InputStream in) throws IOException {
    return new ExportReader(in).all();
  }

  private AuditExport all() throws IOException {
    try {
      AuditExport.Header header = header(node(line()));
      while (true) {
        byte[] before = ((MessageDigest) digest.clone()).digest();
        JsonNode node = node(line());
        if (node.has("digest")) {
          requireEnd(node, before);
          return new AuditExport(header, entries, attached);
        }
        take(node, header.checkpoint().size());
      }
    } catch (JacksonException e) {
      throw refused(e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | DateTimeException | RecordRefused | BundleRefused e) {
      throw refused(String.valueOf(e.getMessage()), e);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 can be continued", e);
    }
  }

  private BundleRefused refused(String reason, Exception cause) {
    return new BundleRefused("line %d: %s".formatted(lines, reason), cause);
  }

  private static JsonNode node(byte[] line) {
    return BundleReader.MAPPER.readTree(line);
  }

  /** The next line, counted and digested. */
  private byte[] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(4_096);
    lines++;
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IllegalArgumentException("the file ends before its last line");
      }
      line.write(next);
      if (line.size() > MAX_LINE) {
        throw new IllegalArgumentException("a line has at most 8 MiB");
      }
    }
    bytes += line.size() + 1;
    if (bytes > AuditExport.MAX_BYTES) {
      throw new IllegalArgumentException("an export has at most 512 MiB");
    }
    byte[] read = line.toByteArray();
    digest.update(read);
    digest.update((byte) '\n');
    return read;
  }

  private void take(JsonNode node, long size) {
    if (node.has("attached")) {
      BundleReader.requireOnly(node, Set.of("attached"), "the line");
      attached.add(BundleReader.text(node, "attached").getBytes(StandardCharsets.UTF_8));
    } else {
      entries.add(BundleReader.entry(node, size, "the entry"));
    }
    if (entries.size() > AuditExport.MAX_ENTRIES || attached.size() > AuditExport.MAX_ATTACHED) {
      throw new IllegalArgumentException("an export has at most 100000 entries and attachments");
    }
  }

  private void requireEnd(JsonNode node, byte[] before) throws IOException {
    BundleReader.requireOnly(node, Set.of("lines", "digest"), "the last line");
    boolean same =
        BundleReader.number(node, "lines") == lines - 1
            && Digest.parse(BundleReader.text(node, "digest")).equals(Digest.wrap(before));
    if (!same) {
      throw new IllegalArgumentException("the lines before are not those that were written");
    }
    if (in.read() >= 0) {
      throw new IllegalArgumentException("something follows the last line");
    }
  }

  private static AuditExport.Header header(JsonNode root) {
    BundleReader.requireOnly(root, HEADER, "the header");
    if (BundleReader.number(root, "thingward-export") != AuditExport.FORMAT) {
      throw new IllegalArgumentException("this is no export of version 1, the only one known");
    }
    Checkpoint checkpoint =
        Checkpoint.parse(BundleReader.text(root, "checkpoint").getBytes(StandardCharsets.UTF_8));
    TreeSet<Long> erased = new TreeSet<>();
    BundleReader.list(root, "erased", AuditExport.MAX_ENTRIES)
        .forEach(index -> erased.add(index.longValue()));
    return new AuditExport.Header(
        time(root, "since"),
        time(root, "until"),
        optional(root, "subject").map(Subject::parse),
        BundleReader.number(root, "first"),
        BundleReader.number(root, "end"),
        root.has("newest")
            ? OptionalLong.of(BundleReader.number(root, "newest"))
            : OptionalLong.empty(),
        BundleReader.list(root, "edges", 2).stream()
            .map(edge -> BundleReader.entry(edge, checkpoint.size(), "edges"))
            .toList(),
        erased,
        checkpoint,
        BundleReader.list(root, "keys", 16).stream()
            .map(key -> VerifierKey.parse(BundleReader.text(key, "keys")))
            .toList(),
        BundleReader.keyChanges(root, checkpoint.size()));
  }

  private static Optional<Instant> time(JsonNode root, String name) {
    return optional(root, name).map(Instant::parse);
  }

  private static Optional<String> optional(JsonNode root, String name) {
    return root.has(name) ? Optional.of(BundleReader.text(root, name)) : Optional.empty();
  }
}
