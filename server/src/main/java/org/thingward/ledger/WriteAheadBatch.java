package org.thingward.ledger;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;

/**
 * Entries that were made durable together: length of the rest (4 bytes), CRC-32C of what follows
 * (4), index of the first entry (8), entries. An entry is the length of the rest (4), type (1),
 * microseconds (8), key (32), previous leaf hash (32), length of the subject's text (1), subject,
 * content.
 *
 * <p>The sum is over the whole batch because a batch is written whole or not at all: pages of an
 * unfinished one may reach the disk in any order.
 */
final class WriteAheadBatch {
  private static final int HEADER = 8;
  private static final int FIXED = 1 + 8 + EntryKey.LENGTH + Digest.LENGTH + 1;
  private static final int MAX_BYTES = 64 << 20;

  private WriteAheadBatch() {}

  /** The bytes of a batch of consecutive entries. */
  static ByteBuffer encode(List<Entry.Sequenced> batch) {
    int size = HEADER + Long.BYTES;
    for (Entry.Sequenced entry : batch) {
      size = Math.addExact(size, 4 + FIXED + subject(entry).length + content(entry).length);
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.position(HEADER);
    out.putLong(batch.getFirst().index());
    batch.forEach(entry -> write(entry, out));
    out.putInt(0, size - HEADER);
    out.putInt(4, crc(out, HEADER, size - HEADER));
    return out.flip();
  }

  private static void write(Entry.Sequenced sequenced, ByteBuffer out) {
    Entry entry = sequenced.entry();
    byte[] subject = subject(sequenced);
    out.putInt(FIXED + subject.length + entry.content().length);
    out.put((byte) entry.type().code());
    out.putLong(Leaf.micros(entry.time()));
    out.put(entry.key().bytes());
    out.put(sequenced.previous().bytes());
    out.put((byte) subject.length).put(subject);
    out.put(entry.content());
  }

  /**
   * Reads the batch at the position; empty, and nothing consumed, if there is no sound one.
   *
   * @throws Unreadable if there is a sound one, which holds no entries of this version
   */
  static Optional<List<Entry.Sequenced>> read(ByteBuffer in) throws Unreadable {
    int start = in.position();
    if (!isSound(in, start)) {
      return Optional.empty();
    }
    int length = in.getInt(start);
    in.position(start + HEADER + length);
    try {
      List<Entry.Sequenced> entries = entries(in.slice(start + HEADER, length));
      if (!entries.isEmpty()) {
        return Optional.of(entries);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new Unreadable(String.valueOf(e.getMessage()), e);
    } catch (ArithmeticException e) {
      throw new Unreadable("a time beyond all times", e);
    }
    throw new Unreadable("a batch without entries", null);
  }

  /** What was written whole is not what this version writes. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String reason, @Nullable Throwable cause) {
      super(reason, cause);
    }
  }

  /**
   * Whether a sound batch with an entry after {@code next} stands anywhere behind the position: it
   * was written only after what is unreadable at the position had become durable.
   */
  static boolean soundBeyond(ByteBuffer in, long next) {
    for (int at = in.position() + 1; at <= in.limit() - HEADER - Long.BYTES; at++) {
      long first = in.getLong(at + HEADER);
      if (first > next && first - next <= MAX_BYTES && isSound(in, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSound(ByteBuffer in, int start) {
    int left = in.limit() - start - HEADER;
    if (left < Long.BYTES) {
      return false;
    }
    int length = in.getInt(start);
    return length >= Long.BYTES
        && length <= Math.min(left, MAX_BYTES)
        && in.getInt(start + 4) == crc(in, start + HEADER, length);
  }

  private static List<Entry.Sequenced> entries(ByteBuffer body) {
    List<Entry.Sequenced> entries = new ArrayList<>();
    for (long index = body.getLong(); body.hasRemaining(); index++) {
      int length = body.getInt();
      entries.add(entry(index, body.slice(body.position(), length)));
      body.position(body.position() + length);
    }
    return entries;
  }

  private static Entry.Sequenced entry(long index, ByteBuffer in) {
    EntryType type = EntryType.ofCode(in.get());
    long micros = in.getLong();
    byte[] key = new byte[EntryKey.LENGTH];
    byte[] previous = new byte[Digest.LENGTH];
    in.get(key).get(previous);
    byte[] subject = new byte[in.get() & 0xff];
    in.get(subject);
    byte[] content = new byte[in.remaining()];
    in.get(content);
    Subject about = Subject.parse(new String(subject, StandardCharsets.UTF_8));
    return Entry.of(type, about, Leaf.instant(micros), EntryKey.of(key), content)
        .at(index, Digest.wrap(previous));
  }

  private static byte[] subject(Entry.Sequenced sequenced) {
    return sequenced.entry().subject().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] content(Entry.Sequenced sequenced) {
    return sequenced.entry().content();
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }
}
