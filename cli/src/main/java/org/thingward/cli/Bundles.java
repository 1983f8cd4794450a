package org.thingward.cli;

import java.nio.file.Path;
import java.util.List;

final class Bundles {
  private Bundles() {}

  record Verdict(boolean ok, List<String> lines) {}

  static Verdict verify(Path file) {
    return new Verdict(false, List.of("bundles cannot be verified yet: " + file));
  }
}
