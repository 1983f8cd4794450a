package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/** Several operators: how one becomes one, what each may, and how that ends. */
class OperatorsTest {
  private static final Subject ADA = Subject.operator("ada");
  private static final Subject BOB = Subject.operator("bob");
  private static final Subject EVE = Subject.operator("eve");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Map<String, ?> ADMINISTRATOR = Map.of("role", "access-administrator");

  private final AccessHouse house = new AccessHouse();
  private final SoftwareAuthenticator ada = new SoftwareAuthenticator();
  private final SoftwareAuthenticator bob = another(1);
  private final SoftwareAuthenticator eve = another(2);
  private final String user = house.register(ada);

  @Test
  void the_first_operator_holds_every_permission_everywhere_and_nobody_else_any() {
    for (Permission permission : Permission.values()) {
      assertThat(demand(ADA, permission)).isEqualTo(Scope.EVERYWHERE);
      assertThatThrownBy(() -> demand(BOB, permission))
          .isInstanceOf(OperatorRefused.class)
          .hasMessageContaining("does not hold " + permission.word());
    }
  }

  @Test
  void O6_alone_one_invites_and_activates_after_the_waiting_time_and_is_told_that_it_is_alone() {
    String cookie = login();
    JsonNode invited = house.change(invitation("bob", viewerOf("eu")), ada, cookie);
    assertThat(invited.path("separation-of-duties").asBoolean()).isFalse();
    String registration = register(invited, bob);
    refused("waiting", 409, () -> house.askChange(activation("bob", registration), cookie));
    house.pass(HOUR.minusSeconds(1));
    String again = login();
    refused("waiting", 409, () -> house.askChange(activation("bob", registration), again));
    assertThatThrownBy(() -> demand(BOB, Permission.VIEW)).isInstanceOf(OperatorRefused.class);
    house.pass(Duration.ofSeconds(1));
    house.change(activation("bob", registration), ada, again);
    assertThat(demand(BOB, Permission.VIEW)).isEqualTo(Scope.of(Set.of("eu"), Set.of()));
    assertThatThrownBy(() -> demand(BOB, Permission.OPERATE)).isInstanceOf(OperatorRefused.class);
    house.restart("localhost");
    assertThat(demand(BOB, Permission.VIEW)).isEqualTo(Scope.of(Set.of("eu"), Set.of()));
    assertThat(demand(ADA, Permission.RELEASE)).isEqualTo(Scope.EVERYWHERE);
  }

  @Test
  void O6_neither_who_invited_nor_who_was_invited_activates_once_there_is_another() {
    String bobs = become("bob", bob, List.of(ADMINISTRATOR));
    String adas = login();
    JsonNode invited = house.change(invitation("eve", List.of(ADMINISTRATOR)), ada, adas);
    assertThat(invited.path("separation-of-duties").asBoolean()).isTrue();
    String registration = register(invited, eve);
    house.pass(HOUR);
    String mine = login();
    String his = house.login(bob, bobs);
    refused(
        "another-administrator", 403, () -> house.askChange(activation("eve", registration), mine));
    refused(
        "not-registered",
        409,
        () -> house.askChange(activation("eve", Digest.of(new byte[2]).toString()), his));
    house.change(activation("eve", registration), bob, his);
    assertThat(demand(EVE, Permission.ADMINISTER_ACCESS)).isEqualTo(Scope.EVERYWHERE);
  }

