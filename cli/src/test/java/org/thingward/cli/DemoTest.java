package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole story, with the real server, as a person would start it. */
class DemoTest {
  @Test
  void the_story_goes_as_it_must_from_enrolment_to_proof_and_through_the_tour_of_the_console(
      @TempDir Path pictures) {
    RunningServer.assumeBuilt();
    System.setProperty("thingward.home", RunningServer.home().toString());
    boolean isThere = Chromium.find(System.getenv()).isPresent();
    CommandLineRun run =
        isThere
            ? CommandLineRun.of(
                "demo", "--headless", "--pictures", pictures.toString(), "--free-ports")
            : CommandLineRun.of("demo", "--exit", "--free-ports");
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("40 of 40 devices over EST")
        .contains("both sessions cut after")
        .contains("gate-01 has its key in a TPM", "L5, affirming")
        .contains("tank-01 has no key", "vouched for it (L1)")
        .contains("gate-02 measures another boot (PCR 4)", "gate-03's TPM was copied")
        .contains("6 attacks, 6 stopped")
        .doesNotContain("✗");
    if (isThere) {
      assertThat(run.out()).contains("stop 5 of 5");
      for (String stop : List.of("fleet", "device", "decisions", "policy", "ledger")) {
        assertThat(pictures.resolve("console-" + stop + ".png")).isNotEmptyFile();
        assertThat(pictures.resolve("console-" + stop + "-dark.png")).isNotEmptyFile();
      }
    }
  }

  @Test
  void without_a_browser_a_walk_says_what_to_install_before_anything_starts() {
    CommandLineRun run = CommandLineRun.in(Map.of("PATH", "/nowhere"), "demo", "--headless");
    assertThat(run.exitCode()).isEqualTo(ExitCode.MISSING);
    assertThat(run.err()).contains("apt-get install chromium");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void the_link_to_the_console_is_the_one_that_the_server_left_while_it_is_good(@TempDir Path data)
      throws Exception {
    assertThat(DemoCommand.consoleLink(data)).isEmpty();
    Files.writeString(data.resolve("first-link"), "https://localhost:9443/#register=abc\n");
    assertThat(DemoCommand.consoleLink(data)).contains("https://localhost:9443/#register=abc");
  }
}
