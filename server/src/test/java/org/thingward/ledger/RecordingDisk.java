package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The machine's disk, which notes every change in its order, for {@link PowerLoss} to replay. */
final class RecordingDisk implements Disk {
  private final List<Change> changes = new ArrayList<>();
  private int files;

  /** What was done to the disk, or what the ledger said meanwhile. */
  sealed interface Change {
    /** A file was opened under a name, and made if there was none. */
    record Opened(int file, Path path) implements Change {}

    record Written(int file, long at, byte[] bytes) implements Change {}

    record Truncated(int file, long length) implements Change {}

    record Forced(int file) implements Change {}

    record Moved(Path from, Path to) implements Change {}

    record Deleted(Path path) implements Change {}

    record FolderMade(Path folder) implements Change {}

    record NamesForced(Path folder) implements Change {}

    /** The ledger promised something at this moment. */
    record Promised(Object what) implements Change {}
  }

  synchronized List<Change> changes() {
    return List.copyOf(changes);
  }

  synchronized void promised(Object what) {
    changes.add(new Change.Promised(what));
  }

  @Override
  public synchronized OpenFile open(Path path) throws IOException {
    OpenFile real = Disk.MACHINE.open(path);
    int file = files++;
    changes.add(new Change.Opened(file, path));
    return new Recorded(file, real);
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    Disk.MACHINE.move(from, to);
    changes.add(new Change.Moved(from, to));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    Disk.MACHINE.delete(path);
    changes.add(new Change.Deleted(path));
  }

  @Override
  public synchronized void makeFolder(Path folder) throws IOException {
    Disk.MACHINE.makeFolder(folder);
    changes.add(new Change.FolderMade(folder));
  }

  @Override
  public synchronized void forceNames(Path folder) {
    changes.add(new Change.NamesForced(folder));
  }

  private final class Recorded implements OpenFile {
    private final int file;
    private final OpenFile real;

    private Recorded(int file, OpenFile real) {
      this.file = file;
      this.real = real;
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      synchronized (RecordingDisk.this) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        real.write(bytes, at);
        changes.add(new Change.Written(file, at, copy));
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      synchronized (RecordingDisk.this) {
        real.truncate(length);
        changes.add(new Change.Truncated(file, length));
      }
    }

    @Override
    public void force() {
      synchronized (RecordingDisk.this) {
        changes.add(new Change.Forced(file));
      }
    }

    @Override
    public long length() throws IOException {
      return real.length();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
