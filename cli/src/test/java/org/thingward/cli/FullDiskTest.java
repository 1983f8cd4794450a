package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.MqttSession;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;

/** The ledger on a small file system of its own, which fills up or takes no writing. */
class FullDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws IOException {
    disk = Files.createDirectories(folder.resolve("data/ledger"));
    assumeTrue(
        mount("-t", "tmpfs", "-o", "size=2m,mode=700", "none", disk.toString()),
        "this user may not mount a file system to fill");
  }

  @AfterEach
  void unmount() {
    ServerUnderFaults.run(List.of("umount", "--lazy", disk.toString()));
  }

  private static boolean mount(String... how) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("mount"));
    command.addAll(List.of(how));
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void L3_on_a_full_disk_nothing_is_permitted_and_cuts_act_and_with_space_it_goes_on() {
    try (ServerUnderFaults house = new ServerUnderFaults(folder.resolve("data"))) {
      Subject steady = house.enrolled(Subject.device("steady-1"));
      Subject fallen = house.enrolled(Subject.device("fallen-1"));
      MqttSession live = house.open(fallen);
      assertThat(live.acceptance().accepted()).isTrue();
      Path filler = fill();

      // The page that the log's file has already takes the next few entries.
      assertThat(Patience.untilTrue(PATIENCE, () -> refusal(house, steady)))
          .as("a permit that the log cannot take is none")
          .isTrue();
      int answered = quarantine(house, fallen);
      assertThat(live.awaitClosed(Duration.ofSeconds(20))).as("it is cut").isPresent();
      assertThat(answered).isIn(201, 503);

      delete(filler);
      assertThat(Patience.untilTrue(PATIENCE, () -> !refusal(house, steady)))
          .as("with space it is admitted again, without a restart")
          .isTrue();
      assertThat(refusal(house, fallen)).isTrue();
      CommandLineRun verified =
          CommandLineRun.of("verify", house.running().process().folder().publicLog().toString());
      assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    }
  }

  @Test
  void a_disk_that_takes_no_writing_is_named_at_the_start() throws IOException {
    assertThat(mount("-o", "remount,ro", disk.toString())).isTrue();
    try (ServerUnderFaults house = new ServerUnderFaults(folder.resolve("data"))) {
      throw new AssertionError("it started: " + house.log());
    } catch (Failed failed) {
      assertThat(failed).hasMessageContaining("Read-only file system");
      assertThat(failed).hasMessageContaining("ledger");
      assertThat(failed.getMessage()).doesNotContain("\tat ");
    }
  }

  /** Whether the device is refused; the reason, where it is told, is that the log takes nothing. */
  private static boolean refusal(ServerUnderFaults house, Subject device) {
    try (MqttSession session = house.open(device)) {
      return !session.acceptance().accepted();
    } catch (ServerUnreachable | SessionClosed closed) {
      return true;
    }
  }

  private static int quarantine(ServerUnderFaults house, Subject device) {
    try {
      var unused = house.operator().order(Operator.Order.QUARANTINE, device.name(), "odd");
      return 201;
    } catch (OperatorProblem problem) {
      return problem.status();
    }
  }

  /** Takes all the space that there is. */
  private Path fill() {
    Path filler = disk.resolve("filler");
    byte[] page = new byte[4_096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      return filler;
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