  @Test
  void O6_a_recovered_name_leaves_the_passkeys_and_sessions_of_before_behind() {
    String bobs = become("bob", bob, List.of(ADMINISTRATOR));
    String eves = become("eve", eve, List.of(Map.of("role", "viewer")), bob, bobs);
    String open = house.login(eve, eves);
    SoftwareAuthenticator next = another(3);
    String registration =
        register(house.change(invitation("eve", viewerOf("us")), ada, login()), next);
    house.pass(HOUR);
    String still = house.login(eve, eves);
    house.change(activation("eve", registration), bob, house.login(bob, bobs));
    refused("not-an-operator", 401, () -> house.who(false, open));
    refused("not-an-operator", 401, () -> house.who(false, still));
    refused("passkey-unknown", 422, () -> house.login(eve, eves));
    assertThat(demand(EVE, Permission.VIEW)).isEqualTo(Scope.of(Set.of("us"), Set.of()));
    house.restart("localhost");
    refused("passkey-unknown", 422, () -> house.login(eve, eves));
    assertThat(demand(EVE, Permission.VIEW)).isEqualTo(Scope.of(Set.of("us"), Set.of()));
  }

  @Test
  void O6_who_withdraws_the_other_administrators_is_not_alone_for_three_days() {
    become("bob", bob, List.of(ADMINISTRATOR));
    house.change(Map.of("kind", "withdrawal", "operator", "bob", "reason", "left"), ada, login());
    String registration =
        register(house.change(invitation("eve", List.of(ADMINISTRATOR)), ada, login()), eve);
    house.pass(Operators.SOLITUDE.minusSeconds(1));
    String early = login();
    refused(
        "another-administrator",
        403,
        () -> house.askChange(activation("eve", registration), early));
    house.pass(Duration.ofSeconds(1));
    house.change(activation("eve", registration), ada, login());
    house.restart("localhost");
    assertThat(demand(EVE, Permission.ADMINISTER_ACCESS)).isEqualTo(Scope.EVERYWHERE);
  }

  @Test
  void O6_a_link_of_an_invitation_is_good_once_for_a_day_and_ends_with_the_invitation() {
    String cookie = login();
    String used = secret(house.change(invitation("bob", viewerOf("eu")), ada, cookie));
    house.follow(used, bob);
    refused("link-over", 403, () -> house.follow(used, eve));
    String old = secret(house.change(invitation("eve", viewerOf("eu")), ada, cookie));
    refused(
        "invited-already", 409, () -> house.askChange(invitation("eve", viewerOf("us")), cookie));
    house.pass(Invited.LIFE);
    refused("link-over", 403, () -> house.follow(old, eve));
    String again = login();
    String ended = secret(house.change(invitation("eve", viewerOf("eu")), ada, again));
    house.change(
        Map.of("kind", "invitation-end", "operator", "eve", "reason", "a mistake"), ada, again);
    refused("link-over", 403, () -> house.follow(ended, eve));
    refused("link-over", 403, () -> house.follow("", eve));
    for (ListedOpenings.Item entry : house.log) {
      assertThat(text(entry)).doesNotContain(used).doesNotContain(old).doesNotContain(ended);
    }
  }

  @Test
  void O6_a_registration_that_nobody_activated_opens_nothing_also_after_a_restart() {
    register(house.change(invitation("bob", viewerOf("eu")), ada, login()), bob);
    house.pass(Duration.ofDays(10));
    house.restart("localhost");
    refused("passkey-unknown", 422, () -> house.login(bob, user));
    String cookie = login();
    JsonNode list = AccessHouse.tree(house.ask("GET", "/operators", cookie));
    assertThat(list.path("items").size()).isEqualTo(1);
    assertThat(list.path("invitations").get(0).path("operator").asString()).isEqualTo("bob");
    assertThat(list.path("invitations").get(0).path("waits-until").asString())
        .isEqualTo("2026-11-26T09:00:00Z");
  }

  @Test
  void nobody_changes_his_own_roles_or_withdraws_himself_so_that_one_administrator_remains() {
    String cookie = login();
    refused("own-roles", 403, () -> house.askChange(roles("ada", List.of()), cookie));
    refused(
        "own-account",
        403,
        () ->
            house.askChange(
                Map.of("kind", "withdrawal", "operator", "ada", "reason", "x"), cookie));
    refused("own-account", 403, () -> house.askChange(invitation("ada", viewerOf("eu")), cookie));
    String id = SoftwareAuthenticator.base64(ada.id);
    refused("last-passkey", 409, () -> house.askChange(passkeyWithdrawal("ada", id), cookie));
    refused("operator-unknown", 404, () -> house.askChange(roles("bob", List.of()), cookie));
  }

