package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.app.RunningHouse.Answer;
import org.thingward.trust.Digest;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.reference.TestReleases;

/**
 * The operator API as openapi.yaml promises it: each operation is called by curl, and what is sent
 * and answered is held against its schemas. An operation without a call here fails the test.
 */
class ContractTest {
  private static final String JSON = "application/json";
  private static final String YAML = "application/yaml";
  private static final String CSV = "text/csv";
  private static final String ROWS =
      """
      device,product,release,owner,region,lifecycle
      pump-3,pump,1.0.0,works,oslo,active
      """;

  @TempDir Path folder;
  private final ContractSchemas contract = ContractSchemas.ofResource();
  private final Set<String> called = new TreeSet<>();

  @Test
  void every_operation_is_answered_as_the_contract_says() {
    try (RunningHouse house = new RunningHouse(folder)) {
      catalogueAndDevices(house);
      tokensAndCertificates(house);
      trust(house);
      policy(house);
      waves(house);
      ordersAboutDevices(house);
      drills(house);
    }
    // Without a jump of the clock there is nothing to accept: ClockTest does.
    called.add("POST /clock/accept");
    // Who has no session has none to end: ConsoleTest and AccessTest do.
    called.add("DELETE /operators/me/sessions/{id}");
    // A change of an operator is signed by a passkey: ScopesTest does.
    called.add("POST /operators/changes");
    called.add("POST /operators/changes/{challenge}");
    // So is the withdrawal of one's own passkey: OperatorsTest does.
    called.add("POST /operators/me/passkeys/{passkey}/withdraw");
    called.add("POST /operators/me/changes/{challenge}");
    // Nor has it tokens: ApiTokenTest and LoginTest do.
    called.add("DELETE /operators/me/tokens/{id}");
    called.add("DELETE /api-tokens/{id}");
    // What waits for another operator takes two passkeys: ApprovalsTest and BreakGlassTest do.
    called.add("GET /approvals/{approval}");
    for (String step : List.of("approve", "refuse", "withdraw", "execute")) {
      called.add("POST /approvals/{approval}/" + step);
    }
    called.add("POST /break-glass/{glass}/review");
    // A stream without end is read by the command line's own tests.
    called.add("GET /decisions/events");
    called.add("GET /drills/events");
    called.add("GET /drills/runners/{runner}/work");
    // A run is asked for while a runner listens: DrillRequestsTest and DrillRunnerTest do.
    called.add("POST /drills/requests");
    called.add("DELETE /drills/requests/{run}");
    assertThat(called).isEqualTo(contract.operations());
  }

  @Test
  void mistakes_are_answered_with_problems() {
    try (RunningHouse house = new RunningHouse(folder)) {
      List<Answer> answers = new ArrayList<>();
      answers.add(house.operator("GET", "/nothing", ""));
      answers.add(house.operator("DELETE", "/devices", ""));
      answers.add(house.operator("GET", "/devices?colour=red", ""));
      answers.add(house.operator("GET", "/devices?tier=warning", ""));
      answers.add(house.operator("GET", "/fleet?query=colour:red", ""));
      answers.add(house.operator("GET", "/fleet/history?over=year", ""));
      answers.add(house.operator("GET", "/devices/unknown", ""));
      answers.add(house.operator("POST", "/devices", "{"));
      answers.add(house.operator("POST", "/devices", "[".repeat(100_000)));
      answers.add(house.operator("POST", "/devices", "{\"id\":\"a/b\"}"));
      answers.add(house.operator("POST", "/devices/import", CSV, "device\nx,y,z\n"));
      answers.add(house.operator("POST", "/tokens", "{\"device\":\"a\",\"ttl\":\"9y\"}"));
      answers.add(house.operator("POST", "/evidence", "{\"subject\":\"device:a\"}"));
      answers.add(house.operator("PUT", "/policy", YAML, "policy-language: 1\n"));
      answers.add(house.operator("PUT", "/policy", YAML, policy()));
      String other = "sha256:" + "0".repeat(64);
      String compared = "/policy?reason=because&replaces=" + other;
      answers.add(house.operator("PUT", compared, YAML, policy()));
      answers.add(house.operator("POST", "/policy/replay?from=yesterday", YAML, policy()));
      answers.add(house.operator("POST", "/policy/replay", YAML, "policy-language: 1\n"));
      answers.add(house.operator("PUT", "/reference-values", "{}"));
      answers.add(house.operator("GET", "/proofs/999999", ""));
      answers.add(house.operator("GET", "/export?since=yesterday", ""));
      answers.add(house.operator("GET", "/log/tile/0/999", ""));
      answers.add(house.operator("GET", "/log/%2e%2e/private/keys", ""));
      answers.add(house.operator("GET", "/policy/history/sha256:" + "0".repeat(64), ""));
      answers.add(house.operator("GET", "/policy/history/x", ""));
      answers.add(house.operator("POST", "/policy/diff", YAML, "policy-language: 1\n"));
      answers.add(house.operator("GET", "/sessions", ""));
      answers.add(house.operator("DELETE", "/operators/me/sessions/current", ""));
      answers.add(house.operator("DELETE", "/operators/me/tokens/current", ""));
      answers.add(house.operator("DELETE", "/api-tokens/x", ""));
      answers.add(house.operator("POST", "/clock/accept", "{\"reason\":\"none\"}"));
      answers.add(house.operator("POST", "/drills/requests", "{}"));
      answers.add(house.operator("POST", "/drills/runs", "{\"drills\":[]}"));
      answers.add(house.operator("GET", "/drills/runs/x", ""));
      for (Answer answer : answers) {
        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(contract.breaches("Problem", answer.text())).as(answer.text()).isEmpty();
      }
    }
  }

