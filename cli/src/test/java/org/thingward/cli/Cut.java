package org.thingward.cli;

import java.nio.file.Path;

/**
 * One condition taken out of the source: what a fault in that place would be like.
 *
 * @param source where it is decided, from the project's folder
 * @param from the text that decides it; it stands there exactly once
 * @param to what it decides nothing by
 */
record Cut(Path source, String from, String to) {
  /** In a class of one of the server's rooms. */
  static Cut inServer(String file, String from, String to) {
    return new Cut(Path.of("server/src/main/java/org/thingward", file), from, to);
  }

  /** In a class of the module trust. */
  static Cut inTrust(String file, String from, String to) {
    return new Cut(Path.of("trust/src/main/java/org/thingward/trust", file), from, to);
  }

  /** The module whose build it changes. */
  String module() {
    return source.getName(0).toString();
  }
}
