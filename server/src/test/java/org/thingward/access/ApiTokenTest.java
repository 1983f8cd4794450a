package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.OperatorAuthentication.Presented;
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

/** API tokens: who makes them, what they are good for, and what they never are (rule O7). */
class ApiTokenTest {
  private static final Digest KEY = Digest.of(new byte[] {7});
  private static final Map<String, Object> CI =
      Map.of("name", "ci", "permissions", List.of("view", "operate"));

  private final AccessHouse house = new AccessHouse();
  private final SoftwareAuthenticator key = new SoftwareAuthenticator();
  private String user = "";
  private String cookie = "";

  @BeforeEach
  void logIn() {
    user = house.register(key);
    cookie = house.login(key, user);
  }

  private String make(Map<String, Object> wanted) {
    JsonNode begun = house.call("/token/begin", wanted, cookie);
    return finish(key, begun.path("sign").path("challenge").asString());
  }

  private String finish(SoftwareAuthenticator signer, String challenge) {
    return house
        .call("/token/finish", AccessHouse.signed(signer, challenge, Map.of()), cookie)
        .path("token")
        .asString();
  }

  private static Map<String, Object> with(String member, Object value) {
    Map<String, Object> wanted = new HashMap<>(CI);
    wanted.put(member, value);
    return wanted;
  }

  @Test
  void a_token_is_its_creator_with_what_it_was_given_and_its_secret_is_not_kept() {
    String token = make(with("regions", List.of("oslo")));
    Caller caller = house.by(token);
    assertThat(caller.operator()).isEqualTo(Subject.operator("ada"));
    assertThat(caller.atMost()).isEqualTo(Set.of(Permission.VIEW, Permission.OPERATE));
    assertThat(caller.within()).isEqualTo(Scope.of(Set.of("oslo"), Set.of()));
    assertThat(caller.isInPerson()).isFalse();
    String secret = token.split("_")[2];
    for (ListedOpenings.Item entry : house.log) {
      assertThat(new String(entry.content(), StandardCharsets.UTF_8)).doesNotContain(secret);
    }
    JsonNode own = AccessHouse.tree(house.ask("GET", "/operators/me/tokens", cookie));
    assertThat(own.path("items").get(0).has("secret")).isFalse();
    assertThat(own.path("items").get(0).path("last-used").asString()).isNotEmpty();
    house.restart("localhost");
    assertThat(house.by(token)).isEqualTo(caller);
  }

  @Test
  void O7_a_token_may_nothing_beyond_its_permissions_nor_to_administer_access() {
    String token = make(CI);
    house.access.demand(action(token, Permission.OPERATE));
    for (Permission permission :
        List.of(Permission.RELEASE, Permission.ADMINISTER_POLICY, Permission.ADMINISTER_ACCESS)) {
      assertThatThrownBy(() -> house.access.demand(action(token, permission)))
          .isInstanceOf(OperatorRefused.class);
    }
    refused(
        "token-permissions", 422, () -> make(with("permissions", List.of("administer-access"))));
    refused("token-permissions", 422, () -> make(with("permissions", List.of("everything"))));
    refused("token-permissions", 422, () -> make(with("permissions", List.of())));
  }

  private OperatorAction action(String token, Permission permission) {
    return new OperatorAction(house.by(token), permission, "device.add", Digest.of(new byte[0]));
  }

  @Test
  void O7_a_token_does_not_log_in_register_sign_end_sessions_or_make_tokens() {
    String token = make(CI);
    // A ceremony asks for a session's cookie, and no header stands for it.
    for (String path :
        List.of(
            "/passkey/begin",
            "/token/begin",
            "/token/finish",
            "/device/show",
            "/device/confirm",
            "/device/refuse")) {
      refused("not-an-operator", 401, () -> house.answer(path, "{}", ""));
      refused("not-an-operator", 401, () -> house.answer(path, "{}", "__Host-thingward=" + token));
    }
    String session =
        AccessHouse.tree(house.ask("GET", "/operators/me", cookie))
            .path("sessions")
            .get(0)
            .path("id")
            .asString();
    refused(
        "token-may-not",
        403,
        () -> house.askBy(token, "DELETE", "/operators/me/sessions/" + session));
    assertThat(house.who(false, cookie)).isEqualTo(Subject.operator("ada"));
  }

