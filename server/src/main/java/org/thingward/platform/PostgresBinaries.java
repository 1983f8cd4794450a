package org.thingward.platform;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs that come with us, unpacked once.
 *
 * @param directory the folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path directory) {
  private static final String RESOURCE = "/postgres-linux-x86_64.txz";
  private static final int BLOCK = 512;

  Path program(String name) {
    return directory.resolve("bin").resolve(name);
  }

  /** Unpacks them into {@code parent} unless they are there already. */
  static PostgresBinaries in(Path parent) {
    Path target = parent.resolve("postgres");
    if (Files.isDirectory(target)) {
      return new PostgresBinaries(target);
    }
    try (InputStream resource = PostgresBinaries.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(
            "no PostgreSQL for this machine comes with Thingward. Give --database jdbc:postgresql:…");
      }
      Files.createDirectories(parent);
      Path unfinished = Files.createTempDirectory(parent, "unpacking-");
      unpack(new BufferedInputStream(new XZInputStream(resource), 1 << 16), unfinished);
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
      publish(unfinished, target);
      return new PostgresBinaries(target);
    } catch (IOException e) {
      throw new IllegalStateException(
          "PostgreSQL cannot be unpacked into " + parent + ": " + e.getMessage(), e);
    }
  }

  private static void publish(Path unfinished, Path target) throws IOException {
    try {
      Files.move(unfinished, target);
    } catch (IOException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      deleteTree(unfinished); // Another process was faster.
    }
  }

  static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Reads a ustar archive: files, folders and symbolic links, which is all there is in it. */
  private static void unpack(InputStream tar, Path target) throws IOException {
    byte[] header = new byte[BLOCK];
    while (tar.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
      Path file = target.resolve(text(header, 0, 100)).normalize();
      if (!file.startsWith(target)) {
        throw new IOException("an entry lies outside the archive's folder");
      }
      long size = octal(header, 124, 12);
      switch (header[156]) {
        case '5' -> Files.createDirectories(file);
        case '2' -> {
          Files.createDirectories(file.getParent());
          Files.createSymbolicLink(file, Path.of(text(header, 157, 100)));
        }
        case '0', 0 -> writeFile(tar, file, size, (octal(header, 100, 8) & 0111) != 0);
        default -> throw new IOException("an entry of unknown type " + header[156]);
      }
    }
  }

  private static void writeFile(InputStream tar, Path file, long size, boolean executable)
      throws IOException {
    Files.createDirectories(file.getParent());
    byte[] content = tar.readNBytes(Math.toIntExact(size));
    if (content.length != size) {
      throw new EOFException("the archive ends within " + file.getFileName());
    }
    Files.write(file, content);
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] header, int from, int length) {
    return Long.parseLong(text(header, from, length).trim(), 8);
  }
}
