package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end. A seam, so that a failing disk can be tried. */
interface AppendFile extends AutoCloseable {
  /** Opens one file. */
  interface Opener {
    AppendFile open(Path file) throws IOException;
  }

  /** Appends all of {@code bytes}. */
  void append(ByteBuffer bytes) throws IOException;

  /** Returns once everything appended is on stable storage. */
  void force() throws IOException;

  /** Forgets everything after the first {@code length} bytes. */
  void truncate(long length) throws IOException;

  @Override
  void close() throws IOException;

  /** A file of the file system, opened at its end. */
  static AppendFile open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.position(channel.size());
    return new AppendFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }

      @Override
      public void force() throws IOException {
        channel.force(false);
      }

      @Override
      public void truncate(long length) throws IOException {
        channel.truncate(length);
        channel.position(length);
        channel.force(false);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
