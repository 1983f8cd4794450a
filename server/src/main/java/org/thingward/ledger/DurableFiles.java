package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Files of one folder, written so that they survive a loss of power. */
final class DurableFiles {
  // The file system's journal commits once for all who wait for it at the same time.
  private static final int AT_ONCE = 8;

  private final Disk disk;
  private final Path root;
  private final Path scratch;

  /**
   * The files in {@code root}.
   *
   * @param scratch a folder of the same file system, where a file is written before it is put in
   *     place
   */
  DurableFiles(Disk disk, Path root, Path scratch) {
    this.disk = disk;
    this.root = root;
    this.scratch = scratch;
  }

  /**
   * Puts all files in place, each in one step, and returns once they and their names are on stable
   * storage. They are in public view: wherever a crash comes, a file is whole or not there. One
   * that holds its bytes already is left as it is.
   */
  void write(Map<String, byte[]> files) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    List<Placing> placings = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      makeFolders(Path.of(file.getKey()), folders);
      Path target = root.resolve(file.getKey());
      if (!holds(target, file.getValue())) {
        placings.add(placing(placings.size(), target, file.getValue()));
      }
    }
    each(placings, this::writeScratch);
    for (Placing placing : placings) {
      disk.move(placing.scratch(), placing.target());
    }
    each(folders, disk::forceNames);
  }

  /** A file on its way to its place. */
  private record Placing(Path scratch, Path target, byte[] bytes) {}

  private Placing placing(int number, Path target, byte[] bytes) {
    return new Placing(scratch.resolve(number + ".new"), target, bytes);
  }

  private static boolean holds(Path file, byte[] bytes) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == bytes.length
        && Arrays.equals(Files.readAllBytes(file), bytes);
  }

  /** Replaces one file in one step: a reader sees the old or the new one, whole. */
  void replace(String file, byte[] bytes) throws IOException {
    Placing placing = placing(0, root.resolve(file), bytes);
    writeScratch(placing);
    disk.move(placing.scratch(), placing.target());
    disk.forceNames(root);
  }

  private void writeScratch(Placing placing) throws IOException {
    try (Disk.OpenFile file = disk.open(placing.scratch())) {
      file.truncate(0);
      file.write(ByteBuffer.wrap(placing.bytes()), 0);
      file.force();
    }
  }

  private interface Step<T> {
    void take(T item) throws IOException;
  }

  /** Takes the step for each, several at once, and returns when all are done. */
  private static <T> void each(Collection<T> items, Step<T> step) throws IOException {
    if (items.isEmpty()) {
      return;
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, items.size()))) {
      List<Future<?>> steps = new ArrayList<>(items.size());
      for (T item : items) {
        steps.add(
            threads.submit(() -> {
              step.take(item);
              return item;
            }));
      }
      for (Future<?> taken : steps) {
        taken.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("not put in place: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Deletes a folder of files, without subfolders; does nothing if it is not there. */
  void deleteFolder(String folder) throws IOException {
    Path path = root.resolve(folder);
    if (Files.isDirectory(path)) {
      deleteFilesIn(path);
      disk.delete(path);
    }
  }

  /** Deletes what a crash left half written. */
  void clearScratch() throws IOException {
    deleteFilesIn(scratch);
  }

  private void deleteFilesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        disk.delete(file);
      }
    }
  }

  /** Makes the folders above {@code file}; those whose names may have changed are noted. */
  private void makeFolders(Path file, Set<Path> toForce) throws IOException {
    Path folder = root;
    for (int i = 0; i < file.getNameCount() - 1; i++) {
      Path inside = folder.resolve(file.getName(i));
      if (!Files.isDirectory(inside)) {
        disk.makeFolder(inside);
        toForce.add(folder);
      }
      folder = inside;
    }
    toForce.add(folder);
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
