package org.thingward.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that hold one key or certificate. */
final class SmallFile {
  private static final int MAX_BYTES = 64 * 1024;

  private SmallFile() {}

  /**
   * The whole content.
   *
   * @throws IllegalStateException if it is larger than any such file
   */
  static byte[] read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalStateException(
            "%s is larger than the %d bytes that such a file can have".formatted(file, MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be read", e);
    }
  }
}
