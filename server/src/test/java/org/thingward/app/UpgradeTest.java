package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.TiledTree;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * This server on the data of an older one, as that one left them. {@code
 * server/src/test/upgrade/make-data} makes them again; the keys in them are for this test alone.
 * The devices' certificates last until February 2029.
 */
class UpgradeTest {
  private static final String MADE_BY = "70de8d1";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path folder;
  private static RunningHouse house;

  @BeforeAll
  static void start() throws Exception {
    Path packed = Path.of("src/test/resources/upgrade/" + MADE_BY + ".tar.xz").toAbsolutePath();
    Process unpacking =
        new ProcessBuilder("tar", "-xJf", packed.toString(), "--no-same-owner")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(unpacking.waitFor()).isZero();
    house =
        new RunningHouse(
            folder, "--key-encryption-key", folder.resolve("key-encryption-key").toString());
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void every_subject_stands_as_it_stood_on_the_same_record() throws IOException {
    for (String subject :
        List.of("pump-1", "pump-2", "pump-3", "pump-4", "pump-6", "service:collector")) {
      String name = subject.contains(":") ? subject : "device:" + subject;
      JsonNode then = before(name.replace(':', '-') + ".json");
      JsonNode now = JSON.readTree(house.operator("GET", "/postures/" + name, "").text());
      for (String member :
          List.of("tier", "vector", "credentials", "policy", "references", "receipt", "since")) {
        assertThat(now.path(member)).as(name + ": " + member).isEqualTo(then.path(member));
      }
      assertThat(now.path("evidence")).as(name).isEqualTo(then.path("evidence"));
    }
  }

  @Test
  void certificates_tokens_devices_policy_and_reference_values_are_as_they_were()
      throws IOException {
    for (String id : List.of("pump-2", "pump-3", "pump-4", "pump-6")) {
      String now = house.operator("GET", "/devices/" + id + "/certificates", "").text();
      assertHolds(JSON.readTree(now), before(id + ".certificates.json"));
      assertThat(JSON.readTree(now).path("items").path(0).path("key-algorithm").asString())
          .as("read out of what was stored")
          .isEqualTo("ECDSA P-256");
    }
    assertThat(house.operator("GET", "/policy", "").text()).isEqualTo(text("policy.yaml"));
    assertThat(house.operator("GET", "/devices/export?format=csv", "").text())
        .isEqualTo(text("devices.csv"));
    assertThat(JSON.readTree(house.operator("GET", "/reference-values", "").text()))
        .isEqualTo(before("reference-values.json"));
    List<String> now = ids(house.operator("GET", "/tokens", "").text());
    assertThat(now).containsAll(ids(text("tokens.json")));
  }

  /** What was answered before is answered now; there may be members more. */
  private static void assertHolds(JsonNode now, JsonNode before) {
    if (before.isArray()) {
      assertThat(now.size()).isEqualTo(before.size());
      for (int i = 0; i < before.size(); i++) {
        assertHolds(now.path(i), before.path(i));
      }
    } else if (before.isObject()) {
      before
          .properties()
          .forEach(member -> assertHolds(now.path(member.getKey()), member.getValue()));
    } else {
      assertThat(now).isEqualTo(before);
    }
  }

  @Test
  void a_device_connects_with_its_old_certificate_and_who_was_cut_off_does_not() {
    assertThat(house.publish("pump-1", "t/pump-1/x", "still here")).isZero();
    for (String cut : List.of("pump-2", "pump-3", "pump-4")) {
      assertThat(house.publish(cut, "t/" + cut + "/x", "me too")).as(cut).isNotZero();
    }
    assertThat(
            house.operator("POST", "/devices/pump-3/release", "{\"reason\":\"checked\"}").status())
        .isBetween(200, 299);
    assertThat(house.publish("pump-3", "t/pump-3/x", "released")).isZero();
  }

  @Test
  void a_token_made_before_enrols_after_and_a_claimed_one_stays_claimed() {
    house.enrolWith(secret("pump-5.token"), "pump-5");
    assertThat(house.publish("pump-5", "t/pump-5/x", "new here")).isZero();
    house.key("thief");
    house.request("thief");
    assertThat(house.askToEnrol(secret("pump-5.token"), "pump-5", "thief"))
        .contains("token-claimed");
  }

  @Test
  void the_log_continues_the_one_of_before() throws IOException {
    assertThat(house.publish("pump-6", "t/pump-6/x", "one more entry")).isZero();
    Path log = folder.resolve("data/ledger/public");
    LogSource source = new LogSource.Directory(log);
    Checkpoint then = Checkpoint.parse(Files.readAllBytes(folder.resolve("before/checkpoint")));
    RunningHouse.eventually("it is published", () -> read(log).size() > then.size());
    Checkpoint now = read(log);
    assertThat(now.origin()).isEqualTo(then.origin());
    assertThat(
            new TiledTree(source, now.size())
                .consistency(then.size())
                .proves(then.root(), now.root()))
        .isTrue();
    assertThat(new LogVerifier(source, LogVerifier.keysOf(source)).verify().fault()).isEmpty();
  }

  private static Checkpoint read(Path log) {
    try {
      return Checkpoint.parse(Files.readAllBytes(log.resolve("checkpoint")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String secret(String file) {
    try {
      return Files.readString(folder.resolve("clients").resolve(file)).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> ids(String tokens) {
    List<String> ids = new ArrayList<>();
    JSON.readTree(tokens).path("items").forEach(item -> ids.add(item.path("id").asString()));
    return ids;
  }

  private static JsonNode before(String file) throws IOException {
    return JSON.readTree(text(file));
  }

  private static String text(String file) throws IOException {
    return Files.readString(folder.resolve("before").resolve(file));
  }
}