  @Test
  void roles_that_are_changed_hold_at_once_and_after_a_restart_and_each_is_in_the_ledger() {
    String bobs = become("bob", bob, viewerOf("eu"));
    String his = house.login(bob, bobs);
    house.change(
        roles("bob", List.of(Map.of("role", "operator", "products", List.of("cam-2")))),
        ada,
        login());
    assertThat(house.who(false, his)).isEqualTo(BOB);
    assertThat(demand(BOB, Permission.OPERATE)).isEqualTo(Scope.of(Set.of(), Set.of("cam-2")));
    house.restart("localhost");
    assertThat(demand(BOB, Permission.VIEW)).isEqualTo(Scope.of(Set.of(), Set.of("cam-2")));
    assertThat(house.log.stream().filter(entry -> entry.type() == EntryType.OPERATOR))
        .extracting(OperatorsTest::text)
        .hasSize(3)
        .allMatch(text -> text.contains("\"by\":\"ada\"") && text.contains("\"signature\""));
  }

  @Test
  void who_is_withdrawn_has_no_session_passkey_or_right_any_more_and_stays_in_the_list() {
    String bobs = become("bob", bob, viewerOf("eu"));
    String his = house.login(bob, bobs);
    house.change(Map.of("kind", "withdrawal", "operator", "bob", "reason", "left"), ada, login());
    for (int start = 0; start < 2; start++) {
      refused("not-an-operator", 401, () -> house.who(false, his));
      refused("passkey-unknown", 422, () -> house.login(bob, bobs));
      assertThatThrownBy(() -> demand(BOB, Permission.VIEW)).isInstanceOf(OperatorRefused.class);
      JsonNode item =
          AccessHouse.tree(house.ask("GET", "/operators", login())).path("items").get(1);
      assertThat(item.path("state").asString()).isEqualTo("withdrawn");
      assertThat(item.path("last-login").asString()).isNotEmpty();
      house.restart("localhost");
    }
  }

  @Test
  void a_passkey_that_is_withdrawn_ends_with_its_sessions_and_the_others_stay() {
    String cookie = login();
    SoftwareAuthenticator second = another(4);
    house.vouch(ada, house.offer(second, cookie), cookie);
    String lost = house.login(second, user);
    house.change(passkeyWithdrawal("ada", SoftwareAuthenticator.base64(second.id)), ada, cookie);
    refused("not-an-operator", 401, () -> house.who(false, lost));
    assertThat(house.who(false, cookie)).isEqualTo(ADA);
    house.restart("localhost");
    refused("passkey-unknown", 422, () -> house.login(second, user));
    assertThat(house.who(false, login())).isEqualTo(ADA);
  }

  @Test
  void whoever_lost_a_passkey_withdraws_it_with_another_one_and_needs_no_administrator() {
    String bobs = become("bob", bob, viewerOf("eu"));
    String cookie = house.login(bob, bobs);
    String only = "/operators/me/passkeys/" + SoftwareAuthenticator.base64(bob.id) + "/withdraw";
    Map<String, ?> lost = Map.of("reason", "lost on a train");
    refused("last-passkey", 409, () -> house.ask("POST", only, lost, cookie));
    SoftwareAuthenticator second = another(4);
    house.vouch(bob, house.offer(second, cookie), cookie);
    String thiefs = house.login(second, bobs);
    String gone = "/operators/me/passkeys/" + SoftwareAuthenticator.base64(second.id) + "/withdraw";
    refused("no-reason", 422, () -> house.ask("POST", gone, Map.of("reason", " "), cookie));
    refused("passkey-unknown", 404, () -> house.ask("POST", only, lost, login()));

    JsonNode asked = AccessHouse.tree(house.ask("POST", gone, lost, cookie));
    assertThat(asked.path("allowCredentials").size()).isEqualTo(1);
    String challenge = asked.path("challenge").asString();
    refused("passkey-goes", 422, () -> house.signOwn(challenge, second, cookie));
    String again =
        AccessHouse.tree(house.ask("POST", gone, lost, cookie)).path("challenge").asString();
    refused("passkey-unknown", 422, () -> house.signOwn(again, ada, cookie));
    String last =
        AccessHouse.tree(house.ask("POST", gone, lost, cookie)).path("challenge").asString();
    house.signOwn(last, bob, cookie);

    refused("not-an-operator", 401, () -> house.who(false, thiefs));
    assertThat(house.who(false, cookie)).isEqualTo(Subject.operator("bob"));
    house.restart("localhost");
    refused("passkey-unknown", 422, () -> house.login(second, bobs));
    assertThat(house.who(false, house.login(bob, bobs))).isEqualTo(Subject.operator("bob"));
  }