  private void catalogueAndDevices(RunningHouse house) {
    ask(house, "GET /openapi.yaml", "/openapi.yaml", "", "");
    ask(house, "GET /clock", "/clock", "", "");
    ask(house, "GET /operators/me", "/operators/me", "", "");
    ask(house, "GET /operators/findings", "/operators/findings", "", "");
    ask(house, "GET /operators", "/operators", "", "");
    ask(house, "GET /operators/me/tokens", "/operators/me/tokens", "", "");
    ask(house, "GET /api-tokens", "/api-tokens", "", "");
    ask(house, "GET /approvals", "/approvals?state=open", "", "");
    ask(house, "GET /break-glass", "/break-glass", "", "");
    ask(house, "POST /break-glass", "/break-glass", JSON, "{\"reason\":\"to try\",\"minutes\":1}");
    ask(house, "PUT /products/{name}", "/products/pump", JSON, "{\"maker\":\"works\"}");
    ask(
        house,
        "PUT /releases/{product}/{version}",
        "/releases/pump/1.0.0",
        JSON,
        "{\"released\":\"2026-01-01\",\"support-ends\":\"2036-01-01\"}");
    ask(house, "GET /products", "/products", "", "");
    ask(house, "GET /releases", "/releases?product=pump", "", "");
    String record = "\"product\":\"pump\",\"release\":\"1.0.0\",\"region\":\"oslo\"";
    for (String id : List.of("pump-1", "pump-2")) {
      ask(house, "POST /devices", "/devices", JSON, "{\"id\":\"" + id + "\"," + record + "}");
    }
    ask(house, "POST /devices/import", "/devices/import?dry-run=true", CSV, ROWS);
    ask(house, "POST /devices/import", "/devices/import", CSV, ROWS);
    ask(
        house,
        "POST /devices/import",
        "/devices/import",
        CSV,
        ROWS.replace("works,oslo", "dock,rome"));
    ask(house, "GET /devices", "/devices?limit=1", "", "");
    ask(house, "GET /devices/{id}", "/devices/pump-1", "", "");
    ask(house, "GET /fleet", "/fleet?query=region:rome&order=tier&limit=1", "", "");
    ask(house, "GET /fleet/history", "/fleet/history?query=region:rome&over=day", "", "");
    ask(house, "GET /devices/export", "/devices/export?format=csv", "", "");
    ask(house, "GET /devices/export", "/devices/export?format=json", "", "");
    String retired = "{\"product\":\"pump\",\"region\":\"rome\",\"lifecycle\":\"retired\"}";
    ask(house, "PUT /devices/{id}", "/devices/pump-2", JSON, retired);
    ask(house, "POST /devices/{id}/reinstate", "/devices/pump-2/reinstate", "", "");
  }

