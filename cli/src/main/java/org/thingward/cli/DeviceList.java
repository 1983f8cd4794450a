package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.thingward.trust.Subject;

/** The ids of devices in a file: one a line, or the first column of a CSV. */
final class DeviceList {
  private static final Set<String> TITLES = Set.of("device", "id");

  private final Set<String> ids = new LinkedHashSet<>();

  /** Adds an id. */
  void add(String id) {
    try {
      String name = Subject.device(id).name();
      if (!ids.add(name)) {
        throw new Failed(name + " is named twice. Nothing was sent.");
      }
    } catch (IllegalArgumentException e) {
      throw new Failed(e.getMessage() + ". Nothing was sent.", e);
    }
  }

  /** Adds those of a file; a title over its first column, device or id, is none. */
  void read(Path file) {
    read(new String(InputFile.read(file), StandardCharsets.UTF_8));
  }

  /** Adds those of a file with this text. */
  void read(String text) {
    List<String> lines = new ArrayList<>();
    text.lines().filter(line -> !line.isBlank()).forEach(line -> lines.add(cell(line)));
    boolean titled = !lines.isEmpty() && TITLES.contains(lines.getFirst().toLowerCase(Locale.ROOT));
    lines.subList(titled ? 1 : 0, lines.size()).forEach(this::add);
  }

  private static String cell(String line) {
    return line.split("[,;\t]", 2)[0].replace("\"", "").replace("\ufeff", "").strip();
  }

  List<String> ids() {
    return List.copyOf(ids);
  }
}
