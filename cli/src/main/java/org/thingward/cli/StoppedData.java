package org.thingward.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The data directory of a server that does not run, and cannot start as long as this is open. */
record StoppedData(Path root, FileChannel lock) implements AutoCloseable {
  /**
   * Takes the server's own lock.
   *
   * @throws Failed if there are no data, the server runs, or its database did not end in order
   */
  static StoppedData open(Path root) {
    if (!Files.isDirectory(root.resolve("ledger"))) {
      throw new Failed(root + " holds no data of a Thingward server");
    }
    try {
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isOurs(channel)) {
        channel.close();
        throw new Failed("the server runs on " + root + ": stop it first");
      }
      if (Files.exists(root.resolve("database/data/postmaster.pid"))) {
        channel.close();
        throw new Failed(
            "the database in %s did not end in order: start the server and stop it, then back up"
                .formatted(root));
      }
      return new StoppedData(root, channel);
    } catch (IOException e) {
      throw new Failed(root + " cannot be locked: " + e.getMessage(), e);
    }
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  boolean hasDatabase() {
    return Files.isRegularFile(root.resolve("database/data/PG_VERSION"));
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new Failed(root + " cannot be released: " + e.getMessage(), e);
    }
  }
}
