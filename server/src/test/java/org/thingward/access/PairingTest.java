package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.access.ApiTokenTest.refused;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.platform.CeremonyRoute;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** How a command line is logged in by a confirmation in a browser (RFC 8628, rule O7). */
class PairingTest {
  private static final Digest KEY = Digest.of(new byte[] {7});
  private static final Map<String, Object> WANTED =
      Map.of("name", "cli@bench", "host", "bench", "permissions", List.of("view"));

  private final AccessHouse house = new AccessHouse();
  private final SoftwareAuthenticator key = new SoftwareAuthenticator();
  private String user = "";
  private String cookie = "";

  @BeforeEach
  void logIn() {
    user = house.register(key);
    cookie = house.login(key, user);
  }

  private JsonNode begin() {
    return house.call("/device/begin", WANTED);
  }

  private JsonNode poll(JsonNode begun) {
    return house.call("/device/poll", Map.of("device-code", begun.path("device-code").asString()));
  }

  private JsonNode show(String userCode) {
    return house.call("/device/show", Map.of("user-code", userCode), cookie);
  }

  private JsonNode confirm(SoftwareAuthenticator signer, String userCode, JsonNode shown) {
    String challenge = shown.path("sign").path("challenge").asString();
    return house.call(
        "/device/confirm",
        AccessHouse.signed(signer, challenge, Map.of("user-code", userCode)),
        cookie);
  }

  private static String code(JsonNode begun) {
    return begun.path("user-code").asString();
  }

  @Test
  void an_operator_who_sees_what_is_asked_signs_for_it_and_the_command_line_has_its_token_once() {
    house.proven = Optional.of(KEY);
    JsonNode begun = begin();
    house.proven = Optional.empty();
    assertThat(code(begun)).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
    assertThat(begun.path("verification-uri-complete").asString())
        .isEqualTo("https://localhost:9443/#device=" + code(begun));
    house.pass(Pairings.INTERVAL);
    refused("authorization-pending", 400, () -> poll(begun));

    JsonNode shown = show(code(begun).toLowerCase(java.util.Locale.ROOT).replace("-", " "));
    assertThat(shown.path("asked-by").path("host").asString()).isEqualTo("bench");
    assertThat(shown.path("asked-by").path("address").asString()).isEqualTo("127.0.0.1");
    assertThat(shown.path("asked-by").path("code").asString()).isEqualTo(code(begun));
    assertThat(shown.path("permissions").get(0).asString()).isEqualTo("view");
    assertThat(shown.path("client-key").asString()).isEqualTo(KEY.toString());
    assertThat(shown.path("whole").asBoolean()).isTrue();
    assertThat(shown.has("token")).isFalse();
    assertThat(confirm(key, code(begun), shown).has("token"))
        .as("the browser does not get it")
        .isFalse();

    String token = poll(begun).path("token").asString();
    refused("expired-token", 400, () -> poll(begun));
    refused("token-refused", 401, () -> house.by(token));
    house.proven = Optional.of(KEY);
    assertThat(house.by(token).operator()).isEqualTo(Subject.operator("ada"));
    house.restart("localhost");
    assertThat(house.by(token).operator()).isEqualTo(Subject.operator("ada"));
    assertThat(new String(house.log.getLast().content(), StandardCharsets.UTF_8))
        .contains("\"asked-by\"", "\"host\":\"bench\"");
  }

  @Test
  void O7_nobody_confirms_without_a_session_and_a_signature_over_exactly_this_one() {
    JsonNode begun = begin();
    refused(
        "not-an-operator",
        401,
        () -> house.call("/device/show", Map.of("user-code", code(begun)), ""));
    JsonNode shown = show(code(begun));
    refused(
        "ceremony-refused", 422, () -> confirm(new SoftwareAuthenticator(), code(begun), shown));
    refused("challenge-over", 409, () -> confirm(key, code(begun), shown));
    // A signature for one command line logs no other one in.
    JsonNode thiefs = begin();
    JsonNode own = show(code(begun));
    refused("challenge-over", 409, () -> confirm(key, code(thiefs), own));
    // Nor does one for a token on the page, and the other way round.
    JsonNode page =
        house.call("/token/begin", Map.of("name", "x", "permissions", List.of("view")), cookie);
    refused("challenge-over", 409, () -> confirm(key, code(begun), page));
    JsonNode again = show(code(begun));
    refused(
        "challenge-over",
        409,
        () ->
            house.call(
                "/token/finish",
                AccessHouse.signed(key, again.path("sign").path("challenge").asString(), Map.of()),
                cookie));
    house.pass(Pairings.INTERVAL);
    refused("authorization-pending", 400, () -> poll(begun));
    assertThat(house.log).as("registration and login alone").hasSize(2);
  }

