package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.app.RunningHouse.Answer;
import org.thingward.device.SoftwareTpm;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Meters without a key behind gateways: a Linux machine's own table of neighbours, of a network
 * namespace with a meter in it, sent by a gateway with a TPM and by one without.
 */
class VouchingTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String NEIGHBOURS = "/.well-known/thingward/neighbours";
  private static final String NOBODY = "02:00:5e:10:00:99";

  /** A meter in a namespace of its own, to which the gateway's end of the wire speaks. */
  private static final String WIRE =
      """
      set -eu
      ip link add wire type veth peer name meter
      unshare --net sleep 60 & meter=$!
      trap 'kill $meter' EXIT
      until [ "$(readlink /proc/$meter/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
      ip link set meter netns $meter
      ip addr add 10.9.0.1/24 dev wire
      ip link set wire up
      nsenter --target $meter --net sh -c 'ip addr add 10.9.0.2/24 dev meter; ip link set meter up'
      until ip -j neigh | grep -q REACHABLE; do echo hello > /dev/udp/10.9.0.2/9; done
      ip -s -j neigh
      """;

  @TempDir static Path folder;
  private static RunningHouse house;
  private static String table;
  private static String address;

  @BeforeAll
  static void start() throws Exception {
    Path maker = folder.resolve("maker");
    new TestTpm(folder.resolve("first"), maker).close();
    Path roots = folder.resolve("roots.pem");
    Files.writeString(roots, SoftwareTpm.roots(maker));
    house = new RunningHouse(folder, "--tpm-ca", roots.toString());
    String own = house.run("id", "-u").strip().equals("0") ? "" : "--user --map-root-user ";
    table = house.run("bash", "-c", "exec unshare " + own + "--net bash -c \"$0\"", WIRE);
    Matcher found = Pattern.compile("\"lladdr\":\"([0-9a-f:]{17})\"").matcher(table);
    assertThat(found.find()).as(table).isTrue();
    address = found.group(1);
  }

  @AfterAll
  static void stop() {
    if (house != null) {
      house.close();
    }
  }

  @Test
  void an_attested_gateway_vouches_for_the_meter_behind_it_and_no_longer_than_it_is()
      throws Exception {
    registered("edge-1", "edge");
    meter("meter-1");
    try (TestTpm tpm = new TestTpm(folder.resolve("edge"), folder.resolve("maker"))) {
      AttestedDevice gateway = attesting("edge-1", tpm);
      JsonNode none = tree(gateway.post(NEIGHBOURS, table));
      assertThat(none.path("seen")).as("no operator put it there").isEmpty();
      attach("meter-1", "edge-1", address);
      assertThat(level("meter-1")).isEqualTo("L0");

      JsonNode early = tree(gateway.post(NEIGHBOURS, table));
      assertThat(early.path("level").asString()).as("it has not attested").isEqualTo("L0");
      assertThat(early.path("why").asString()).contains("not attested");
      assertThat(level("meter-1")).isEqualTo("L0");
      assertThat(tier("meter-1")).as("nothing is known that counts").isZero();

      gateway.attest("edge");
      JsonNode taken = tree(gateway.post(NEIGHBOURS, table));
      assertThat(taken.path("level").asString()).isEqualTo("L1");
      assertThat(taken.path("seen").toString()).isEqualTo("[\"meter-1\"]");
      assertThat(level("meter-1")).isEqualTo("L1");
      assertThat(tier("meter-1")).isEqualTo(2);
      assertThat(house.operator("GET", "/fleet?query=assurance:1", "").text()).contains("meter-1");
      JsonNode shown = tree(house.operator("GET", "/devices/meter-1/attachment", ""));
      assertThat(shown.path("seen").path("vouched").asBoolean()).isTrue();

      assertThat(tree(gateway.post(NEIGHBOURS, "[]")).path("missing").toString())
          .isEqualTo("[\"meter-1\"]");
      house.restart();
      assertThat(level("meter-1")).as("a restart changes nothing").isEqualTo("L1");

      tpm.extend(7, "33".repeat(32));
      assertThat(gateway.quote().status()).isEqualTo(200);
      assertThat(tier("edge-1")).isEqualTo(96);
      RunningHouse.eventually("the gateway fell", () -> level("meter-1").equals("L0"));
      assertThat(tier("meter-1")).isZero();
      assertThat(posture("meter-1").path("reasons").toString())
          .contains("nothing is stated about instance-identity");
    }
  }

  @Test
  void T1_a_gateway_speaks_of_those_that_an_operator_put_behind_it_and_of_no_others()
      throws Exception {
    registered("plain-1", "plain");
    registered("plain-2", "plain");
    house.enrol("device", "plain-1");
    house.enrol("device", "plain-2");
    meter("meter-2");
    attach("meter-2", "plain-1", address);
    assertThat(report("plain-2").path("seen")).isEmpty();
    assertThat(evidence("meter-2")).doesNotContain("network.sighting\":{");
    JsonNode taken = report("plain-1");
    assertThat(taken.path("seen").toString()).isEqualTo("[\"meter-2\"]");
    assertThat(taken.path("level").asString()).as("its key is in software").isEqualTo("L0");
    assertThat(evidence("meter-2")).contains("\"word\":\"observed\"");
    assertThat(level("meter-2")).isEqualTo("L0");

    attach("meter-2", "plain-2", NOBODY);
    assertThat(report("plain-1").path("seen")).as("it is elsewhere now").isEmpty();
    assertThat(report("plain-2").path("missing").toString()).isEqualTo("[\"meter-2\"]");
    assertThat(house.operator("DELETE", "/devices/meter-2/attachment", "").status()).isEqualTo(204);
    assertThat(house.operator("GET", "/devices/meter-2/attachment", "").status()).isEqualTo(404);
    assertThat(report("plain-2").path("missing")).isEmpty();
  }

  @Test
  void who_is_known_by_its_gateway_alone_gets_no_certificate_and_its_gateway_none_in_its_name() {
    registered("plain-3", "plain");
    house.enrol("device", "plain-3");
    meter("meter-3");
    attach("meter-3", "plain-3", address);
    assertThat(report("plain-3").path("seen").toString()).isEqualTo("[\"meter-3\"]");
    house.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "meter-3.key",
        "-out",
        "meter-3.pem",
        "-subj",
        "/CN=meter-3",
        "-days",
        "1",
        "-addext",
        "subjectAltName=URI:thingward:device:meter-3");
    assertThatThrownBy(() -> house.device("meter-3", NEIGHBOURS, "--data-binary", "[]"))
        .as("a certificate that it made itself")
        .hasMessageContaining("alert bad certificate");
    // The gateway renews in the name of the meter: it gets its own name, or nothing.
    house.key("other");
    house.run(
        "bash",
        "-c",
        "openssl req -new -key other.key -subj /CN=meter-3 -outform DER | base64 > other.csr");
    Answer renewed =
        house.device(
            "plain-3",
            "/.well-known/est/simplereenroll",
            "-H",
            "content-type: application/pkcs10",
            "--data-binary",
            "@other.csr");
    assertThat(renewed.text()).doesNotContain("meter-3");
    assertThat(house.operator("GET", "/devices/meter-3/certificates", "").text())
        .contains("\"items\":[]");
  }

  @Test
  void L4_a_row_that_puts_a_meter_behind_another_gateway_makes_it_seen_by_nobody()
      throws Exception {
    registered("plain-4", "plain");
    registered("plain-5", "plain");
    house.enrol("device", "plain-5");
    meter("meter-4");
    attach("meter-4", "plain-4", address);
    house.sql("UPDATE network.attachment SET gateway = 'plain-5' WHERE device = 'meter-4'");
    assertThat(report("plain-5").path("seen")).isEmpty();
    house.restart();
    assertThat(report("plain-5").path("seen")).isEmpty();
    assertThat(house.operator("GET", "/attachments", "").text()).doesNotContain("meter-4");
    attach("meter-4", "plain-5", address);
    assertThat(report("plain-5").path("seen").toString()).isEqualTo("[\"meter-4\"]");
  }

  @Test
  void what_cannot_be_is_refused_with_the_reason() {
    registered("plain-6", "plain");
    house.enrol("device", "plain-6");
    meter("meter-5");
    meter("meter-6");
    attach("meter-5", "plain-6", address);
    assertThat(attaching("meter-6", "plain-6", address).text())
        .contains("address-taken", "meter-5");
    assertThat(attaching("meter-6", "meter-6", NOBODY).text()).contains("own-gateway");
    assertThat(attaching("meter-6", "nobody", NOBODY).text()).contains("no-such-device");
    assertThat(attaching("nobody", "plain-6", NOBODY).text()).contains("no-such-device");
    assertThat(attaching("meter-6", "plain-6", "ff:ff:ff:ff:ff:ff").text())
        .contains("hardware address");
    assertThat(house.device("plain-6", NEIGHBOURS, "--data-binary", "{}").text())
        .contains("it is no list");
    house.enrol("service", "collector");
    assertThat(house.device("collector", NEIGHBOURS, "--data-binary", "[]").status())
        .isEqualTo(403);
  }

  @Test
  void what_was_said_shortly_before_is_not_put_on_record_again() {
    registered("plain-7", "plain");
    house.enrol("device", "plain-7");
    meter("meter-7");
    attach("meter-7", "plain-7", address);
    JsonNode first = report("plain-7");
    String once = evidence("meter-7");
    assertThat(report("plain-7")).isEqualTo(first);
    assertThat(evidence("meter-7")).isEqualTo(once);
  }

  private static AttestedDevice attesting(String id, TestTpm tpm) throws Exception {
    return new AttestedDevice(house, id, tpm, folder.resolve("clients/ca.pem"));
  }

  private static void registered(String device, String product) {
    AttestedDevice.register(house, device, product);
  }

  private static void meter(String id) {
    registered(id, "meter");
  }

  private static void attach(String device, String gateway, String address) {
    Answer attached = attaching(device, gateway, address);
    assertThat(attached.status()).as(attached.text()).isEqualTo(200);
  }

  private static Answer attaching(String device, String gateway, String address) {
    return house.operator(
        "PUT",
        "/devices/" + device + "/attachment",
        "{\"gateway\":\"%s\",\"address\":\"%s\"}".formatted(gateway, address));
  }

  /** What the namespace's table is answered, sent by curl. */
  private static JsonNode report(String gateway) {
    Answer answer = house.device(gateway, NEIGHBOURS, "--data-binary", table);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return tree(answer);
  }

  private static JsonNode posture(String device) {
    return AttestedDevice.posture(house, device);
  }

  private static String level(String device) {
    return posture(device).path("assurance").asString();
  }

  private static int tier(String device) {
    return posture(device).path("tier").asInt();
  }

  private static String evidence(String device) {
    return house.operator("GET", "/evidence?subject=device:" + device, "").text();
  }

  private static JsonNode tree(Answer answer) {
    return JSON.readTree(answer.text());
  }
}
