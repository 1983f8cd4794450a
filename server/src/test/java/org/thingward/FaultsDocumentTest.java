package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/faults.md says which test makes which fault happen; here it is held to the tree. */
class FaultsDocumentTest {
  private static final Path HOME = SourceFiles.HOME;
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

  @Test
  void it_names_only_tests_that_exist() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (Path file : SourceFiles.ofModules("src/test/java")) {
      sources.merge(
          file.getFileName().toString().replace(".java", ""),
          Files.readString(file),
          String::concat);
    }
    String rows =
        String.join(
            "\n",
            Files.readAllLines(HOME.resolve("docs/faults.md")).stream()
                .filter(line -> line.startsWith("|"))
                .toList());
    assertThat(TEST.matcher(rows).results())
        .hasSizeGreaterThan(20)
        .allSatisfy(named -> {
          assertThat(sources).containsKey(named.group(1));
          if (named.group(2) != null) {
            assertThat(sources.get(named.group(1))).contains("void " + named.group(2) + "(");
          }
        });
  }
}
