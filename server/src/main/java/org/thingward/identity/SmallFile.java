package org.thingward.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

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

  /**
   * Refuses a file with a secret that others than its owner and group may read.
   *
   * @param what the secret, as the refusal calls it
   * @throws IllegalStateException saying what to do
   */
  static void refuseReadableByOthers(Path file, String what) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalStateException(
            "every user of this machine may read %s %s: chmod 600".formatted(what, file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(what + " " + file + " cannot be read", e);
    }
  }
}
