package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/rules.md says which test shows which rule; here it is held to the tree. */
class RulesDocumentTest {
  private static final Path HOME = SourceFiles.HOME;
  private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");
  private static final Pattern ID = Pattern.compile("[A-Z]\\d+_\\w+");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]\\d+) \\|");
  private static final Pattern DRILL = Pattern.compile("drill `([a-z-]+)`");

  @Test
  void it_names_only_tests_that_exist() throws IOException {
    Set<String> named =
        all(NAMED.matcher(document()), match -> match.group(1) + "." + match.group(2));
    assertThat(named).isNotEmpty();
    assertThat(SourceFiles.tests(METHOD)).containsAll(named);
  }

  @Test
  void it_lists_every_test_that_carries_the_id_of_a_rule() throws IOException {
    Set<String> carrying =
        SourceFiles.tests(METHOD).stream()
            .filter(test -> ID.matcher(test.substring(test.indexOf('.') + 1)).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(carrying).isNotEmpty();
    String document = document();
    for (String test : carrying) {
      String id = test.substring(test.indexOf('.') + 1, test.indexOf('_'));
      assertThat(row(document, id)).as("the row of %s", id).contains("`" + test + "`");
    }
  }

  @Test
  void it_has_one_row_for_every_rule() throws IOException {
    List<String> expected =
        Stream.of("T 10", "L 7", "G 12", "I 5", "O 7")
            .flatMap(group ->
                Stream.iterate(1, n -> n <= Integer.parseInt(group.substring(2)), n -> n + 1)
                    .map(n -> group.charAt(0) + "" + n))
            .toList();
    assertThat(ROW.matcher(document()).results().map(match -> match.group(1)))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void it_names_only_drills_that_exist() throws IOException {
    String drills = text(HOME.resolve("drill/src/main/java"));
    for (String drill : all(DRILL.matcher(document()), match -> match.group(1))) {
      assertThat(drills).contains("return \"" + drill + "\";");
    }
  }

  private static String document() throws IOException {
    return Files.readString(HOME.resolve("docs/rules.md"));
  }

  private static String row(String document, String id) {
    return document
        .lines()
        .filter(line -> line.startsWith("| " + id + " |"))
        .findFirst()
        .orElse("");
  }

  private static Set<String> all(Matcher matcher, Function<MatchResult, String> part) {
    return matcher.results().map(part).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : SourceFiles.in(folder)) {
      text.append(Files.readString(file));
    }
    return text.toString();
  }
}
