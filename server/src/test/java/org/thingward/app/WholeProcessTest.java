package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Settings;
import org.thingward.platform.Time;

/** Every room together, before a real mosquitto, by real clients. */
class WholeProcessTest {
  private static final String EVIDENCE = "/.well-known/thingward/evidence";
  private static final String BOOT =
      "{\"kind\":\"boot\",\"claims\":{\"boot.measurement\":{\"measurement\":\"sha256:"
          + "ab".repeat(32)
          + "\"}}}";

  @TempDir static Path folder;
  private static RunningHouse house;

  @BeforeAll
  static void open() throws IOException {
    Path foreign = Files.createDirectories(folder.resolve("clients"));
    command(
        foreign,
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "plant-ca.key",
        "-out",
        "plant-ca.pem",
        "-days",
        "30",
        "-subj",
        "/CN=Plant CA");
    Files.writeString(
        foreign.resolve("plant.ext"),
        "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n");
    house =
        new RunningHouse(
            folder,
            "--device-ca",
            foreign.resolve("plant-ca.pem").toString(),
            "--device-ca-mapping",
            "serial-number");
  }

  private static void command(Path in, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.onExit().join().exitValue()).as(output).isZero();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void behind_the_users_own_broker_a_device_is_admitted_survives_a_restart_and_is_cut() {
    house.enrol("device", "pump-1");
    house.enrol("service", "commander");
    Process ear = house.subscribe("pump-1", "c/pump-1/#");
    RunningHouse.eventually("it subscribes", () -> house.said(ear).contains("SUBACK"));
    assertThat(house.publish("commander", "c/pump-1/go", "open the valve")).isZero();
    RunningHouse.eventually("it hears", () -> house.said(ear).contains("open the valve"));
    ear.destroy();

    house.restart();
    assertThat(house.publish("pump-1", "t/pump-1/x", "the old certificate")).isZero();

    Process live = house.subscribe("pump-1", "c/pump-1/#");
    RunningHouse.eventually("it subscribes", () -> house.said(live).contains("SUBACK"));
    assertThat(house.operator("POST", "/devices/pump-1/revoke", "{\"reason\":\"stolen\"}").status())
        .isEqualTo(201);
    RunningHouse.eventually(
        "it is cut, and refused when it comes back",
        () -> !live.isAlive() || house.said(live).contains("Not authorized"));
    live.destroy();
    assertThat(house.publish("pump-1", "t/pump-1/x", "still here?")).isNotZero();
    toldToOthers("pump-1");
  }

  /** Brokers and tools that ask by themselves hear of a revocation too: by OCSP and by the list. */
  private void toldToOthers(String device) {
    String https = "https://localhost:" + house.server().endpoints().https();
    String[] ocsp = {
      "openssl",
      "ocsp",
      "-issuer",
      house.data().resolve("keys/issuing-1.pem").toString(),
      "-CAfile",
      "ca.pem",
      "-cert",
      device + ".pem",
      "-url",
      https + "/ocsp"
    };
    RunningHouse.eventually(
        "OCSP tells it", () -> house.run(ocsp).contains(device + ".pem: revoked"));
    String serial = house.run("openssl", "x509", "-in", device + ".pem", "-noout", "-serial");
    house.run("curl", "-sSf", "--cacert", "ca.pem", "-o", "list", https + "/crl/issuing-1.crl");
    assertThat(house.run("openssl", "crl", "-in", "list", "-inform", "DER", "-noout", "-text"))
        .contains(serial.strip().substring("serial=".length()));
  }

