package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.Problem;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorAction;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** Nobody can act as an access administrator any more, and whoever has the server begins anew. */
class RecoveryTest {
  private static final Subject EVE = Subject.operator("eve");

  private final ApprovalHouse home = new ApprovalHouse();
  private final AccessHouse house = home.house;
  private final SoftwareAuthenticator eve = ApprovalHouse.key(5);

  private void recover() {
    house.pass(Duration.ofSeconds(1));
    var unused = Recovery.order(house, "eve", "ada lost her key", house.now());
    house.restart("localhost");
  }

  @Test
  void O6_after_a_recovery_everybody_ended_and_a_link_registers_one_who_holds_everything() {
    home.invite(BOB, ApprovalHouse.key(1), "access-administrator");
    house.restart("localhost");
    assertThat(house.link).isEqualTo("none");
    recover();
    for (Subject before : List.of(ADA, BOB)) {
      outside(before);
      assertThatThrownBy(() -> home.login(before)).hasMessageContaining("not registered here");
    }
    refused("bootstrap-ended", 401, () -> house.who(true, ""));
    String user = register("eve");
    refused("link-over", 403, () -> register("mallory"));
    String cookie = house.login(eve, user);
    for (int start = 0; start < 2; start++) {
      assertThat(house.access.demand(action(EVE))).isEqualTo(Scope.EVERYWHERE);
      outside(ADA);
      outside(BOB);
      house.restart("localhost");
      assertThat(house.link).isEqualTo("none");
    }
    JsonNode shown = AccessHouse.tree(house.ask("GET", "/operators", house.login(eve, user)));
    assertThat(cookie).isNotEmpty();
    assertThat(shown.path("recoveries").get(0).path("reason").asString())
        .isEqualTo("ada lost her key");
    assertThat(shown.path("items").get(0).path("state").asString()).isEqualTo("withdrawn");
    assertThat(house.access.recoveries()).isEqualTo(1);
  }

  @Test
  void O6_the_link_is_given_for_ten_minutes_after_it_and_is_good_for_ten() {
    recover();
    assertThat(house.link).isNotEqualTo("none");
    house.pass(Recovery.LIFE.minusSeconds(1));
    house.restart("localhost");
    house.pass(FirstLink.LIFE);
    refused("link-over", 403, () -> register("eve"));
    house.restart("localhost");
    assertThat(house.link).isEqualTo("none");
    recover();
    assertThat(register("eve")).isNotEmpty();
  }

  @Test
  void O6_nobody_recovers_by_writing_rows_that_the_logs_keys_did_not_sign() {
    house.pass(Duration.ofHours(1));
    recover();
    ListedOpenings.Item recovery = house.log.getLast();
    var user = register("eve");
    String registration = text(house.log.getLast());
    assertThat(user).isNotEmpty();

    // Once more, by another name, for the same recovery or for one that was made up.
    var unused =
        house.append(
            EntryType.PASSKEY,
            EVE,
            registration.replace("\"operator\":\"eve\"", "\"operator\":\"mal\"").getBytes(utf8()));
    house.restart("localhost");
    outside(Subject.operator("mal"));
    assertThat(house.access.demand(action(EVE))).isEqualTo(Scope.EVERYWHERE);

    String forged = text(recovery).replace("ada lost her key", "because");
    var also = house.append(EntryType.OPERATOR, EVE, forged.getBytes(utf8()));
    house.restart("localhost");
    assertThat(house.link).isEqualTo("none");
    refused("operators-incomplete", 503, house::beginLogin);
    // It may have ended everybody: so nobody counts, until somebody who has the server says so.
    outside(EVE);
    recover();
    assertThat(register("eve")).isNotEmpty();
  }

  @Test
  void O6_a_recovery_ends_what_a_missing_entry_left_open() {
    home.invite(BOB, ApprovalHouse.key(1), "viewer");
    house.erased.add(house.log.get(2).receipt());
    house.restart("localhost");
    refused("operators-incomplete", 503, house::beginLogin);
    recover();
    String user = register("eve");
    house.restart("localhost");
    assertThat(house.who(false, house.login(eve, user))).isEqualTo(EVE);
  }

  @Test
  void O6_where_nobody_was_ever_registered_there_is_nobody_to_recover() {
    AccessHouse fresh = new AccessHouse();
    assertThatThrownBy(() -> Recovery.order(fresh, "eve", "because", fresh.now()))
        .hasMessageContaining("no passkey was ever registered");
    assertThatThrownBy(() -> Recovery.order(house, "eve", " ", house.now()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void O6_one_person_takes_the_administration_from_one_other_within_three_days_and_no_more() {
    home.invite(BOB, ApprovalHouse.key(1), "access-administrator");
    home.inviteBy(EVE, eve, BOB, "access-administrator");
    home.withdraw(BOB);
    refused("ousted-another", 409, () -> home.withdraw(EVE));
    refused(
        "ousted-another",
        409,
        () ->
            house.askChange(
                Map.of("kind", "roles", "operator", "eve", "roles", List.of()), home.login(ADA)));
    house.restart("localhost");
    refused("ousted-another", 409, () -> home.withdraw(EVE));
    // Who was to be next gets rid of who does that.
    var unused =
        house.change(
            Map.of("kind", "withdrawal", "operator", "ada", "reason", "acts alone"),
            eve,
            home.login(EVE));
    outside(ADA);
    assertThat(house.access.demand(action(EVE))).isEqualTo(Scope.EVERYWHERE);
  }

  private String register(String name) {
    String challenge =
        house
            .call("/registration/begin", Map.of("link", house.link, "operator", name))
            .path("challenge")
            .asString();
    house.finishRegistration(
        challenge, eve.attestationObject(), eve.clientData("webauthn.create", challenge));
    return new Challenge(
            Purpose.REGISTRATION, name, java.util.Base64.getUrlDecoder().decode(challenge))
        .userHandle();
  }

  private void outside(Subject operator) {
    assertThatThrownBy(() -> house.access.demand(action(operator)))
        .isInstanceOf(OperatorRefused.class);
  }

  private static OperatorAction action(Subject operator) {
    return new OperatorAction(
        Caller.inPerson(operator),
        Permission.ADMINISTER_ACCESS,
        "some.thing",
        Digest.of(new byte[0]));
  }

  private static java.nio.charset.Charset utf8() {
    return StandardCharsets.UTF_8;
  }

  private static String text(ListedOpenings.Item entry) {
    return new String(entry.content(), StandardCharsets.UTF_8);
  }

  private static void refused(String type, int status, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.type()).endsWith(":" + type);
              assertThat(problem.status()).isEqualTo(status);
            });
  }
}
