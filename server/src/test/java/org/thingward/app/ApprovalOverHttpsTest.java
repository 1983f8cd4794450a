package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.app.PasskeyClient.Answer;
import tools.jackson.databind.JsonNode;

/**
 * A release that another operator must agree to, from the request to its being carried out, over
 * HTTPS.
 */
class ApprovalOverHttpsTest {
  private static final Map<String, ?> REASON = Map.of("reason", "looked at on site");

  @TempDir private Path folder;
  private final PutOnClock time = new PutOnClock();
  private final ContractSchemas contract = ContractSchemas.ofResource();

  @Test
  void O3_O4_a_release_waits_for_another_operator_and_is_done_once() {
    try (RunningHouse house = new RunningHouse(folder, time)) {
      house.enrol("device", "pump-1");
      house.enrol("device", "pump-2");
      PasskeyClient ada = first(house);
      assertThat(ada.post("/devices/pump-1/quarantine", REASON).status()).isEqualTo(201);
      PasskeyClient bob = invited(house, ada, "bob", "releaser");

      Answer waits = ada.post("/devices/pump-1/release", REASON);
      assertThat(waits.status()).as(waits.text()).isEqualTo(202);
      assertThat(contract.breaches("Approval", waits.text())).isEmpty();
      assertThat(tier(ada, "pump-1")).isEqualTo(96);
      String approval = "/approvals/" + waits.tree().path("approval").asString();

      Answer early = ada.post(approval + "/execute", Map.of());
      assertThat(early.status()).isEqualTo(409);
      Answer shown = bob.get(approval);
      assertThat(contract.breaches("FullApproval", shown.text())).as(shown.text()).isEmpty();
      assertThat(shown.tree().path("raised-devices").get(0).asString()).isEqualTo("device:pump-1");
      String challenge = shown.tree().path("sign").path("challenge").asString();
      assertThat(ada.post(approval + "/approve", ada.assertion(challenge)).status()).isEqualTo(403);
      Answer agreed = bob.post(approval + "/approve", bob.assertion(challenge));
      assertThat(agreed.tree().path("state").asString()).as(agreed.text()).isEqualTo("approved");
      assertThat(bob.post(approval + "/execute", Map.of()).status()).isEqualTo(404);

      List<Integer> twice =
          Stream.of(1, 2)
              .map(each ->
                  CompletableFuture.supplyAsync(
                      () -> ada.post(approval + "/execute", Map.of()).status()))
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .sorted()
              .toList();
      assertThat(twice).containsExactly(201, 409);
      assertThat(tier(ada, "pump-1")).isNotEqualTo(96);
      assertThat(ada.post(approval + "/execute", Map.of()).status()).isEqualTo(409);
    }
  }

  @Test
  void O4_an_approval_is_good_for_no_other_request() {
    try (RunningHouse house = new RunningHouse(folder, time)) {
      house.enrol("device", "pump-1");
      house.enrol("device", "pump-2");
      PasskeyClient ada = first(house);
      for (String pump : List.of("pump-1", "pump-2")) {
        assertThat(ada.post("/devices/" + pump + "/quarantine", REASON).status()).isEqualTo(201);
      }
      PasskeyClient bob = invited(house, ada, "bob", "releaser");
      String one = waiting(ada, "pump-1");
      String other = waiting(ada, "pump-2");
      Map<String, ?> signed = bob.assertion(challenge(bob, one));
      Answer replayed = bob.post(other + "/approve", signed);
      assertThat(replayed.status()).as(replayed.text()).isEqualTo(422);
      assertThat(ada.post(other + "/execute", Map.of()).status()).isEqualTo(409);
      assertThat(bob.post(one + "/approve", signed).status()).isEqualTo(200);
      assertThat(ada.post(other + "/execute", Map.of()).status()).isEqualTo(409);
      assertThat(tier(ada, "pump-2")).isEqualTo(96);

      // Meanwhile it is not quarantined any more but revoked, and nobody agreed to end that.
      assertThat(ada.post("/devices/pump-1/revoke", REASON).status()).isEqualTo(201);
      Answer late = ada.post(one + "/execute", Map.of());
      assertThat(late.text()).contains("approval-void");
      assertThat(tier(ada, "pump-1")).isEqualTo(96);
    }
  }

  private static String waiting(PasskeyClient by, String device) {
    Answer waits = by.post("/devices/" + device + "/release", REASON);
    assertThat(waits.status()).as(waits.text()).isEqualTo(202);
    return "/approvals/" + waits.tree().path("approval").asString();
  }

  private static String challenge(PasskeyClient by, String approval) {
    return by.get(approval).tree().path("sign").path("challenge").asString();
  }

  private static PasskeyClient first(RunningHouse house) {
    PasskeyClient ada = new PasskeyClient("ada", 1, port(house), house.operatorCertificate());
    ada.registerFirst(house.server().firstLink().orElseThrow());
    ada.login();
    return ada;
  }

  private static int port(RunningHouse house) {
    return house.server().endpoints().operator();
  }

  private PasskeyClient invited(RunningHouse house, PasskeyClient by, String name, String role) {
    JsonNode made =
        by.change(
            Map.of("kind", "invitation", "operator", name, "roles", List.of(Map.of("role", role))));
    PasskeyClient invited = new PasskeyClient(name, 2, port(house), house.operatorCertificate());
    invited.follow(made.path("link").asString());
    String registration =
        by.get("/operators").tree().path("invitations").get(0).path("registration").asString();
    time.putOn(Duration.ofHours(1));
    by.login();
    var unused =
        by.change(Map.of("kind", "activation", "operator", name, "registration", registration));
    invited.login();
    return invited;
  }

  private static int tier(PasskeyClient operator, String device) {
    return operator.get("/postures/device:" + device).tree().path("tier").asInt();
  }
}
