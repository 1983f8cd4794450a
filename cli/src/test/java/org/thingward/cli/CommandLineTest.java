package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
  @TempDir Path empty;

  @Test
  void help_names_every_command_of_the_product() {
    CommandLineRun run = CommandLineRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("up", "demo", "test", "device", "token", "evidence", "policy", "reference")
        .contains("decision", "proof", "verify", "drill", "completion")
        .contains("Exit codes:");
  }

  @Test
  void every_command_has_help_and_a_description() {
    CommandLine line =
        Thingward.commandLine(
            new Tools(
                Terminal.ofProcess(),
                java.time.InstantSource.system(),
                new java.security.SecureRandom()));
    for (List<String> path : paths(line, List.of())) {
      List<String> arguments = new ArrayList<>(path);
      arguments.add("--help");
      CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
      assertThat(run.exitCode()).as("%s", path).isZero();
      assertThat(run.out().lines().count()).as("%s", path).isGreaterThan(2);
    }
  }

  private static List<List<String>> paths(CommandLine line, List<String> parents) {
    List<List<String>> all = new ArrayList<>();
    line.getSubcommands()
        .forEach((name, command) -> {
          List<String> path = new ArrayList<>(parents);
          path.add(name);
          all.add(path);
          all.addAll(paths(command, path));
        });
    return all;
  }

  @Test
  void wrong_usage_is_told_with_exit_code_2() {
    assertThat(CommandLineRun.of("device", "revoke", "pump-07").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("nonsense").exitCode()).isEqualTo(2);
  }

  @Test
  void without_a_server_the_exit_code_is_3_and_the_message_says_what_to_do() {
    CommandLineRun run = CommandLineRun.of("device", "list", "--data", empty.toString());
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("thingward up").doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void an_error_is_json_where_json_was_asked_for() {
    CommandLineRun run = CommandLineRun.of("token", "list", "--json", "--data", empty.toString());
    assertThat(run.err()).startsWith("{").contains("\"exit-code\":3");
  }

  @Test
  void a_folder_that_is_no_log_does_not_verify() {
    CommandLineRun run = CommandLineRun.of("verify", empty.toString());
    assertThat(run.exitCode()).isEqualTo(4);
  }

  @Test
  void a_missing_file_is_named() throws Exception {
    Path nowhere = empty.resolve("nothing.proof");
    CommandLineRun run = CommandLineRun.of("verify", nowhere.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("nothing.proof");
    assertThat(Files.exists(nowhere)).isFalse();
  }

  @Test
  void completion_prints_a_script_that_bash_accepts() throws Exception {
    Path script = empty.resolve("completion.sh");
    Files.writeString(script, CommandLineRun.of("completion").out());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
    assertThat(bash.waitFor()).isZero();
    assertThat(script).content().contains("quarantine");
  }

  @Test
  void drills_are_listed_and_an_unknown_one_is_refused() {
    assertThat(CommandLineRun.of("drill", "--list").out()).contains("key-used-twice");
    CommandLineRun unknown = CommandLineRun.of("drill", "make-coffee");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("make-coffee");
  }
}
