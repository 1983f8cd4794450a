package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialCheckTest {
  private static final String GOOD = "bridge:6f1d0c5be29a4473ab1f7c0d95e86a2c\n";

  @TempDir Path folder;

  @Test
  void what_anybody_can_guess_is_named_by_its_line_and_no_secret_is_printed() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("list"), GOOD + "root:xc3511\n\ncam-03:Winter2026\nadmin:\n");
    CommandLineRun run = CommandLineRun.of("credential", "check", file.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("2 +root +known +on the list 'mirai'")
        .containsPattern("4 +cam-03 +guessable +\\d+ bits")
        .containsPattern("5 +admin +known")
        .contains("1 of 4 withstand guessing")
        .doesNotContain("xc3511", "Winter2026", "6f1d0c5b");
    assertThat(CommandLineRun.of("credential", "check", "--json", file.toString()).out())
        .contains("\"credentials\":4", "\"strength\":\"guessable\"")
        .doesNotContain("Winter2026");
  }

  @Test
  void what_withstands_is_well_and_a_line_that_is_no_credential_is_told() throws Exception {
    Path good = Files.writeString(folder.resolve("good"), GOOD);
    assertThat(CommandLineRun.of("credential", "check", good.toString()).exitCode()).isZero();
    Path wrong = Files.writeString(folder.resolve("wrong"), GOOD + "s3cret without a name\n");
    CommandLineRun run = CommandLineRun.of("credential", "check", wrong.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("wrong:2: write USER:PASSWORD").doesNotContain("s3cret");
  }
}
