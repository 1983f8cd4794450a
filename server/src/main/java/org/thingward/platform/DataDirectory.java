package org.thingward.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory that holds everything a server keeps, for one server at a time. It and its folders
 * are readable by their owner alone; children that run as other users may pass through it.
 */
public final class DataDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");

  private final Path root;
  private final FileChannel lock;

  private DataDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Opens the directory, creating it if need be, and locks it until closed.
   *
   * @throws IllegalStateException if another server uses it, or it cannot be written
   */
  public static DataDirectory open(Path root) {
    try {
      Path absolute = root.toAbsolutePath().normalize();
      ownerOnly(absolute);
      FileChannel lock =
          FileChannel.open(
              absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!held(lock)) {
        lock.close();
        throw new IllegalStateException(
            "another Thingward uses " + absolute + ". Stop it, or give another --data DIR.");
      }
      return new DataDirectory(absolute, lock);
    } catch (IOException e) {
      throw new IllegalStateException(
          root + " cannot be used as data directory: " + e.getMessage(), e);
    }
  }

  public Path root() {
    return root;
  }

  /** Lets other users pass through it to a folder of theirs; they see nothing on the way. */
  public void letOthersThrough() {
    Confined.letThrough(root);
  }

  /** The folder {@code name} in it, e.g. {@code ledger}; created at first use. */
  public Path folder(String name) {
    try {
      Path folder = root.resolve(name);
      ownerOnly(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that its owner alone may read, all of it or nothing. */
  public static void writeSecret(Path file, byte[] content) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.deleteIfExists(next);
      FileAttribute<Set<PosixFilePermission>> mode =
          PosixFilePermissions.asFileAttribute(OWNER_FILE);
      try (FileChannel channel =
          FileChannel.open(
              next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
        channel.write(ByteBuffer.wrap(content));
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns once the names of the files in {@code folder} are on the disk, as their contents. */
  public static void forceNames(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean held(FileChannel channel) throws IOException {
    try {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void ownerOnly(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } else if (!Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
    }
  }
}