  private void tokensAndCertificates(RunningHouse house) {
    ask(house, "GET /ca", "/ca", "", "");
    ask(house, "GET /crypto/inventory", "/crypto/inventory", "", "");
    String token =
        ask(
            house,
            "POST /tokens",
            "/tokens",
            JSON,
            "{\"device\":\"pump-2\",\"ttl\":\"1h\",\"cmp\":true}");
    String devices = "{\"devices\":[\"pump-8\",\"pump-9\"],\"ttl\":\"1h\"}";
    assertThat(ask(house, "POST /tokens/derived", "/tokens/derived", JSON, devices))
        .contains("group-key");
    String server =
        "{\"service\":\"web\",\"profile\":\"server\",\"names\":[\"web.test\"],\"acme\":true}";
    String unused = ask(house, "POST /tokens", "/tokens", JSON, server);
    ask(house, "GET /tokens", "/tokens?limit=1", "", "");
    ask(house, "DELETE /tokens/{id}", "/tokens/" + member("id", token), "", "");
    house.enrol("device", "pump-1");
    house.enrol("service", "collector");
    String line =
        ask(house, "GET /devices/{id}/certificates", "/devices/pump-1/certificates", "", "");
    ask(house, "GET /services/{id}/certificates", "/services/collector/certificates", "", "");
    assertThat(house.publish("pump-1", "t/pump-1/telemetry", "{}")).isZero();
    ask(
        house,
        "POST /certificates/{serial}/revoke",
        "/certificates/" + member("serial", line) + "/revoke",
        JSON,
        "{\"reason\":\"lost\"}");
  }

  private void trust(RunningHouse house) {
    ask(house, "GET /postures", "/postures", "", "");
    ask(house, "GET /postures/{subject}", "/postures/device:pump-1", "", "");
    ask(house, "GET /devices/{id}/ear", "/devices/pump-1/ear", "", "");
    String digest = "sha256:" + "ab".repeat(32);
    String keys = "/products/pump/endorsement-keys";
    String path = "/products/{name}/endorsement-keys";
    ask(house, "POST " + path, keys, JSON, "{\"keys\":[\"" + digest + "\"]}");
    ask(house, "GET " + path, keys, "", "");
    ask(house, "DELETE " + path, keys, "", "");
    ask(house, "GET /devices/{id}/boot", "/devices/pump-1/boot", "", "");
    String behind = "{\"gateway\":\"pump-1\",\"address\":\"02:00:5e:10:00:01\"}";
    String attachment = "/devices/pump-3/attachment";
    ask(house, "PUT /devices/{id}/attachment", attachment, JSON, behind);
    ask(house, "GET /devices/{id}/attachment", attachment, "", "");
    ask(house, "GET /attachments", "/attachments?gateway=pump-1", "", "");
    ask(house, "DELETE /devices/{id}/attachment", attachment, "", "");
    ask(house, "GET /ear/keys", "/ear/keys", "", "");
    ask(house, "GET /evidence", "/evidence?subject=device:pump-1", "", "");
    String claims = "{\"order\":{\"word\":\"quarantine\"}}";
    ask(
        house,
        "POST /evidence",
        "/evidence",
        JSON,
        "{\"subject\":\"device:pump-3\",\"kind\":\"operator.order\",\"claims\":" + claims + "}");
    Process live = house.subscribe("collector", "t/#");
    RunningHouse.eventually(
        "the collector is connected", () -> house.said(live).contains("received SUBACK"));
    String sessions = ask(house, "GET /sessions", "/sessions?subject=service:collector", "", "");
    assertThat(sessions).contains("\"state\":\"open\"");
    live.destroy();
    String decisions = ask(house, "GET /decisions", "/decisions", "", "");
    assertThat(decisions).contains("\"verdict\":\"permit\"");
    ask(house, "GET /proofs/{entry}", "/proofs/" + number("index", decisions), "", "");
    ask(house, "GET /log/{path...}", "/log/checkpoint", "", "");
    ask(house, "GET /export", "/export?subject=device:meter-1", "", "");
  }

  private void policy(RunningHouse house) {
    String policy = ask(house, "GET /policy", "/policy", "", "");
    String former = member("policy", ask(house, "GET /policy/history", "/policy/history", "", ""));
    assertThat(ask(house, "GET /policy/history/{policy}", "/policy/history/" + former, "", ""))
        .isEqualTo(policy);
    ask(house, "POST /policy/check", "/policy/check", YAML, policy);
    String differing = policy.replace("{100: warning}", "{200: warning}");
    assertThat(ask(house, "POST /policy/diff", "/policy/diff", YAML, differing))
        .contains("refused.packets", "\"decides-alike\":false");
    String replay = ask(house, "POST /policy/replay", "/policy/replay", YAML, policy);
    List<String> events = replay.lines().filter(line -> line.startsWith("data: ")).toList();
    assertThat(events).isNotEmpty();
    for (String event : events) {
      assertThat(contract.breaches("ReplayEvent", event.substring(6))).as(event).isEmpty();
    }
    assertThat(events.getLast()).contains("\"report\"", "\"differing\":0");
    ask(house, "PUT /policy", "/policy?reason=as+it+was", YAML, policy);
    String values = ask(house, "GET /reference-values", "/reference-values", "", "");
    ask(house, "PUT /reference-values", "/reference-values", JSON, values);
    KeyPair maker = TestReleases.key();
    String signing =
        policy + "products: {meter: {release-keys: [\"" + TestReleases.inPolicy(maker) + "\"]}}\n";
    ask(house, "PUT /policy", "/policy?reason=its+maker+signs", YAML, signing);
    String document = TestReleases.document("meter", 1, "1.0.0", Digest.of(new byte[1]));
    String signed = TestReleases.signed(maker, document);
    ask(house, "POST /reference-values", "/reference-values", "application/jose", signed);
    assertThat(ask(house, "GET /reference-values", "/reference-values", "", ""))
        .contains("\"published\"");
    ask(house, "PUT /policy", "/policy?reason=as+it+was", YAML, policy);
  }

