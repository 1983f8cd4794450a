package org.thingward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The project's sources. What a build makes beside them is not looked at: other tests make and
 * delete files there at the same time.
 */
final class SourceFiles {
  static final Path HOME = Path.of("").toAbsolutePath().getParent();

  private SourceFiles() {}

  /** Every Java file of every module under {@code part}, as {@code src/test/java}. */
  static List<Path> ofModules(String part) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> modules = Files.list(HOME)) {
      for (Path folder : modules.map(module -> module.resolve(part)).toList()) {
        if (Files.isDirectory(folder)) {
          all.addAll(in(folder));
        }
      }
    }
    return all;
  }

  /**
   * The test methods of all modules that a pattern's first group names, as {@code Class.method}.
   */
  static Set<String> tests(Pattern method) throws IOException {
    Set<String> tests = new TreeSet<>();
    for (Path file : ofModules("src/test/java")) {
      String name = file.getFileName().toString().replace(".java", "");
      method
          .matcher(Files.readString(file))
          .results()
          .forEach(match -> tests.add(name + "." + match.group(1)));
    }
    return tests;
  }

  /** Every Java file in {@code folder} and below. */
  static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