  @Test
  void a_device_of_another_authority_is_admitted_once_it_is_in_the_inventory() {
    house.key("plant-7");
    house.run(
        "openssl",
        "req",
        "-new",
        "-key",
        "plant-7.key",
        "-out",
        "plant-7.req",
        "-subj",
        "/CN=a valve/serialNumber=plant-7");
    house.run(
        "openssl",
        "x509",
        "-req",
        "-in",
        "plant-7.req",
        "-CA",
        "plant-ca.pem",
        "-CAkey",
        "plant-ca.key",
        "-CAcreateserial",
        "-days",
        "10",
        "-out",
        "plant-7.pem",
        "-extfile",
        "plant.ext");
    RunningHouse.Answer unknown = report("plant-7", BOOT);
    assertThat(unknown.status()).as(unknown.text()).isEqualTo(403);
    assertThat(unknown.text()).contains("device-unknown");
    assertThat(house.publish("plant-7", "t/plant-7/x", "let me in")).isNotZero();

    assertThat(house.operator("PUT", "/products/valve-1", "{}").status()).isBetween(200, 201);
    String record =
        "{\"id\":\"plant-7\",\"product\":\"valve-1\",\"region\":\"Berlin\",\"lifecycle\":\"active\"}";
    RunningHouse.Answer added = house.operator("POST", "/devices", record);
    assertThat(added.status()).as(added.text()).isBetween(200, 201);
    RunningHouse.Answer known = report("plant-7", BOOT);
    assertThat(known.status()).as(known.text()).isEqualTo(202);
    assertThat(house.publish("plant-7", "t/plant-7/telemetry", "1")).isZero();
    assertThat(house.publish("plant-7", "t/plant-7/telemetry", "1")).isZero();
  }

  @Test
  void T1_a_device_reports_of_itself_only_what_it_may_until_its_certificate_is_revoked() {
    house.enrol("device", "meter-1");
    RunningHouse.Answer accepted = report("meter-1", BOOT);
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    assertThat(accepted.text()).contains("\"receipt\":\"sha256:");

    refused(422, "evidence-refused", BOOT.replace("boot\",", "operator.order\","));
    refused(400, "unknown-member", BOOT.replace("{\"kind", "{\"subject\":\"device:x\",\"kind"));
    refused(400, "unknown-member", BOOT.replace("{\"kind", "{\"assurance\":\"L5\",\"kind"));
    refused(400, "malformed-json", "{\"kind\":");
    refused(413, "too", " ".repeat(17 * 1024));
    RunningHouse.Answer form = house.device("meter-1", EVIDENCE, "-d", BOOT);
    assertThat(form.status()).as(form.text()).isEqualTo(415);

    String certificates = house.operator("GET", "/devices/meter-1/certificates", "").text();
    Matcher serial = Pattern.compile("\"serial\":\\s*\"([^\"]+)\"").matcher(certificates);
    assertThat(serial.find()).as(certificates).isTrue();
    RunningHouse.Answer revoked =
        house.operator("POST", "/certificates/" + serial.group(1) + "/revoke", "{}");
    assertThat(revoked.status()).as(revoked.text()).isBetween(200, 204);
    assertThat(report("meter-1", BOOT).status()).isEqualTo(403);
  }

  @Test
  void a_port_that_is_taken_is_named_with_its_holder_and_the_flag_to_give() throws IOException {
    for (String flag : new String[] {"--mqtt-port", "--https-port", "--operator-port"}) {
      try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Path data = folder.resolve("data" + flag);
        Settings settings =
            Settings.read(
                java.util.List.of(
                    "--data",
                    data.toString(),
                    "--listen",
                    "127.0.0.1",
                    "--mqtt-port",
                    flag.equals("--mqtt-port") ? port(holder) : "0",
                    "--https-port",
                    flag.equals("--https-port") ? port(holder) : "0",
                    "--operator-port",
                    flag.equals("--operator-port") ? port(holder) : "0"));
        Progress progress = new Progress(System.out, Time.ofMachine());
        assertThatThrownBy(() -> Server.start(settings, DataDirectory.open(data), progress))
            .hasMessageContaining(
                "port %s is taken by process %d (java). Give %s"
                    .formatted(port(holder), ProcessHandle.current().pid(), flag));
      }
    }
  }

  private static String port(ServerSocket holder) {
    return Integer.toString(holder.getLocalPort());
  }

  private static RunningHouse.Answer report(String name, String body) {
    return house.device(name, EVIDENCE, "-H", "content-type: application/json", "-d", body);
  }

  private static void refused(int status, String type, String body) {
    RunningHouse.Answer answer = report("meter-1", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.text()).contains(type);
  }
}