  @Test
  void O4_a_change_is_made_by_a_signature_over_exactly_it_and_once() {
    become("bob", bob, viewerOf("eu"));
    String cookie = login();
    Map<String, ?> more = roles("bob", List.of(Map.of("role", "releaser")));
    String first = house.askChange(more, cookie);
    String second = house.askChange(roles("bob", viewerOf("us")), cookie);
    refused("challenge-over", 409, () -> house.sign(first, ada, cookie));
    refused("challenge-over", 409, () -> house.sign(second, ada, cookie));
    String third = house.askChange(more, cookie);
    refused("passkey-unknown", 422, () -> house.sign(third, bob, cookie));
    String fourth = house.askChange(more, cookie);
    house.sign(fourth, ada, cookie);
    refused("challenge-over", 409, () -> house.sign(fourth, ada, cookie));
    String login = house.beginLogin();
    refused("challenge-purpose", 409, () -> house.sign(login, ada, cookie));
    String asked = house.askChange(more, cookie);
    refused("challenge-purpose", 409, () -> house.login(ada, user, asked, ""));
  }

  @Test
  void O2_a_change_that_nobody_made_who_might_does_not_count_though_it_is_in_the_log() {
    String bobs = become("bob", bob, viewerOf("eu"));
    house.change(roles("bob", viewerOf("us")), ada, login());
    List<ListedOpenings.Item> changes =
        house.log.stream().filter(entry -> entry.type() == EntryType.OPERATOR).toList();
    String last = text(changes.getLast());
    List<String> forgeries =
        List.of(
            last.replace("\"viewer\"", "\"releaser\""),
            last.replace("\"us\"", "\"de\""),
            last.replace("\"by\":\"ada\"", "\"by\":\"bob\""),
            // As it was signed, once more: it follows something else now.
            last,
            text(changes.getFirst()).replace("{\"operator-change\"", "{ \"operator-change\""),
            "{\"operator-change\":{}}",
            "{\"operator-change\":7,\"signed-by\":[]}");
    for (String forgery : forgeries) {
      var unused =
          house.append(EntryType.OPERATOR, BOB, (forgery + " ").getBytes(StandardCharsets.UTF_8));
    }
    house.restart("localhost");
    assertThat(demand(BOB, Permission.VIEW)).isEqualTo(Scope.of(Set.of("us"), Set.of()));
    assertThatThrownBy(() -> demand(BOB, Permission.RELEASE)).isInstanceOf(OperatorRefused.class);
    assertThat(house.who(false, house.login(bob, bobs))).isEqualTo(BOB);
  }

