package org.thingward.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.thingward.platform.DataDirectory;
import org.thingward.trust.Subject;

/**
 * What the gateway may still have to do at the broker for a device that is away, one small file
 * each, so that a restart forgets none of it. Safe for many threads; blocks on the disk.
 */
final class Outstanding {
  /** What is to be done. */
  enum Kind {
    /** A delayed will is to be withdrawn if its device falls (rule G6). */
    WILL,
    /** A session is to be forgotten (rule G9). */
    PURGE;

    private String suffix() {
      return "." + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Path folder;

  /** What is kept in {@code folder}, which exists and is readable by its owner alone. */
  Outstanding(Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps this for a subject, in place of what was kept of the kind; returns once it is durable.
   *
   * @throws UncheckedIOException if it cannot be kept
   */
  synchronized void keep(Kind kind, Subject subject, String text) {
    DataDirectory.writeSecret(file(kind, subject), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Drops it, unless something else was kept in its place meanwhile. */
  synchronized void drop(Kind kind, Subject subject, String text) {
    Path file = file(kind, subject);
    try {
      if (Files.exists(file) && Files.readString(file).equals(text)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that is kept of a kind. */
  synchronized List<String> all(Kind kind) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(kind.suffix()))
          .sorted()
          .map(Outstanding::text)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In hex, because a file system may not tell capitals from small letters. */
  private Path file(Kind kind, Subject subject) {
    byte[] name = subject.toString().getBytes(StandardCharsets.UTF_8);
    return folder.resolve(HexFormat.of().formatHex(name) + kind.suffix());
  }
}