  @Test
  void O7_each_token_is_signed_for_by_its_creators_passkey_and_exactly_so() {
    JsonNode begun = house.call("/token/begin", CI, cookie);
    String challenge = begun.path("sign").path("challenge").asString();
    SoftwareAuthenticator pretender = new SoftwareAuthenticator();
    refused("ceremony-refused", 422, () -> finish(pretender, challenge));
    refused("challenge-over", 409, () -> finish(key, challenge));
    // A login's or another token's signature makes none.
    refused("challenge-purpose", 409, () -> finish(key, house.beginLogin()));
    String earlier =
        house.call("/token/begin", CI, cookie).path("sign").path("challenge").asString();
    var unused = house.call("/token/begin", with("permissions", List.of("view")), cookie);
    refused("challenge-over", 409, () -> finish(key, earlier));
    key.flags = SoftwareAuthenticator.PRESENT;
    refused("ceremony-refused", 422, () -> make(CI));
    assertThat(house.log.stream().filter(entry -> entry.type() == EntryType.API_TOKEN)).isEmpty();
  }

  @Test
  void O7_an_entry_that_nobody_signed_for_makes_no_token_though_it_is_in_the_log() {
    String token = make(CI);
    ListedOpenings.Item entry = house.log.removeLast();
    String sound = new String(entry.content(), StandardCharsets.UTF_8);
    for (String forgery :
        List.of(
            sound
                .replace("\"operate\",\"view\"", "\"view\"")
                .replace("[\"view\",\"operate\"]", "[\"view\",\"release\"]"),
            sound.replace("2026-12-26", "2027-12-26"),
            sound.replace("\"name\":\"ci\"", "\"name\":\"cd\""),
            sound.replaceFirst("\"secret\":\"sha256:..", "\"secret\":\"sha256:00"))) {
      house.log.add(
          new ListedOpenings.Item(
              EntryType.API_TOKEN,
              new org.thingward.trust.Receipt(Digest.of(forgery.getBytes(StandardCharsets.UTF_8))),
              forgery.getBytes(StandardCharsets.UTF_8)));
      assertThat(forgery).isNotEqualTo(sound);
      house.restart("localhost");
      refused("token-refused", 401, () -> house.by(token));
      house.log.removeLast();
    }
    house.log.add(entry);
    house.restart("localhost");
    assertThat(house.by(token).operator()).isEqualTo(Subject.operator("ada"));
  }

  @Test
  void a_token_ends_at_its_time_which_is_a_year_away_at_most() {
    String usual = make(CI);
    String hour = make(with("ttl", "1h"));
    house.pass(Duration.ofMinutes(59));
    assertThat(house.by(hour).operator()).isEqualTo(Subject.operator("ada"));
    house.pass(Duration.ofMinutes(1));
    refused("token-refused", 401, () -> house.by(hour));
    house.pass(Duration.ofDays(30).minusHours(1));
    refused("token-refused", 401, () -> house.by(usual));
    house.restart("localhost");
    refused("token-refused", 401, () -> house.by(usual));
    cookie = house.login(key, user);
    refused("token-life", 422, () -> make(with("ttl", "366d")));
    refused("token-life", 422, () -> make(with("ttl", "59s")));
    refused("duration", 400, () -> make(with("ttl", "soon")));
    assertThat(house.by(make(with("ttl", "365d"))).isInPerson()).isFalse();
  }

  @Test
  void a_token_that_is_bound_to_a_key_opens_nothing_over_a_connection_without_it() {
    String token = make(with("client-key", KEY.toString()));
    refused("token-refused", 401, () -> house.by(token));
    house.proven = Optional.of(Digest.of(new byte[] {8}));
    refused("token-refused", 401, () -> house.by(token));
    house.proven = Optional.of(KEY);
    assertThat(house.by(token).operator()).isEqualTo(Subject.operator("ada"));
    refused("client-key", 400, () -> make(with("client-key", "sha256:12")));
  }