  private void waves(RunningHouse house) {
    String policy = ask(house, "GET /policy", "/policy", "", "");
    String braking = policy.replace("share: 5%, devices: 10", "share: 0%, devices: 1");
    for (String decision : List.of("call-off", "release")) {
      ask(house, "PUT /policy", "/policy?reason=to+try", YAML, braking);
      String without = braking.replace("    connect: yes\n", "");
      ask(house, "PUT /policy", "/policy?reason=to+try", YAML, without);
      String wave = member("wave", ask(house, "GET /waves", "/waves", "", ""));
      assertThat(ask(house, "GET /waves/{wave}", "/waves/" + wave, "", ""))
          .contains("\"state\":\"holding\"");
      ask(
          house,
          "POST /waves/{wave}/" + decision,
          "/waves/" + wave + "/" + decision,
          JSON,
          "{\"reason\":\"seen on site\"}");
    }
    ask(house, "PUT /policy", "/policy?reason=as+it+was", YAML, policy);
  }

  private static String policy() {
    return new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
  }

  private void ordersAboutDevices(RunningHouse house) {
    ask(house, "GET /devices/{id}/attest", "/devices/pump-1/attest", "", "");
    for (String order : List.of("attest", "quarantine", "release", "revoke")) {
      ask(
          house,
          "POST /devices/{id}/" + order,
          "/devices/pump-3/" + order,
          JSON,
          "{\"reason\":\"lost on site\"}");
    }
  }

  private void drills(RunningHouse house) {
    String line = "[{\"layer\":\"tls\",\"how\":\"the handshake asks\"}]";
    String offer =
        """
        {"runner":"nightly","version":"0.1.0","drills":[{"drill":"no-certificate","number":1,
        "attempt":"connect","group":"Connections","rules":["G1"],"first":%s,"second":[],
        "shown":"never","without":"none"}]}\
        """
            .formatted(line);
    ask(house, "POST /drills/runners", "/drills/runners", JSON, offer);
    String run = member("run", ask(house, "POST /drills/runs", "/drills/runs", JSON, offer));
    ask(
        house,
        "POST /drills/runs/{run}/results",
        "/drills/runs/" + run + "/results",
        JSON,
        """
        {"drill":"no-certificate","outcome":"stopped","details":["tls: no session"],"stops":%s,
        "steps":[{"after-micros":7,"who":"attacker","what":"connects"}],"took-ms":3,"entry":9}\
        """
            .formatted(line));
    ask(house, "GET /drills", "/drills", "", "");
    ask(house, "GET /drills/runs/{run}", "/drills/runs/" + run, "", "");
    ask(house, "GET /drills/runs/{run}/sarif", "/drills/runs/" + run + "/sarif", "", "");
  }

  /** Sends a request that the contract admits, and returns an answer that it promises. */
  private String ask(RunningHouse house, String operation, String path, String type, String body) {
    called.add(operation);
    assertThat(contract.breachesOfRequest(operation, type, body)).as(operation).isEmpty();
    String method = operation.substring(0, operation.indexOf(' '));
    Answer answer = house.operator(method, path, type, body);
    assertThat(answer.status()).as("%s: %s", operation, answer.text()).isBetween(200, 299);
    assertThat(contract.breachesOfAnswer(operation, answer.type(), answer.text()))
        .as("%s: %s", operation, answer.text())
        .isEmpty();
    return answer.text();
  }

  private static String member(String name, String json) {
    return found("\"" + name + "\":\"([^\"]+)\"", json);
  }

  private static String number(String name, String json) {
    return found("\"" + name + "\":([0-9]+)", json);
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }
}
