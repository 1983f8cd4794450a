package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Leaf;

/**
 * The leaf hash of each subject's newest entry (rule L2), kept in a file that grows by what changed
 * and is rewritten when it is mostly out of date. A record is the length of the subject's text (1
 * byte), subject, hash (32) and CRC-32C of all three (4); one without a subject says instead of a
 * hash how many entries the file knows of (8 bytes, then zeros).
 */
final class Heads implements AutoCloseable {
  private static final String FILE = "heads";
  private static final int RECORDS_A_SUBJECT = 4;
  private static final int SPARE = 10_000;

  private final Disk disk;
  private final Path folder;
  private final Path file;
  private final Map<Subject, Digest> heads = new HashMap<>();
  private Disk.OpenFile out;
  private long records;
  private long length;
  private long covered;

  /** Reads the file in {@code folder}; what a crash left unfinished at its end is cut off. */
  Heads(Disk disk, Path folder) throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.file = folder.resolve(FILE);
    if (Files.exists(file)) {
      read(ByteBuffer.wrap(Files.readAllBytes(file)));
    }
    this.out = disk.open(file);
  }

  /** The hash of the newest entry that was {@link #save}d, or {@link Leaf#NO_PREVIOUS}. */
  Map<Subject, Digest> all() {
    return Map.copyOf(heads);
  }

  /** The hash of the subject's newest entry that was {@link #save}d, if it has one. */
  Optional<Digest> of(Subject subject) {
    return Optional.ofNullable(heads.get(subject));
  }

  /** How many entries of the log it knows of; fewer than were published if it is damaged. */
  long covered() {
    return covered;
  }

  /** Makes these heads durable, which are right for the first {@code entries} of the log. */
  void save(Map<Subject, Digest> changed, long entries) throws IOException {
    ByteBuffer bytes = encode(changed, entries);
    int size = bytes.remaining();
    out.truncate(length);
    out.write(bytes, length);
    out.force();
    length += size;
    heads.putAll(changed);
    covered = entries;
    records += changed.size();
    if (records > RECORDS_A_SUBJECT * (long) heads.size() + SPARE) {
      rewrite();
    }
  }

  private void rewrite() throws IOException {
    ByteBuffer bytes = encode(heads, covered);
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    out.close();
    new DurableFiles(disk, folder, folder).replace(FILE, all);
    out = disk.open(file);
    records = heads.size();
    length = all.length;
  }

  private static ByteBuffer encode(Map<Subject, Digest> heads, long entries) {
    int size = 1 + Digest.LENGTH + 4;
    for (Subject subject : heads.keySet()) {
      size += 1 + text(subject).length + Digest.LENGTH + 4;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    heads.forEach((subject, hash) -> put(text(subject), hash.bytes(), bytes));
    put(new byte[0], ByteBuffer.allocate(Digest.LENGTH).putLong(entries).array(), bytes);
    return bytes.flip();
  }

  private static void put(byte[] text, byte[] hash, ByteBuffer bytes) {
    int start = bytes.position();
    bytes.put((byte) text.length).put(text).put(hash);
    bytes.putInt(crc(bytes, start, bytes.position() - start));
  }

  private void read(ByteBuffer in) throws IOException {
    Optional<Integer> end = readOne(in);
    while (end.isPresent()) {
      in.position(end.get());
      records++;
      length = end.get();
      end = readOne(in);
    }
  }

  private Optional<Integer> readOne(ByteBuffer in) throws IOException {
    int start = in.position();
    if (!in.hasRemaining()) {
      return Optional.empty();
    }
    int text = in.get(start) & 0xff;
    int body = 1 + text + Digest.LENGTH;
    boolean whole = in.remaining() >= body + 4;
    if (!whole || in.getInt(start + body) != crc(in, start, body)) {
      return Optional.empty();
    }
    byte[] subject = new byte[text];
    byte[] hash = new byte[Digest.LENGTH];
    in.get(start + 1, subject).get(start + 1 + text, hash);
    if (text == 0) {
      covered = ByteBuffer.wrap(hash).getLong();
    } else {
      heads.put(subject(subject, start), Digest.wrap(hash));
    }
    return Optional.of(start + body + 4);
  }

  private Subject subject(byte[] text, int at) throws IOException {
    try {
      return Subject.parse(new String(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s holds at byte %d what this version cannot read: %s"
              .formatted(file, at, e.getMessage()),
          e);
    }
  }

  private static byte[] text(Subject subject) {
    return subject.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
