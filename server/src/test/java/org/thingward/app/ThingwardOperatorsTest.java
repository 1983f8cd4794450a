package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;

/** The last administrator lost the last passkey: recovery takes the server's own machine. */
class ThingwardOperatorsTest {
  @TempDir private Path temp;

  private EndedMain operators(String... arguments) {
    return EndedMain.of(ThingwardOperators.class, temp, arguments);
  }

  @Test
  void O6_whoever_has_the_servers_machine_begins_anew_and_nobody_over_the_network_does()
      throws Exception {
    try (RunningHouse house = new RunningHouse(temp.resolve("house"))) {
      String data = house.data().toString();
      String[] order = {
        "recover", "--data", data, "--by", "eve", "--reason", "ada lost her key", "--json"
      };
      assertThat(operators("recover", "--data", data, "--reason", "why").err())
          .contains("--by TEXT is missing");
      PasskeyClient ada = client(house);
      String link = house.server().firstLink().orElseThrow();
      ada.registerFirst(link);
      ada.login();
      EndedMain early = operators(order);
      assertThat(early.code()).isEqualTo(1);
      assertThat(early.err()).contains("another Thingward uses");

      // Over the network the link of before is over, and no start gives another.
      house.restart();
      assertThat(house.server().firstLink()).isEmpty();
      assertThat(client(house).begin("/registration/begin", secret(link)).status()).isEqualTo(403);

      List<EndedMain> done = new ArrayList<>();
      house.restartAfter(() -> done.add(operators(order)));
      assertThat(done.getFirst().code()).as(done.getFirst().err()).isZero();
      assertThat(done.getFirst().out()).startsWith("{\"entry\":");
      String anew = house.server().firstLink().orElseThrow();
      assertThat(client(house).begin("/registration/begin", secret(link)).status()).isEqualTo(403);
      PasskeyClient eve =
          new PasskeyClient(
              "eve", 2, house.server().endpoints().operator(), house.operatorCertificate());
      eve.registerFirst(anew);
      eve.login();
      assertThat(eve.get("/operators").tree().path("recoveries").get(0).path("by").asString())
          .isEqualTo("eve");
      assertThat(eve.begin("/registration/begin", secret(anew)).status()).isEqualTo(403);
      assertThat(house.figures()).doesNotContain("thingward_operators_recoveries 0");
      LogSource source = new LogSource.Directory(house.data().resolve("ledger/public"));
      assertThat(new LogVerifier(source, LogVerifier.keysOf(source)).verify().ok()).isTrue();
    }
  }

  @Test
  void the_command_explains_itself_and_does_nothing_in_a_folder_without_a_server() {
    assertThat(operators("--help").out()).startsWith("usage: ./thingward operators recover");
    Path nothing = temp.resolve("nothing");
    EndedMain elsewhere =
        operators("recover", "--data", nothing.toString(), "--by", "eve", "--reason", "why");
    assertThat(elsewhere.code()).isEqualTo(2);
    assertThat(elsewhere.err()).contains("there is no server in");
    assertThat(Files.exists(nothing)).isFalse();
    assertThat(operators("retract").code()).isEqualTo(2);
  }

  private static Map<String, String> secret(String link) {
    return Map.of("link", link.substring(link.indexOf('=') + 1), "operator", "mallory");
  }

  private static PasskeyClient client(RunningHouse house) {
    return new PasskeyClient(
        "eve", 1, house.server().endpoints().operator(), house.operatorCertificate());
  }
}
