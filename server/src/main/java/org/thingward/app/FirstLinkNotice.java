package org.thingward.app;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.thingward.platform.DataDirectory;

/**
 * Hands the one-time link for the first passkey to whoever has access to this machine (rule O7): on
 * the terminal, or where there is none in a file that its owner alone may read. Never to a log.
 */
final class FirstLinkNotice {
  private static final String FILE = "first-link";

  private final Path file;

  FirstLinkNotice(DataDirectory data) {
    this.file = data.root().resolve(FILE);
  }

  /** Whether a person reads what is printed. */
  static boolean isOnTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Gives the link; returns what to print. */
  String give(String link, boolean terminal) {
    if (terminal) {
      return "  first passkey       within ten minutes: " + link;
    }
    DataDirectory.writeSecret(file, (link + "\n").getBytes(StandardCharsets.UTF_8));
    return "  first passkey       within ten minutes, by the link in " + file;
  }

  /** Takes a link that was left in the file away. */
  void clear() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