  @Test
  void roles_teams_and_reasons_that_are_none_are_refused() {
    become("bob", bob, viewerOf("eu"));
    String cookie = login();
    for (Object role :
        List.of(
            Map.of("role", "god"),
            Map.of("role", "viewer", "regions", List.of()),
            Map.of("role", "viewer", "regions", List.of("eu", "eu")),
            Map.of("role", "viewer", "regions", "eu"),
            Map.of("role", "viewer", "region", List.of("eu")),
            Map.of("role", "policy-administrator", "regions", List.of("eu")),
            Map.of("role", "access-administrator", "products", List.of("cam-2")),
            "viewer")) {
      refused("roles-refused", 422, () -> house.askChange(roles("bob", List.of(role)), cookie));
    }
    refused(
        "teams-refused",
        422,
        () ->
            house.askChange(
                Map.of(
                    "kind",
                    "roles",
                    "operator",
                    "bob",
                    "roles",
                    List.of(),
                    "teams",
                    List.of("A b")),
                cookie));
    refused(
        "no-reason",
        422,
        () ->
            house.askChange(
                Map.of("kind", "withdrawal", "operator", "bob", "reason", " "), cookie));
    refused(
        "change-unknown",
        422,
        () -> house.askChange(Map.of("kind", "rolls", "operator", "bob"), cookie));
    refused(
        "waits-refused",
        422,
        () ->
            house.askChange(
                Map.of(
                    "kind",
                    "invitation",
                    "operator",
                    "eve",
                    "roles",
                    List.of(),
                    "waits-seconds",
                    60),
                cookie));
  }

