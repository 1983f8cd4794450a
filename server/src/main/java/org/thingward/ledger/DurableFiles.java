package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files of one folder, written so that they survive a loss of power. */
final class DurableFiles {
  private final Path root;

  DurableFiles(Path root) {
    this.root = root;
  }

  Path path(String file) {
    return root.resolve(file);
  }

  /**
   * Puts all files in place, each in one step, and returns once they and their names are on stable
   * storage. They are in public view: wherever a crash comes, a file is whole or not there. One
   * that holds its bytes already is left as it is.
   *
   * @param scratch where a file is written before it is put in place; on the same file system
   */
  void write(Map<String, byte[]> files, Path scratch) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      makeFolders(Path.of(file.getKey()), folders);
      Path target = root.resolve(file.getKey());
      if (!holds(target, file.getValue())) {
        place(file.getValue(), scratch, target);
      }
    }
    for (Path folder : folders) {
      force(folder);
    }
  }

  private static boolean holds(Path file, byte[] bytes) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == bytes.length
        && Arrays.equals(Files.readAllBytes(file), bytes);
  }

  /** Replaces one file in one step: a reader sees the old or the new one, whole. */
  void replace(String file, byte[] bytes, Path scratch) throws IOException {
    place(bytes, scratch, root.resolve(file));
    force(root);
  }

  private void place(byte[] bytes, Path scratch, Path target) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            scratch,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(false);
    }
    try {
      Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + root + " cannot replace files atomically", e);
    }
  }

  /** Deletes a folder of files, without subfolders; does nothing if it is not there. */
  void deleteFolder(String folder) throws IOException {
    Path path = root.resolve(folder);
    if (!Files.isDirectory(path)) {
      return;
    }
    try (var files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(path);
  }

  /** Makes the folders above {@code file}; those whose names may have changed are noted. */
  private void makeFolders(Path file, Set<Path> toForce) throws IOException {
    Path folder = root;
    for (int i = 0; i < file.getNameCount() - 1; i++) {
      Path inside = folder.resolve(file.getName(i));
      if (!Files.isDirectory(inside)) {
        Files.createDirectory(inside);
        toForce.add(folder);
      }
      folder = inside;
    }
    toForce.add(folder);
  }

  /** Waits until a file's content, or a folder's names, are on stable storage. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes folders that only this user may enter. */
  static void makePrivate(List<Path> folders) throws IOException {
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }
}
