package org.thingward.posture;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.record.Records;

/**
 * The file that remembers evidence which acts already while the database does not hold it yet (rule
 * T6): a crash before the database recovers does not forget a cut.
 *
 * <p>It begins with eight bytes that name its format and version. Batches follow: length of the
 * rest (4 bytes), CRC-32C of the rest (4), and pieces of evidence, each as its length (4) and its
 * canonical form. A batch is written whole before another is begun, so only the last can be torn.
 */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final byte[] MAGIC = {'t', 'h', 'j', 'r', 'n', 'l', 0, 1};
  private static final int HEADER = 8;

  /** Beyond this the file takes no more; what it cannot take acts all the same. */
  private static final long MOST_BYTES = 64L << 20;

  /** A file that is longer is written anew once it holds little that is still waited for. */
  private static final long WORTH_ROLLING = 1L << 20;

  private final Path folder;
  private final Path file;
  private final Object disk = new Object();
  private final Map<Digest, byte[]> pending = new LinkedHashMap<>();
  private List<Waiting> queue = new ArrayList<>();
  private volatile long sound;
  private long pendingBytes;

  private static final class Waiting {
    final Digest id;
    final byte[] canonical;
    boolean done;
    Optional<IOException> failure = Optional.empty();

    Waiting(Digest id, byte[] canonical) {
      this.id = id;
      this.canonical = canonical;
    }
  }

  /** A journal in {@code folder}, which is there. Call {@link #recover} before anything else. */
  Journal(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("denials.journal");
  }

  /**
   * What acted when the process last ended and may not be in the database.
   *
   * @throws IllegalStateException if the file is damaged where it was durable already
   */
  List<Evidence> recover() {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
      List<Evidence> pieces = new ArrayList<>();
      if (startsAsOurs(in)) {
        while (isSound(in, in.position())) {
          read(in, pieces);
        }
      } else if (in.remaining() > MAGIC.length) {
        throw damaged(0);
      }
      if (in.position() > 0 && soundBeyond(in)) {
        throw damaged(in.position());
      }
      sound = in.position();
      for (Evidence piece : pieces) {
        remember(piece.id(), piece.canonical());
      }
      return pieces;
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private IllegalStateException damaged(int at) {
    return new IllegalStateException(
        "%s is damaged at byte %d: an order that was obeyed may be lost. Move the file away to start"
                .formatted(file, at)
            + " without it, and give the orders of the time before the last end again.");
  }

  private static boolean startsAsOurs(ByteBuffer in) {
    if (in.remaining() < MAGIC.length
        || !in.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      return false;
    }
    in.position(MAGIC.length);
    return true;
  }

  private static boolean isSound(ByteBuffer in, int start) {
    int left = in.limit() - start - HEADER;
    if (left < 1) {
      return false;
    }
    int length = in.getInt(start);
    return length > 0 && length <= left && in.getInt(start + 4) == crc(in, start + HEADER, length);
  }

  private static boolean soundBeyond(ByteBuffer in) {
    for (int at = in.position() + 1; at < in.limit() - HEADER; at++) {
      if (isSound(in, at)) {
        return true;
      }
    }
    return false;
  }

  private void read(ByteBuffer in, List<Evidence> pieces) {
    int start = in.position();
    int end = start + HEADER + in.getInt(start);
    in.position(start + HEADER);
    try {
      while (in.position() < end) {
        int length = in.getInt();
        if (length > end - in.position()) {
          throw new BufferUnderflowException();
        }
        byte[] canonical = new byte[length];
        in.get(canonical);
        pieces.add(Records.evidence(canonical));
      }
    } catch (RecordRefused | BufferUnderflowException | NegativeArraySizeException e) {
      throw new IllegalStateException(
          file + " holds at byte " + start + " what this version cannot read: " + e.getMessage(),
          e);
    }
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }

  /**
   * Returns once the piece is on stable storage, together with all that others bring meanwhile.
   *
   * @throws IOException if the disk does not take it
   */
  void append(Digest id, byte[] canonical) throws IOException {
    Waiting mine = new Waiting(id, canonical);
    synchronized (this) {
      queue.add(mine);
    }
    synchronized (disk) {
      if (!mine.done) {
        writeQueued();
      }
    }
    if (mine.failure.isPresent()) {
      throw new IOException(mine.failure.get().getMessage(), mine.failure.get());
    }
  }

  private void writeQueued() {
    List<Waiting> batch;
    synchronized (this) {
      batch = queue;
      queue = new ArrayList<>();
    }
    try {
      write(batch.stream().map(waiting -> waiting.canonical).toList());
      synchronized (this) {
        batch.forEach(waiting -> remember(waiting.id, waiting.canonical));
      }
    } catch (IOException e) {
      batch.forEach(waiting -> waiting.failure = Optional.of(e));
    }
    batch.forEach(waiting -> waiting.done = true);
  }

  private void remember(Digest id, byte[] canonical) {
    if (pending.put(id, canonical) == null) {
      pendingBytes += canonical.length;
    }
  }

  /** Writes behind what is sound, whatever an attempt that failed has left there. */
  private void write(List<byte[]> pieces) throws IOException {
    ByteBuffer batch = batch(pieces);
    if (sound + batch.remaining() > MOST_BYTES) {
      throw new IOException("the journal holds " + (MOST_BYTES >> 20) + " MiB, its most");
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (channel.size() > sound) {
        channel.truncate(sound);
      }
      boolean begun = sound > 0;
      long at = begun ? sound : writeAll(channel, ByteBuffer.wrap(MAGIC), 0);
      at = writeAll(channel, batch, at);
      channel.force(true);
      if (!begun) {
        force(folder);
      }
      sound = at;
    }
  }

  private static ByteBuffer batch(Collection<byte[]> pieces) {
    int size = pieces.stream().mapToInt(piece -> Integer.BYTES + piece.length).sum();
    ByteBuffer out = ByteBuffer.allocate(HEADER + size);
    out.position(HEADER);
    pieces.forEach(piece -> out.putInt(piece.length).put(piece));
    out.putInt(0, size).putInt(4, crc(out, HEADER, size));
    return out.flip();
  }

  private static long writeAll(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    return position;
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** These are in the database. Rolls the file once it is long and holds little else. */
  void stored(Collection<Digest> ids) {
    boolean rolls;
    synchronized (this) {
      for (Digest id : ids) {
        byte[] gone = pending.remove(id);
        pendingBytes -= gone == null ? 0 : gone.length;
      }
      rolls = sound > WORTH_ROLLING && pendingBytes < sound / 4;
    }
    if (rolls) {
      synchronized (disk) {
        roll();
      }
    }
  }

  /** Lets the file go if nothing in it is waited for. */
  void close() {
    synchronized (disk) {
      roll();
    }
  }

  /** Whether everything in it is in the database. */
  synchronized boolean isSettled() {
    return pending.isEmpty();
  }

  /** How many pieces of evidence it holds that the database does not. */
  synchronized int waiting() {
    return pending.size();
  }

  private void roll() {
    List<byte[]> rest;
    synchronized (this) {
      rest = List.copyOf(pending.values());
    }
    try {
      if (rest.isEmpty()) {
        Files.deleteIfExists(file);
        sound = 0;
        return;
      }
      Path next = file.resolveSibling(file.getFileName() + ".next");
      ByteBuffer batch = batch(rest);
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        long at = writeAll(channel, batch, writeAll(channel, ByteBuffer.wrap(MAGIC), 0));
        channel.force(true);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
        sound = at;
      }
    } catch (IOException e) {
      LOG.warn("{} could not be rolled; it goes on as it is: {}", file, e.getMessage());
    }
  }
}