  @Test
  void what_a_caller_brings_never_exceeds_what_the_operator_holds_and_ends_with_the_session() {
    String bobs = become("bob", bob, viewerOf("eu"));
    Caller little =
        new Caller(
            BOB,
            Set.of(Permission.VIEW),
            Scope.of(Set.of(), Set.of("cam-2")),
            Optional.empty(),
            Optional.empty());
    assertThat(house.access.demand(action(little, Permission.VIEW)))
        .isEqualTo(Scope.of(Set.of("eu"), Set.of("cam-2")));
    assertThatThrownBy(() -> house.access.demand(action(little, Permission.OPERATE)))
        .isInstanceOf(OperatorRefused.class);
    Caller elsewhere =
        new Caller(
            BOB,
            Set.of(Permission.VIEW),
            Scope.of(Set.of("us"), Set.of()),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> house.access.demand(action(elsewhere, Permission.VIEW)))
        .isInstanceOf(OperatorRefused.class)
        .hasMessageContaining("no device");
    String cookie = house.login(bob, bobs);
    Caller inSession =
        house.access.authenticate(
            org.thingward.platform.OperatorAuthentication.Presented.cookie(cookie));
    assertThat(house.access.demand(action(inSession, Permission.VIEW)).isNowhere()).isFalse();
    house.ask("DELETE", "/operators/me/sessions/current", cookie);
    assertThatThrownBy(() -> house.access.demand(action(inSession, Permission.VIEW)))
        .isInstanceOf(OperatorRefused.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void O7_a_token_does_what_its_creator_may_at_that_moment_and_ends_with_its_creator() {
    Map<String, ?> operator = Map.of("role", "operator", "regions", List.of("eu", "us"));
    String bobs = become("bob", bob, List.of(operator));
    String his = house.login(bob, bobs);
    Map<String, Object> wanted =
        Map.of("name", "ci", "permissions", List.of("view", "operate"), "ttl", "300d");
    refused("token-rights", 422, () -> house.call("/token/begin", wanted, his));
    Map<String, Object> more = new java.util.HashMap<>(wanted);
    more.put("regions", List.of("eu", "us"));
    String token = makeToken(more, bob, his);
    Scope both = Scope.of(Set.of("eu", "us"), Set.of());
    assertThat(house.access.demand(action(house.by(token), Permission.OPERATE))).isEqualTo(both);

    house.change(roles("bob", viewerOf("us")), ada, login());
    assertThat(house.access.demand(action(house.by(token), Permission.VIEW)))
        .isEqualTo(Scope.of(Set.of("us"), Set.of()));
    assertThatThrownBy(() -> house.access.demand(action(house.by(token), Permission.OPERATE)))
        .isInstanceOf(OperatorRefused.class)
        .hasMessageContaining("does not hold operate");

    house.change(Map.of("kind", "withdrawal", "operator", "bob", "reason", "left"), ada, login());
    refused("token-refused", 401, () -> house.by(token));
    house.restart("localhost");
    refused("token-refused", 401, () -> house.by(token));
    // The same name, and the same credential even, is another operator than the one who left.
    house.pass(Duration.ofSeconds(1));
    become("bob", bob, List.of(operator));
    refused("token-refused", 401, () -> house.by(token));
    house.restart("localhost");
    refused("token-refused", 401, () -> house.by(token));
  }

  private String makeToken(Map<String, ?> wanted, SoftwareAuthenticator key, String cookie) {
    JsonNode begun = house.call("/token/begin", wanted, cookie);
    String challenge = begun.path("sign").path("challenge").asString();
    return house
        .call("/token/finish", AccessHouse.signed(key, challenge, Map.of()), cookie)
        .path("token")
        .asString();
  }

  /** Makes somebody an operator by ada alone; the user handle. */
  private String become(String name, SoftwareAuthenticator key, List<?> roles) {
    return become(name, key, roles, ada, user);
  }

  private String become(
      String name, SoftwareAuthenticator key, List<?> roles, SoftwareAuthenticator by, String who) {
    String secret = secret(house.change(invitation(name, roles), ada, login()));
    JsonNode options = house.call("/invitation/begin", Map.of("link", secret));
    String handle = options.path("user").path("id").asString();
    String registration = register(secret, key, options.path("challenge").asString());
    house.pass(HOUR);
    house.change(activation(name, registration), by, house.login(by, who));
    return handle;
  }

  private String register(JsonNode invited, SoftwareAuthenticator key) {
    house.follow(secret(invited), key);
    return waiting(invited.path("invitation").path("operator").asString());
  }

  private String register(String secret, SoftwareAuthenticator key, String challenge) {
    house.finishInvitation(secret, challenge, key);
    JsonNode all = AccessHouse.tree(house.ask("GET", "/operators", login())).path("invitations");
    return all.get(0).path("registration").asString();
  }

  private String waiting(String name) {
    JsonNode all = AccessHouse.tree(house.ask("GET", "/operators", login())).path("invitations");
    for (JsonNode invited : all) {
      if (invited.path("operator").asString().equals(name)) {
        return invited.path("registration").asString();
      }
    }
    throw new AssertionError(all.toString());
  }

  private static String secret(JsonNode made) {
    String link = made.path("link").asString();
    assertThat(link).startsWith("https://localhost:9443/#invite=");
    return link.substring(link.indexOf('=') + 1);
  }

  private String login() {
    return house.login(ada, user);
  }

  private static List<Map<String, ?>> viewerOf(String region) {
    return List.of(Map.of("role", "viewer", "regions", List.of(region)));
  }

  private static Map<String, ?> roles(String name, List<?> roles) {
    return Map.of("kind", "roles", "operator", name, "roles", roles);
  }

  private static Map<String, ?> invitation(String name, List<?> roles) {
    return Map.of("kind", "invitation", "operator", name, "roles", roles, "teams", List.of("soc"));
  }

  private static Map<String, ?> activation(String name, String registration) {
    return Map.of("kind", "activation", "operator", name, "registration", registration);
  }

  private static Map<String, ?> passkeyWithdrawal(String name, String id) {
    return Map.of("kind", "passkey-withdrawal", "operator", name, "passkey", id, "reason", "lost");
  }

  private Scope demand(Subject operator, Permission permission) {
    return house.access.demand(action(Caller.inPerson(operator), permission));
  }

  private static OperatorAction action(Caller caller, Permission permission) {
    return new OperatorAction(caller, permission, "some.thing", Digest.of(new byte[0]));
  }

  private static String text(ListedOpenings.Item entry) {
    return new String(entry.content(), StandardCharsets.UTF_8);
  }

  private static SoftwareAuthenticator another(int number) {
    SoftwareAuthenticator other = new SoftwareAuthenticator();
    other.id[0] += (byte) number;
    return other;
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
