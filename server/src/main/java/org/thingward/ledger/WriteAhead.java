package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files to which entries go first: a batch is durable once {@link #append} returns. A file is
 * named after its first entry and goes once tiles and contents cover all that is in it.
 *
 * <p>A file begins with eight bytes that name its format and version; {@link WriteAheadBatch} is
 * the rest.
 */
final class WriteAhead implements AutoCloseable {
  private static final byte[] MAGIC = {'t', 'h', 'w', 'a', 'l', 0, 0, 1};
  private static final String SUFFIX = ".wal";
  private static final long FULL = 16L << 20;

  private final Disk disk;
  private final Path folder;
  private final NavigableMap<Long, Closed> closed = new TreeMap<>();
  private Optional<Disk.OpenFile> open = Optional.empty();
  private Optional<Path> openPath = Optional.empty();
  private long openFirst;
  private long end;
  private long written;
  private long sound;

  /** Prepares to write behind what {@link #recover} found. */
  WriteAhead(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /**
   * Reads what the files hold, in order, and cuts off a batch that was not finished.
   *
   * @throws IOException if a file is damaged where it was durable already
   */
  List<Entry.Sequenced> recover() throws IOException {
    List<Entry.Sequenced> entries = new ArrayList<>();
    List<Path> files = files();
    for (Path file : files) {
      recover(file, file.equals(files.getLast()), entries);
    }
    return entries;
  }

  private void recover(Path file, boolean last, List<Entry.Sequenced> entries) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    int before = entries.size();
    if (startsAsOurs(in)) {
      readBatches(file, in, entries);
    } else if (in.remaining() > MAGIC.length) {
      throw new IOException(file + " is no write-ahead file of this version");
    }
    if (in.hasRemaining()) {
      long next = entries.isEmpty() ? firstOf(file) : entries.getLast().index() + 1;
      if (!last || WriteAheadBatch.soundBeyond(in, next)) {
        throw new IOException(
            "%s is damaged at byte %d, in entry %d, which was acknowledged"
                .formatted(file, in.position(), next));
      }
      cut(file, in.position());
    }
    if (entries.size() == before) {
      disk.delete(file);
    } else {
      closed.put(firstOf(file), new Closed(file, entries.getLast().index() + 1));
    }
  }

  private static boolean startsAsOurs(ByteBuffer in) {
    if (in.remaining() < MAGIC.length) {
      return false;
    }
    boolean ours = in.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    if (ours) {
      in.position(MAGIC.length);
    }
    return ours;
  }

  private static void readBatches(Path file, ByteBuffer in, List<Entry.Sequenced> entries)
      throws IOException {
    Optional<List<Entry.Sequenced>> batch = read(file, in);
    while (batch.isPresent()) {
      long index = batch.get().getFirst().index();
      if (!entries.isEmpty() && entries.getLast().index() + 1 != index) {
        throw new IOException(
            "the write-ahead files jump from entry %d to %d"
                .formatted(entries.getLast().index(), index));
      }
      entries.addAll(batch.get());
      batch = read(file, in);
    }
  }

  private static Optional<List<Entry.Sequenced>> read(Path file, ByteBuffer in) throws IOException {
    int at = in.position();
    try {
      return WriteAheadBatch.read(in);
    } catch (WriteAheadBatch.Unreadable e) {
      throw new IOException(
          "%s holds at byte %d what this version cannot read: %s"
              .formatted(file, at, e.getMessage()),
          e);
    }
  }

  private void cut(Path file, long length) throws IOException {
    try (Disk.OpenFile torn = disk.open(file)) {
      torn.truncate(length);
      torn.force();
    }
  }

  /**
   * Appends a batch and returns once it is durable. If it fails, the batch is not in the file, and
   * the next call tries again to make sure of that.
   */
  synchronized void append(List<Entry.Sequenced> batch) throws IOException {
    if (written >= FULL) {
      roll();
    }
    Disk.OpenFile file = open.isPresent() ? open.get() : start(batch.getFirst().index());
    if (written > sound) {
      file.truncate(sound);
      file.force();
      written = sound;
    }
    ByteBuffer bytes = WriteAheadBatch.encode(batch);
    written = sound + bytes.remaining();
    file.write(bytes, sound);
    file.force();
    sound = written;
    end = batch.getLast().index() + 1;
  }

  private Disk.OpenFile start(long first) throws IOException {
    Path path = folder.resolve("%020d%s".formatted(first, SUFFIX));
    Disk.OpenFile file = disk.open(path);
    try {
      file.truncate(0);
      file.write(ByteBuffer.wrap(MAGIC), 0);
      file.force();
      disk.forceNames(folder);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    open = Optional.of(file);
    openPath = Optional.of(path);
    openFirst = first;
    end = first;
    written = MAGIC.length;
    sound = written;
    return file;
  }

  /** Ends the file that is being written; the next batch begins another. */
  synchronized void roll() throws IOException {
    if (open.isPresent()) {
      if (written > sound) {
        open.get().truncate(sound);
        open.get().force();
      }
      open.get().close();
      closed.put(openFirst, new Closed(openPath.orElseThrow(), end));
      open = Optional.empty();
      written = 0;
      sound = 0;
    }
  }

  /** Deletes the files that hold nothing but entries below {@code covered}. */
  synchronized void forget(long covered) throws IOException {
    while (!closed.isEmpty() && closed.firstEntry().getValue().end() <= covered) {
      disk.delete(closed.firstEntry().getValue().path());
      closed.pollFirstEntry();
    }
  }

  /**
   * A file that is complete.
   *
   * @param end the index after its last entry
   */
  private record Closed(Path path, long end) {}

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private static long firstOf(Path file) throws IOException {
    String name = file.getFileName().toString();
    try {
      return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    } catch (NumberFormatException e) {
      throw new IOException(file + " is not named as a write-ahead file is", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    roll();
  }
}