  @Test
  void a_refusal_is_told_once_and_what_was_answered_is_answered() {
    JsonNode begun = begin();
    var unused = house.answer("/device/refuse", body(code(begun)), cookie);
    refused("access-denied", 400, () -> poll(begun));
    refused("expired-token", 400, () -> poll(begun));
    refused("no-such-login", 404, () -> show(code(begun)));

    JsonNode next = begin();
    confirm(key, code(next), show(code(next)));
    refused("no-such-login", 404, () -> house.answer("/device/refuse", body(code(next)), cookie));
  }

  private static String body(String userCode) {
    return "{\"user-code\":\"" + userCode + "\"}";
  }

  @Test
  void who_asks_too_often_is_slowed_down_and_after_ten_minutes_it_is_over() {
    JsonNode begun = begin();
    refused("slow-down", 400, () -> poll(begun));
    house.pass(Pairings.INTERVAL);
    refused("slow-down", 400, () -> poll(begun));
    house.pass(Pairings.INTERVAL.plus(Pairings.SLOWER).plus(Pairings.SLOWER));
    refused("authorization-pending", 400, () -> poll(begun));
    house.pass(Pairing.LIFE);
    refused("expired-token", 400, () -> poll(begun));
    refused("no-such-login", 404, () -> show(code(begun)));
    refused("expired-token", 400, () -> house.call("/device/poll", Map.of("device-code", "AAAA")));
  }

  @Test
  void one_that_ran_out_while_it_was_signed_for_leaves_no_token() {
    JsonNode begun = begin();
    house.pass(Pairing.LIFE.minusSeconds(1));
    JsonNode shown = show(code(begun));
    house.pass(Duration.ofSeconds(1));
    refused("no-such-login", 404, () -> confirm(key, code(begun), shown));
    assertThat(AccessHouse.tree(house.ask("GET", "/operators/me/tokens", cookie)).path("items"))
        .isEmpty();
  }

  @Test
  void codes_are_not_guessed() {
    JsonNode begun = begin();
    for (int i = 0; i < PairingRoutes.WRONG_CODES; i++) {
      refused("no-such-login", 404, () -> show("BBBB-BBBB"));
    }
    refused("too-many-codes", 429, () -> show(code(begun)));
    refused("too-many-codes", 429, () -> show("BBBB-BBBB"));
    house.pass(Pairing.LIFE);
    JsonNode next = begin();
    assertThat(show(code(next)).path("asked-by").path("code").asString()).isEqualTo(code(next));
  }

  @Test
  void as_many_as_there_may_be_wait_and_the_oldest_makes_room() {
    JsonNode first = begin();
    Set<String> codes = new HashSet<>();
    for (int i = 0; i < Pairings.MOST; i++) {
      codes.add(code(begin()));
    }
    assertThat(codes).hasSize(Pairings.MOST);
    refused("no-such-login", 404, () -> show(code(first)));
  }

  @Test
  void before_the_first_passkey_nobody_could_confirm_and_it_says_so() {
    AccessHouse fresh = new AccessHouse();
    refused("no-passkey", 409, () -> fresh.call("/device/begin", WANTED));
  }

  @Test
  void what_a_program_says_of_itself_is_checked() {
    Map<String, Object> wanted = new HashMap<>(WANTED);
    wanted.put("host", "<script>");
    refused("host", 422, () -> house.call("/device/begin", wanted));
    wanted.put("host", "bench");
    wanted.put("permissions", List.of("administer-access"));
    refused("token-permissions", 422, () -> house.call("/device/begin", wanted));
  }

  @Test
  void programs_begin_and_poll_and_pages_of_the_console_do_all_else() {
    assertThat(
            house.access.ceremonies().stream()
                .filter(route -> route.from() == CeremonyRoute.From.PROGRAM)
                .map(CeremonyRoute::path))
        .containsExactlyInAnyOrder("/device/begin", "/device/poll");
  }
}
