package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.policy.PolicyReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicyDiffCommandTest {
  @TempDir Path folder;
  private String text = "";
  private Path old = Path.of("");

  @BeforeEach
  void anOldPolicy() throws Exception {
    text = new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
    old = Files.writeString(folder.resolve("old.yaml"), text);
  }

  private String renewed(String from, String to) throws Exception {
    return Files.writeString(folder.resolve("new.yaml"), text.replace(from, to)).toString();
  }

  @Test
  void a_difference_is_shown_with_a_case_and_exit_code_1() throws Exception {
    CommandLineRun run =
        CommandLineRun.of("policy", "diff", old.toString(), renewed("{400d: ", "{200d: "));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("firmware.released is 200d ago, not yet 400d ago")
        .contains("inventory says of release:")
        .contains("permit as affirming")
        .contains("permit as warning");
  }

  @Test
  void no_difference_is_a_proof_and_exit_code_0() throws Exception {
    CommandLineRun run =
        CommandLineRun.of("policy", "diff", old.toString(), renewed("# Claims", "# The claims"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("no decision differs");
  }

  @Test
  void a_policy_that_cannot_be_read_is_exit_code_2_with_every_mistake() throws Exception {
    CommandLineRun run =
        CommandLineRun.of("policy", "diff", old.toString(), renewed("{400d: ", "{400: "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("new.yaml:").contains("has no unit");
  }

  @Test
  void a_program_gets_the_case_as_evidence_that_it_can_appraise_itself() throws Exception {
    CommandLineRun run =
        CommandLineRun.of(
            "policy", "diff", "--json", old.toString(), renewed("{400d: ", "{200d: "));
    JsonNode diff = JsonMapper.shared().readTree(run.out());
    assertThat(diff.path("decides-alike").booleanValue()).isFalse();
    JsonNode witness = diff.path("regions").path(0).path("witness");
    assertThat(witness.path("evidence").size()).isPositive();
    assertThat(witness.path("before").path("tier").intValue())
        .isNotEqualTo(witness.path("after").path("tier").intValue());
  }
}
