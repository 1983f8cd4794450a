package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Where all of the ledger's files are changed. A seam, so that a disk that fails and a loss of
 * power can be tried; reading goes to the file system itself.
 */
interface Disk {
  /** The machine's file system. */
  Disk MACHINE = new Machine();

  /** Opens a file for writing; made, empty, if it is not there. */
  OpenFile open(Path file) throws IOException;

  /** Gives a file another name in one step; what had that name before is gone. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file, or a folder that is empty. */
  void delete(Path path) throws IOException;

  /** Makes one folder. */
  void makeFolder(Path folder) throws IOException;

  /** Returns once the names in {@code folder} are on stable storage. */
  void forceNames(Path folder) throws IOException;

  /** A file that is being written. */
  interface OpenFile extends AutoCloseable {
    /** Writes all of {@code bytes} from byte {@code at} on. */
    void write(ByteBuffer bytes, long at) throws IOException;

    /** Forgets everything after the first {@code length} bytes. */
    void truncate(long length) throws IOException;

    /** Returns once everything written is on stable storage. */
    void force() throws IOException;

    long length() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** The file system as the JDK reaches it. */
  final class Machine implements Disk {
    private Machine() {}

    @Override
    public OpenFile open(Path file) throws IOException {
      return new ChannelFile(
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      try {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        throw new IOException("the file system of " + to + " cannot replace files atomically", e);
      }
    }

    @Override
    public void delete(Path path) throws IOException {
      Files.delete(path);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
      Files.createDirectory(folder);
    }

    @Override
    public void forceNames(Path folder) throws IOException {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** A file of the file system. */
  record ChannelFile(FileChannel channel) implements OpenFile {
    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      long from = at;
      while (bytes.hasRemaining()) {
        from += channel.write(bytes, from);
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long length() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
