package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/fuzzing.md says which fuzz test tries which reader; here it is held to the tree. */
class FuzzingDocumentTest {
  private static final Path HOME = SourceFiles.HOME;
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| [^|]+ \\| ((?:`\\w+`(?:, )?)+) \\| (\\w+) `(\\w+)\\.(\\w+)` \\|$");
  // Directly before the method: as Jazzer demands it, once it fuzzes.
  private static final Pattern FUZZ_TEST = Pattern.compile("@FuzzTest\\s+void (\\w+)\\(");

  @Test
  void it_lists_every_fuzz_test_and_no_other() throws IOException {
    Set<String> listed = new TreeSet<>();
    Matcher rows = ROW.matcher(Files.readString(HOME.resolve("docs/fuzzing.md")));
    while (rows.find()) {
      listed.add(rows.group(2) + " " + rows.group(3) + "." + rows.group(4));
    }
    assertThat(listed).isNotEmpty().isEqualTo(fuzzTests());
  }

  @Test
  void every_reader_it_names_is_there() throws IOException {
    Set<String> classes = new TreeSet<>();
    for (Path file : SourceFiles.ofModules("src/main/java")) {
      classes.add(file.getFileName().toString().replace(".java", ""));
    }
    Matcher rows = ROW.matcher(Files.readString(HOME.resolve("docs/fuzzing.md")));
    while (rows.find()) {
      for (String reader : rows.group(1).replace("`", "").split(", ")) {
        assertThat(classes).contains(reader);
      }
    }
  }

  /** As {@code module Class.method}. */
  private static Set<String> fuzzTests() throws IOException {
    Set<String> tests = new TreeSet<>();
    for (Path file : SourceFiles.ofModules("src/test/java")) {
      String module = HOME.relativize(file).getName(0).toString();
      String name = file.getFileName().toString().replace(".java", "");
      FUZZ_TEST
          .matcher(Files.readString(file))
          .results()
          .forEach(match -> tests.add(module + " " + name + "." + match.group(1)));
    }
    return tests;
  }
}
