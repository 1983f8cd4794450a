package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.VerifierKey;

/** What is done to the log while the server is stopped, in a process of its own. */
class ThingwardLogTest {
  private static final Time TIME = Time.ofMachine();
  private static final Randomness RANDOMNESS = new Randomness(TIME);

  @TempDir private Path temp;

  private EndedMain log(String... arguments) {
    return EndedMain.of(ThingwardLog.class, temp, arguments);
  }

  private static List<VerifierKey> makeLog(Path data) throws IOException {
    try (DataDirectory folder = DataDirectory.open(data)) {
      LedgerKeys keys = LedgerKeys.open(folder.folder("keys"), RANDOMNESS);
      try (TiledLedger ledger = TiledLedger.open(folder.folder("ledger"), keys, TIME, RANDOMNESS)) {
        return ledger.verifiers();
      }
    }
  }

  @Test
  void L6_the_keys_are_changed_while_the_server_is_stopped() throws Exception {
    Path data = temp.resolve("data");
    List<VerifierKey> first = makeLog(data);
    EndedMain ended = log("rotate-key", "--data", data.toString(), "--reason", "yearly", "--json");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).startsWith("{\"entry\":1,\"keys\":[\"thingward/");
    LogSource source = new LogSource.Directory(data.resolve("ledger/public"));
    LogReport report = new LogVerifier(source, first).verify();
    assertThat(report.ok()).as("%s", report.lines()).isTrue();
    assertThat(ended.out()).contains(report.signers().getFirst().toString());
    assertThat(Files.getPosixFilePermissions(data.resolve("keys/ledger-keys"))).hasSize(2);
  }

  @Test
  void L6_a_stolen_name_is_ended_with_a_reason_and_a_name() throws Exception {
    Path data = temp.resolve("data");
    List<VerifierKey> stolen = makeLog(data);
    Path believed = temp.resolve("believed");
    Files.copy(data.resolve("ledger/public/checkpoint"), believed);
    String[] order = {"succeed", "--data", data.toString(), "--reason", "broken into"};
    assertThat(log(order).err()).contains("--by TEXT is missing");
    List<String> whole = new ArrayList<>(List.of(order));
    whole.addAll(List.of("--by", "ada", "--believed", believed.toString()));
    EndedMain ended = log(whole.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("ended at entry 1, and goes on as thingward/");
    LogSource source = new LogSource.Directory(data.resolve("ledger/public"));
    assertThat(new LogVerifier(source, stolen).verify().ok()).isFalse();
    assertThat(new LogVerifier(source, LogVerifier.keysOf(source)).verify().ok()).isTrue();
  }

  @Test
  void while_the_server_runs_or_without_a_log_nothing_is_done() throws Exception {
    Path data = temp.resolve("data");
    makeLog(data);
    try (DataDirectory running = DataDirectory.open(data)) {
      EndedMain refused = log("rotate-key", "--data", data.toString(), "--reason", "yearly");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("another Thingward uses " + running.root());
    }
    Path nothing = temp.resolve("nothing");
    EndedMain elsewhere = log("rotate-key", "--data", nothing.toString(), "--reason", "yearly");
    assertThat(elsewhere.code()).isEqualTo(2);
    assertThat(elsewhere.err()).contains("there is no log in");
    assertThat(Files.exists(nothing)).isFalse();
    EndedMain unexplained = log("rotate-key", "--data", data.toString());
    assertThat(unexplained.code()).isEqualTo(2);
    assertThat(unexplained.err()).contains("--reason TEXT is missing");
    assertThat(log("--help").out()).startsWith("usage: ./thingward log");
    assertThat(
            new String(
                    Files.readAllBytes(data.resolve("ledger/public/checkpoint")),
                    StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .findFirst())
        .contains("1");
  }
}