  @Test
  void whatever_is_wrong_with_a_token_the_answer_is_the_same_and_the_reason_is_counted() {
    String token = make(CI);
    String unknown = new ApiTokenText(java.util.UUID.randomUUID(), new byte[32]).text();
    String guessed =
        new ApiTokenText(ApiTokenText.read(token).orElseThrow().id(), new byte[32]).text();
    List<String> answers = new ArrayList<>();
    for (String presented : List.of(unknown, guessed, token + "x", "thingward_", "")) {
      answers.add(refusal(() -> house.by(presented)));
    }
    answers.add(refusal(() -> authorised("Basic YWRhOmFkYQ==")));
    String bound = make(with("client-key", KEY.toString()));
    answers.add(refusal(() -> house.by(bound)));
    house.pass(Duration.ofDays(31));
    answers.add(refusal(() -> house.by(token)));
    assertThat(Set.copyOf(answers)).hasSize(1);
    Map<String, Long> counted = new HashMap<>();
    house.access.tokenRefusals().forEach(why -> counted.put(why, house.access.tokenRefusals(why)));
    assertThat(counted)
        .isEqualTo(Map.of("unknown", 2L, "malformed", 4L, "other-key", 1L, "expired", 1L));
  }

  private Caller authorised(String header) {
    // Neither the cookie nor the bootstrap certificate helps what is presented as a token.
    return house.access.authenticate(new Presented(true, cookie, header, Optional.empty()));
  }

  private static String refusal(ThrowingCallable work) {
    try {
      work.call();
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(401);
      return problem.type() + " " + problem.detail();
    } catch (Throwable other) {
      throw new AssertionError(other);
    }
    throw new AssertionError("was not refused");
  }

  @Test
  void a_token_is_withdrawn_for_good_by_its_creator_by_itself_or_by_another_that_may_operate() {
    String own = make(CI);
    String self = make(with("permissions", List.of("view")));
    String other = make(with("permissions", List.of("view")));
    refused(
        "token-may-not", 403, () -> house.askBy(self, "DELETE", "/operators/me/tokens/" + id(own)));
    assertThat(house.askBy(self, "DELETE", "/operators/me/tokens/current").status()).isEqualTo(204);
    refused("token-refused", 401, () -> house.by(self));
    house.askBy(own, "DELETE", "/operators/me/tokens/" + id(other));
    refused("token-refused", 401, () -> house.by(other));
    house.ask("DELETE", "/operators/me/tokens/" + id(own), cookie);
    refused("token-refused", 401, () -> house.by(own));
    refused(
        "no-such-token", 404, () -> house.ask("DELETE", "/operators/me/tokens/" + id(own), cookie));
    house.restart("localhost");
    for (String token : List.of(own, self, other)) {
      refused("token-refused", 401, () -> house.by(token));
    }
  }

  @Test
  void who_administers_access_sees_and_withdraws_everyones() {
    String token = make(CI);
    JsonNode all = AccessHouse.tree(house.ask("GET", "/api-tokens", cookie)).path("items");
    assertThat(all.get(0).path("operator").asString()).isEqualTo("ada");
    house.ask("DELETE", "/api-tokens/" + id(token), cookie);
    refused("token-refused", 401, () -> house.by(token));
  }

  @Test
  void an_operator_has_fifty_at_most() {
    for (int i = 0; i < ApiTokens.MOST; i++) {
      make(CI);
    }
    refused("tokens-full", 409, () -> make(CI));
  }

  @Test
  void names_and_scopes_that_are_none_are_refused_with_the_place() {
    for (String name : List.of("", " x", "<b>", "x".repeat(65))) {
      refused("token-name", 422, () -> make(with("name", name)));
    }
    refused("token-scope", 422, () -> make(with("regions", List.of("a/b"))));
    refused("malformed-body", 400, () -> make(with("regions", List.of("a", "a"))));
    refused("malformed-body", 400, () -> make(with("products", "pump")));
  }

  static String id(String token) {
    return ApiTokenText.read(token).orElseThrow().id().toString();
  }

  static void refused(String type, int status, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.type()).endsWith(":" + type);
              assertThat(problem.status()).isEqualTo(status);
            });
  }
}
