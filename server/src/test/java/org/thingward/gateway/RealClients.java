package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/** mosquitto_pub and mosquitto_sub, in both versions, through the gateway to a broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealClients {
  @TempDir static Path folder;
  House house;

  abstract Upstream startBroker(Path own) throws IOException;

  abstract void stopBroker();

  @BeforeAll
  void open() throws IOException {
    house = new House(startBroker(Files.createDirectories(folder.resolve("broker"))));
  }

  @AfterAll
  void close() {
    if (house != null) {
      house.close();
    }
    stopBroker();
  }

  private Clients clients(TestPki.Holder holder, String name) {
    return new Clients(house.pki.write(holder, folder.resolve(name)), house.port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv311", "mqttv5"})
  void messages_reach_a_service_and_commands_reach_a_device(String version) throws IOException {
    String name = "meter-" + version;
    Clients meter = clients(house.device(name), name);
    String reader = "reader-" + version;
    Clients service =
        clients(house.service(reader, List.of("c/#"), List.of("t/" + name + "/#")), reader);

    Process ear =
        service.subscribe(version, reader, "-q", "2", "-C", "1", "-d", "-t", "t/" + name + "/#");
    awaitSubscribed(ear);
    for (String qos : List.of("2")) {
      assertThat(meter.publish(version, name, "-q", qos, "-t", "t/" + name + "/x", "-m", "42"))
          .extracting(Clients.Result::exit)
          .isEqualTo(0);
    }
    assertThat(Clients.finish(ear).output()).contains("42");

    Process device =
        meter.subscribe(version, name, "-q", "1", "-C", "1", "-d", "-t", "c/" + name + "/#");
    awaitSubscribed(device);
    service.publish(version, reader, "-q", "1", "-t", "c/" + name + "/go", "-m", "open");
    assertThat(Clients.finish(device).output()).contains("open");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv311", "mqttv5"})
  void what_is_not_granted_is_refused(String version) {
    String name = "curious-" + version;
    Clients client = clients(house.device(name), name);
    Clients.Result subscribed =
        Clients.finish(client.subscribe(version, name, "-C", "1", "-d", "-t", "t/other/#"));
    assertThat(subscribed.output()).contains(version.equals("mqttv5") ? "135" : "128");
    if (version.equals("mqttv5")) {
      Clients.Result published =
          client.publish(version, name, "-q", "1", "-d", "-t", "t/other/x", "-m", "x");
      assertThat(published.output()).contains("135");
    }
    Clients stranger = clients(house.pki.client(Subject.device("nobody")), "nobody");
    assertThat(stranger.publish(version, "nobody", "-t", "t/nobody/x", "-m", "x").exit())
        .isNotZero();
    assertThat(client.publish(version, "someone-else", "-t", "t/x", "-m", "x").exit()).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv311", "mqttv5"})
  void a_distrusted_device_is_cut_mid_session(String version) throws Exception {
    String name = "cut-" + version;
    Clients client = clients(house.device(name), name);
    Process live = client.subscribe(version, name, "-d", "-t", "c/" + name + "/#");
    BufferedReader output = awaitSubscribed(live);
    house.trust.distrust(Subject.device(name));
    awaitCut(name);
    // It tries again by itself, and is refused.
    String line = output.readLine();
    while (line != null && !line.contains("CONNACK")) {
      line = output.readLine();
    }
    if (line != null) {
      assertThat(line).containsAnyOf("(5)", "(135)");
    }
    // Not by its own signal handler: that one may wait for a lock which it interrupted.
    live.destroyForcibly();
  }

  @Test
  void a_persistent_session_keeps_messages_for_a_device_that_is_away() {
    Clients sleeper = clients(house.device("sleeper"), "sleeper");
    Clients boss = clients(house.service("boss", List.of("c/#"), List.of()), "boss");
    String[] asleep = {"-c", "-q", "1", "-E", "-t", "c/sleeper/#"};
    assertThat(Clients.finish(sleeper.subscribe("mqttv311", "sleeper", asleep)).exit()).isZero();
    boss.publish("mqttv311", "boss", "-q", "1", "-t", "c/sleeper/x", "-m", "wake up");
    Process awake =
        sleeper.subscribe("mqttv311", "sleeper", "-c", "-q", "1", "-C", "1", "-t", "c/sleeper/#");
    assertThat(Clients.finish(awake).output()).contains("wake up");
  }

  @Test
  void G6_a_will_is_heard_when_permitted_and_unheard_after_a_cut() throws IOException {
    Clients crier = clients(house.device("crier"), "crier");
    Clients ears = clients(house.service("ears", List.of("#"), List.of("t/crier/#")), "ears");
    String[] will = {"--will-topic", "t/crier/will", "--will-payload", "died", "-d"};
    Process ear = ears.subscribe("mqttv5", "ears", "-C", "2", "-d", "-t", "t/crier/#");
    awaitSubscribed(ear);
    Process first = crier.subscribe("mqttv5", "crier", with(will, "-t", "c/crier/x"));
    awaitSubscribed(first);
    first.destroyForcibly();
    BufferedReader heard = ear.inputReader();
    String line = heard.readLine();
    while (line != null && !line.contains("died")) {
      line = heard.readLine();
    }
    assertThat(line).isNotNull();

    Process second = crier.subscribe("mqttv5", "crier", with(will, "-t", "c/crier/x"));
    awaitSubscribed(second);
    house.trust.distrust(Subject.device("crier"));
    awaitCut("crier");
    second.destroyForcibly();
    Clients other = clients(house.service("marker", List.of("#"), List.of()), "marker");
    other.publish("mqttv5", "marker", "-t", "t/crier/mark", "-m", "the mark");
    String rest = String.join("\n", heard.lines().toList());
    assertThat(rest).contains("the mark").doesNotContain("died");
  }

  private void awaitCut(String name) {
    GrantEnd end;
    do {
      end = house.trust.nextEnd();
    } while (!end.grant().subject().name().equals(name) || end.cause() != GrantEnd.Cause.CUT);
  }

  private static String[] with(String[] some, String... more) {
    return java.util.stream.Stream.concat(
            java.util.Arrays.stream(some), java.util.Arrays.stream(more))
        .toArray(String[]::new);
  }

  private static BufferedReader awaitSubscribed(Process client) {
    try {
      BufferedReader output = client.inputReader();
      String line = output.readLine();
      while (line != null && !line.contains("received SUBACK")) {
        line = output.readLine();
      }
      assertThat(line).as("subscribed").isNotNull();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
