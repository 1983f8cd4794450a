package org.thingward.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file named on the command line; {@code -} is standard input. */
final class InputFile {
  private static final int LARGEST = 64 << 20;

  private InputFile() {}

  static byte[] read(Path file) {
    try {
      if (file.toString().equals("-")) {
        return System.in.readNBytes(LARGEST);
      }
      if (Files.size(file) > LARGEST) {
        throw new Failed(file + " is larger than " + (LARGEST >> 20) + " MiB");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new Failed("there is no file " + file, e);
    } catch (IOException e) {
      throw new Failed(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
