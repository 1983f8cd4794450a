package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.policy.PolicyReader;

class PolicyCheckTest {
  @TempDir Path folder;

  @Test
  void a_mistake_is_named_by_file_line_and_column_and_nothing_else_is_needed() throws Exception {
    String wrong =
        new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
            .replace("over: {400d: warning}", "over: {400: warning}");
    Path file = Files.writeString(folder.resolve("new.yaml"), wrong);
    CommandLineRun run = CommandLineRun.of("policy", "check", file.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).matches("(?s).*new\\.yaml:\\d+:\\d+  .*400.*");
    assertThat(run.out().lines()).hasSize(1);
  }

  @Test
  void the_default_policy_is_right_and_is_the_one_the_story_changes() throws Exception {
    Path file = Files.write(folder.resolve("default.yaml"), PolicyReader.defaultPolicy());
    assertThat(CommandLineRun.of("policy", "check", file.toString()).exitCode()).isZero();
    assertThat(file).content().contains("over: {400d: warning}");
    assertThat(CommandLineRun.of("policy", "check", "--json", file.toString()).out())
        .contains("\"ok\":true");
  }
}
