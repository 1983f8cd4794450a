package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.DeviceKey;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.ServerFolder;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every command that speaks to a server, against one real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Path folder;
  private RunningServer server;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    server = RunningServer.start(folder.resolve("data"));
    Path inventory = folder.resolve("inventory.json");
    Files.write(inventory, Cast.inventory(java.time.Instant.now()));
    assertThat(done("device", "import", inventory.toString())).contains("added");
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private String done(String... arguments) {
    CommandLineRun run = server.cli(arguments);
    assertThat(run.exitCode()).as(Arrays.toString(arguments) + run.err()).isZero();
    return run.out();
  }

  private JsonNode json(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    return JsonMapper.shared().readTree(done(all));
  }

  private String refused(String... arguments) {
    CommandLineRun run = server.cli(arguments);
    assertThat(run.exitCode()).as(Arrays.toString(arguments) + run.out()).isEqualTo(1);
    assertThat(run.err()).doesNotContain("\tat ", "null");
    return run.err();
  }

  private Path file(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void devices_are_listed_by_tier_and_product_and_shown_with_their_reasons() {
    assertThat(done("device", "list").lines()).hasSizeGreaterThan(40);
    assertThat(json("device", "list", "product:cam-2").size()).isEqualTo(10);
    assertThat(json("device", "list", "lifecycle:active", "pump", "--limit", "3").size())
        .isEqualTo(3);
    assertThat(done("device", "list", "product:cam-2", "firmware:<1")).isEmpty();
    assertThat(done("device", "show", "cam-03"))
        .contains("product cam-2", "release 4.2.0", "support.ends is past", "sessions   none");
    assertThat(json("device", "show", "cam-03").path("posture").has("may")).isTrue();
    assertThat(refused("device", "list", "tier:good")).contains("Column 6", "affirming");
    assertThat(refused("device", "list", "teir:warning")).contains("Did you mean 'tier'?");
    assertThat(refused("device", "show", "nobody")).contains("nobody");
  }

  @Test
  void a_device_is_added_once_and_a_wrong_import_changes_nothing() throws Exception {
    String added = done("device", "add", "pump-90", "--product", "pump-1", "--region", "berlin");
    assertThat(added).contains("token create pump-90");
    assertThat(refused("device", "add", "pump-90", "--product", "pump-1", "--region", "berlin"))
        .contains("already registered");
    Path wrong = file("wrong.csv", "device,product,release,owner,region,lifecycle\nx y,,,,,\n");
    assertThat(refused("device", "import", wrong.toString())).contains("row 2", "Nothing");
    assertThat(refused("device", "import", folder + "/none.csv")).contains("none.csv");
  }

  @Test
  void a_device_without_a_key_is_put_behind_a_gateway_listed_and_taken_away() {
    String address = "02:00:5E:10:00:07";
    String[] attach = {"device", "attach", "pump-11", "--behind", "pump-12", "--address", address};
    assertThat(done("device", "behind")).isEmpty();
    assertThat(done(attach)).contains("pump-11 is behind pump-12 as 02:00:5e:10:00:07");
    assertThat(done("device", "behind", "pump-12")).contains("pump-11", "not lately", "no");
    assertThat(json("device", "behind", "pump-13").size()).isZero();
    assertThat(done("device", "show", "pump-11")).contains("which did not see it lately");
    attach[2] = "pump-13";
    assertThat(refused(attach)).contains("is the address of pump-11");
    assertThat(done("device", "detach", "pump-11")).contains("behind no gateway");
    assertThat(json("device", "behind").size()).isZero();
  }

  @Test
  void an_order_takes_effect_at_once_and_needs_a_reason() {
    assertThat(done("device", "attest", "pump-01", "--reason", "seen open"))
        .contains("pump-01: an attestation is awaited; now");
    assertThat(done("device", "show", "pump-01")).contains("attestation is awaited");
    assertThat(done("device", "quarantine", "pump-01", "--reason", "odd"))
        .contains("now contraindicated");
    assertThat(done("device", "show", "pump-01"))
        .contains("order is quarantine", ": odd", "thingward device release pump-01");
    assertThat(done("device", "release", "pump-01", "--reason", "looked at"))
        .doesNotContain("revoked");
    assertThat(done("device", "show", "pump-01")).doesNotContain("CONTRAINDICATED");
    done("device", "revoke", "pump-02", "--reason", "stolen");
    assertThat(json("device", "list", "tier:contraindicated").toString()).contains("pump-02");
    assertThat(done("device", "release", "pump-02", "--reason", "found"))
        .contains("pump-02: release")
        .as("it has no certificates")
        .doesNotContain("certificates stay revoked");
    assertThat(refused("device", "revoke", "pump-04", "--reason", " ")).contains("--reason");
    assertThat(refused("device", "revoke", "nobody", "--reason", "x")).contains("nobody");
  }

  @Test
  void a_released_device_is_said_to_need_a_token_because_its_certificates_stay_revoked() {
    ServerFolder where = server.process().folder();
    SecureRandom random = new SecureRandom();
    try (OperatorConnection connection =
        new OperatorConnection(where.operators(), where.operator(), random)) {
      Operator operator = new Operator(connection);
      EnrolmentToken token = operator.createToken(Subject.device("pump-08"), Duration.ofHours(1));
      try (EstClient est = new EstClient(where.devices(), token.authority())) {
        assertThat(est.enrol(token, DeviceKey.generate(random), "pump-08")).isNotNull();
      }
      done("device", "revoke", "pump-08", "--reason", "stolen");
      assertThat(
              Patience.until(
                  PATIENCE,
                  () ->
                      operator.list("/devices/pump-08/certificates", Map.of(), 10).stream()
                          .filter(one -> one.path("state").asString().equals("revoked"))
                          .findFirst()))
          .isPresent();
    }
    assertThat(done("device", "release", "pump-08", "--reason", "found"))
        .contains("certificates stay revoked", "thingward token create pump-08");
  }

  @Test
  void approvals_are_listed_and_one_that_is_not_there_is_named() {
    assertThat(done("approval", "list", "--state", "open")).as("nobody else is there").isEmpty();
    for (String what : List.of("show", "withdraw", "execute")) {
      assertThat(refused("approval", what, "0190f5fe-7c00-7a00-8000-000000000001"))
          .contains("There is no approval");
    }
  }

  @Test
  void waves_are_listed_and_one_that_is_not_there_is_named() {
    assertThat(done("wave", "list")).as("nothing was held back yet").isEmpty();
    assertThat(refused("wave", "release", "0123456789ab", "--reason", "x"))
        .contains("no such wave");
  }

  @Test
  void a_list_of_devices_is_taken_and_the_recipe_that_is_printed_gives_a_token_that_enrols()
      throws Exception {
    Path list = file("list.csv", "device,product\n\"meter-x1\",pump-1\nmeter-x2;pump-1\n\n");
    CommandLineRun run =
        server.cli("token", "derive", "--devices", list.toString(), "meter-x3", "--ttl", "1h");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().strip()).matches("[0-9a-f]{64}");
    assertThat(run.err()).contains("3 listed").doesNotContain(run.out().strip());
    String recipe = run.err().substring(run.err().indexOf("  printf"));
    Process shell =
        new ProcessBuilder("sh", "-c", "ID=meter-x2 KEY=" + run.out().strip() + "\n" + recipe)
            .start();
    String token = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    ServerFolder where = server.process().folder();
    try (EstClient est = new EstClient(where.devices(), EnrolmentToken.parse(token).authority())) {
      assertThat(
              est.enrol(
                  EnrolmentToken.parse(token), DeviceKey.generate(new SecureRandom()), "meter-x2"))
          .isNotNull();
    }
    assertThat(json("device", "show", "meter-x2").path("posture").path("assurance").asString())
        .isEqualTo("L2");
    assertThat(done("token", "list")).containsPattern("device:m\\S+ +derived +");
    assertThat(refused("token", "derive", "meter-x2")).contains("meter-x2", "first one");
    CommandLineRun again =
        server.cli("token", "derive", "--devices", list.toString(), "--replace", "--skip-enrolled");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).contains("1 have enrolled already", "1 listed");
    assertThat(again.out().strip()).matches("[0-9a-f]{64}").isNotEqualTo(run.out().strip());
  }

  @Test
  void a_group_key_goes_to_a_file_of_its_owners_alone_and_lists_more_than_a_thousand()
      throws Exception {
    Path key = folder.resolve("group.key");
    String ids =
        IntStream.range(0, 1_001).mapToObj(each -> "m-" + each).collect(Collectors.joining("\n"));
    Path list = file("many.txt", ids);
    JsonNode made = json("token", "derive", "--devices", list.toString(), "--out", key.toString());
    assertThat(made.path("items")).hasSize(1_001);
    assertThat(made.has("group-key")).isFalse();
    assertThat(Files.readString(key).strip()).matches("[0-9a-f]{64}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(refused("token", "derive", "m-x", "--out", key.toString())).contains("already");
    assertThat(done("token", "derive", "m-more", "--group-key", key.toString())).isEmpty();
    assertThat(refused("token", "derive", "m-more", "--group-key", key.toString()))
        .contains("m-more", "still open");
    assertThat(refused("token", "derive", "m-1", "m-2", "m-1")).contains("m-1 is named twice");
    assertThat(refused("token", "derive", "m 1")).contains("m 1");
    assertThat(refused("token", "derive")).contains("--devices");
  }

  @Test
  void a_token_is_made_listed_and_withdrawn() {
    String id = json("token", "create", "pump-05").path("id").asString();
    assertThat(done("token", "list")).contains(id, "device:pump-05");
    assertThat(done("token", "revoke", id)).contains("withdrawn");
    assertThat(refused("token", "revoke", id)).contains(id);
    assertThat(refused("token", "create", "pump-05", "--ttl", "90d")).contains("24h");
  }

  @Test
  void evidence_is_stated_and_listed() throws Exception {
    String order =
        "{'subject':'device:pump-06','kind':'operator.order','claims':"
            + "{'order':{'word':'quarantine'}}}";
    Path evidence = file("order.json", order.replace('\'', '"'));
    assertThat(done("evidence", "send", evidence.toString())).contains("accepted");
    assertThat(done("evidence", "list", "pump-06")).contains("operator.order", "order quarantine");
    assertThat(done("evidence", "list", "release:pump-1@2.4.0")).contains("firmware.released");
    assertThat(refused("evidence", "send", file("half.json", "{").toString())).contains("JSON");
  }

  @Test
  void the_policy_is_shown_checked_and_put_in_force() throws Exception {
    String policy = done("policy", "show");
    Path good = file("good.yaml", policy + "\n# ours\n");
    Path bad = file("bad.yaml", policy.replace("policy-language: 1", "policy-language: 99"));
    assertThat(CommandLineRun.of("policy", "check", good.toString()).exitCode()).isZero();
    assertThat(CommandLineRun.of("policy", "check", bad.toString()).exitCode()).isEqualTo(1);
    assertThat(done("policy", "replay", good.toString())).contains("0 would differ");
    String[] apply = {"policy", "apply", good.toString(), "--reason", "a remark of ours"};
    assertThat(refused(apply)).contains("there is no terminal: give --yes");
    assertThat(done("policy", "show")).isEqualTo(policy);
    assertThat(done("policy", "apply", good.toString(), "--yes", "--reason", "a remark of ours"))
        .contains(
            "no decision differs", "0 would differ", "in force: sha256:", "within 10 seconds");
    assertThat(done("policy", "show")).endsWith("# ours\n");
    assertThat(refused("policy", "apply", bad.toString(), "--yes", "--reason", "x")).contains("99");
  }

  @Test
  void reference_values_are_put_in_force_and_shown() throws Exception {
    Path values = folder.resolve("values.json");
    Files.write(values, Cast.referenceValues());
    assertThat(done("reference", "import", values.toString())).contains("in force: sha256:");
    assertThat(done("reference", "show"))
        .contains("meter-2@3.1.0", Cast.GOOD_BOOT.toString().substring(0, 40));
    Path wrong = file("values-wrong.json", "{\"reference-values\":1}");
    assertThat(refused("reference", "import", wrong.toString())).contains("releases");
  }

  @Test
  void a_ledger_entry_is_proved_and_the_log_verifies_from_a_folder_and_from_any_web_server()
      throws Exception {
    Path proof = folder.resolve("first.proof");
    String written =
        Patience.until(PATIENCE, () -> proofOf("0", proof)).orElse("no proof of entry 0 in time");
    assertThat(written).contains("first.proof written");
    CommandLineRun verified = CommandLineRun.of("verify", proof.toString());
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    assertThat(refused("proof", "99999999")).contains("99999999");

    Path log = server.process().folder().publicLog();
    assertThat(CommandLineRun.of("verify", log.toString()).exitCode()).isZero();
    assertThat(CommandLineRun.of("verify", log.getParent().toString()).exitCode()).isZero();
    HttpServer web =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            log.toAbsolutePath(),
            SimpleFileServer.OutputLevel.NONE);
    web.start();
    try {
      String url = "http://localhost:" + web.getAddress().getPort();
      CommandLineRun run = CommandLineRun.of("verify", url);
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).contains("every entry and every tile leads to the checkpoint");
      assertThat(CommandLineRun.of("verify", url + "/none").err()).contains("verifier-keys");
    } finally {
      web.stop(0);
    }
    assertThat(CommandLineRun.of("verify", "http://localhost:1").err()).contains("answers");
  }

  private Optional<String> proofOf(String entry, Path file) {
    CommandLineRun run = server.cli("proof", entry, "-o", file.toString());
    return run.exitCode() == 0 ? Optional.of(run.out()) : Optional.empty();
  }

  @Test
  void the_clock_is_shown_and_a_jump_that_was_none_is_not_accepted() {
    assertThat(done("clock", "show")).contains("the clock is right");
    assertThat(json("clock", "show").path("jumped").asBoolean(true)).isFalse();
    assertThat(refused("clock", "accept", "--reason", "x")).contains("has not jumped");
  }

  @Test
  void one_drill_is_run_and_reported() throws Exception {
    Path sarif = folder.resolve("drill.sarif");
    String out =
        done(
            "drill",
            "another-client-id",
            "--sarif",
            sarif.toString(),
            "--junit",
            folder.resolve("drill.xml").toString());
    assertThat(out).contains("1 attacks, 1 stopped").containsPattern("another-client-id .*#\\d+");
    assertThat(sarif).content().contains("another-client-id");
    assertThat(done("decision", "list")).contains("connect");
    assertThat(json("decision", "list", "--limit", "1").size()).isEqualTo(1);
  }
}
