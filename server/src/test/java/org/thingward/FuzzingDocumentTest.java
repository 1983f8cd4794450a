package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/fuzzing.md says which fuzz test tries which reader; here it is held to the tree. */
class FuzzingDocumentTest {
  private static final Path HOME = SourceFiles.HOME;
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| [^|]+ \\| ((?:`\\w+`(?:, )?)+) \\| (\\w+) `(\\w+)\\.(\\w+)` \\|$");
  private static final Pattern REFUSED =
      Pattern.compile("(?m)^\\| ((?!tried)[a-z ]+) \\| (.+) \\|$");
  private static final Pattern NAMED = Pattern.compile("`(\\w+\\.\\w+)`");
  // A test with rows of its own has them before its name.
  private static final Pattern METHOD =
      Pattern.compile(
          "(?:@(?:Test|Property)(?:\\([^)]*\\))?|\"\"\"\\))\\s+(?:@\\w+[^\\n]*\\s+)*void (\\w+)\\(");
  private static final Pattern EDGE = Pattern.compile("\n### On ");
  private static final Set<String> ATTACKS =
      new TreeSet<>(
          List.of(
              "a bit turned",
              "another time",
              "another nonce",
              "a replay",
              "another algorithm",
              "too much",
              "a chain in a circle",
              "a name it may not have"));
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

  @Test
  void every_edge_is_tried_with_every_attack_and_the_tests_it_names_are_there() throws IOException {
    String text = Files.readString(HOME.resolve("docs/fuzzing.md"));
    Set<String> tests = SourceFiles.tests(METHOD);
    List<String> edges = EDGE.splitAsStream(text).skip(1).toList();
    assertThat(edges).hasSize(8);
    for (String part : edges) {
      String edge = part.lines().findFirst().orElseThrow();
      Map<String, String> rows = new TreeMap<>();
      Matcher row = REFUSED.matcher(part);
      while (row.find()) {
        rows.put(row.group(1), row.group(2));
      }
      assertThat(rows.keySet()).as(edge).isEqualTo(ATTACKS);
      rows.forEach((attack, shown) -> {
        List<String> named = NAMED.matcher(shown).results().map(match -> match.group(1)).toList();
        assertThat(tests).as(edge + ": " + attack).containsAll(named);
        assertThat(!named.isEmpty() || shown.startsWith("None: "))
            .as(edge + ": " + attack)
            .isTrue();
      });
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
