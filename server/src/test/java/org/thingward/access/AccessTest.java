package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Problem;
import org.thingward.platform.SettingsRefused;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorAction;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** Ceremonies by an authenticator that also does what no honest one would. */
class AccessTest {
  private static final Subject ADA = Subject.operator("ada");

  private final AccessHouse house = new AccessHouse();
  private final SoftwareAuthenticator key = new SoftwareAuthenticator();

  @Test
  void O1_the_bootstrap_certificate_may_everything_until_the_first_passkey_and_then_nothing() {
    assertThat(house.who(true, "")).isEqualTo(Access.BOOTSTRAP);
    house.access.demand(action(Access.BOOTSTRAP));
    house.register(key);
    refused("bootstrap-ended", 401, () -> house.who(true, ""));
    assertThatThrownBy(() -> house.access.demand(action(Access.BOOTSTRAP)))
        .isInstanceOf(OperatorRefused.class)
        .hasMessageContaining("lost its rights");
    house.access.demand(action(ADA));
    assertThatThrownBy(() -> house.access.demand(action(Subject.operator("eve"))))
        .isInstanceOf(OperatorRefused.class);
  }

  @Test
  void O1_after_a_restart_it_stays_so_and_also_once_the_meaning_of_the_registration_was_erased() {
    String user = house.register(key);
    house.restart("localhost");
    refused("bootstrap-ended", 401, () -> house.who(true, ""));
    assertThat(house.link).isEqualTo("none");
    assertThat(house.who(false, house.login(key, user))).isEqualTo(ADA);

    house.log.forEach(entry -> house.erased.add(entry.receipt()));
    house.restart("localhost");
    refused("bootstrap-ended", 401, () -> house.who(true, ""));
    assertThat(house.link).isEqualTo("none");
    refused("operators-incomplete", 503, house::beginLogin);
  }

  @Test
  void O2_a_registration_is_an_entry_of_the_log_that_names_the_bootstrap_key_and_can_be_checked() {
    house.register(key);
    assertThat(house.access.cryptoAssets())
        .containsExactly(
            CryptoAsset.key("passkeys", "prove operators and sign approvals", "ECDSA P-256"));
    assertThat(house.log).hasSize(1);
    assertThat(house.log.getFirst().type()).isEqualTo(EntryType.PASSKEY);
    assertThat(new String(house.log.getFirst().content(), StandardCharsets.UTF_8))
        .contains(
            "\"vouched-by\":{\"bootstrap\":\"" + Digest.of(new byte[1]) + "\"}",
            "\"operator\":\"ada\"",
            SoftwareAuthenticator.base64(key.attestationObject()));
  }

  @Test
  void O2_a_further_passkey_is_vouched_for_by_a_registered_one_and_checked_at_each_start() {
    String user = house.register(key);
    String cookie = house.login(key, user);
    SoftwareAuthenticator second = another(1);
    house.vouch(key, house.offer(second, cookie), cookie);
    assertThat(house.who(false, house.login(second, user))).isEqualTo(ADA);
    SoftwareAuthenticator third = another(2);
    house.vouch(second, house.offer(third, cookie), cookie);
    house.restart("localhost");
    assertThat(house.who(false, house.login(third, user))).isEqualTo(ADA);
    key.counter -= 2;
    refusedWith("may have been copied", () -> house.login(key, user));
  }

  @Test
  void O2_nobody_registers_a_further_passkey_without_session_and_signature_over_exactly_that_one() {
    String user = house.register(key);
    refused("not-an-operator", 401, () -> house.offer(another(1), ""));
    String cookie = house.login(key, user);
    SoftwareAuthenticator second = another(1);
    SoftwareAuthenticator thiefs = another(2);
    String good = house.offer(second, cookie);
    String replaced = house.offer(thiefs, cookie);
    refused("challenge-over", 409, () -> house.vouch(key, good, cookie));
    refused("challenge-over", 409, () -> house.vouch(key, replaced, cookie));

    String own = house.offer(second, cookie);
    refused("passkey-unknown", 422, () -> house.vouch(second, own, cookie));
    String forged = house.offer(second, cookie);
    SoftwareAuthenticator pretender = another(0);
    refusedWith("not by the registered passkey", () -> house.vouch(pretender, forged, cookie));
    // A login's signature vouches for nothing, and the other way round.
    refused("challenge-purpose", 409, () -> house.vouch(key, house.beginLogin(), cookie));
    String vouching = house.offer(second, cookie);
    refused("challenge-purpose", 409, () -> house.login(key, user, vouching, ""));
    refused("passkey-known", 409, () -> house.offer(key, cookie));
    assertThat(house.log.stream().filter(entry -> entry.type() == EntryType.PASSKEY)).hasSize(1);
  }

  @Test
  void O2_an_entry_that_nobody_who_may_vouches_for_does_not_count_though_it_is_in_the_log() {
    String user = house.register(key);
    String cookie = house.login(key, user);
    house.vouch(key, house.offer(another(1), cookie), cookie);
    ListedOpenings.Item last = house.log.removeLast();
    String sound = new String(last.content(), StandardCharsets.UTF_8);
    String first = new String(house.log.getFirst().content(), StandardCharsets.UTF_8);
    List<String> forgeries =
        List.of(
            // Another name under a signature that was given for ada's.
            sound.replace("\"operator\":\"ada\"", "\"operator\":\"eve\""),
            sound.replace("\"port\":9443", "\"port\":9444"),
            sound.replaceFirst("\"signature\":\"M", "\"signature\":\"N"),
            // A second one that claims the bootstrap certificate, which has ended.
            first.replace("\"operator\":\"ada\"", "\"operator\":\"eve\""));
    for (String forgery : forgeries) {
      assertThat(forgery).isNotEqualTo(sound).isNotEqualTo(first);
      var unused = house.append(EntryType.PASSKEY, ADA, forgery.getBytes(StandardCharsets.UTF_8));
    }
    house.restart("localhost");
    String ada = house.login(key, user);
    assertThat(AccessHouse.tree(house.ask("GET", "/operators/me", ada)).path("passkeys").size())
        .isEqualTo(1);
    assertThatThrownBy(() -> house.access.demand(action(Subject.operator("eve"))))
        .isInstanceOf(OperatorRefused.class);
    var unused = house.append(last.type(), ADA, last.content());
    house.restart("localhost");
    String again = house.login(key, user);
    assertThat(AccessHouse.tree(house.ask("GET", "/operators/me", again)).path("passkeys").size())
        .isEqualTo(2);
  }

  private static SoftwareAuthenticator another(int number) {
    SoftwareAuthenticator other = new SoftwareAuthenticator();
    other.id[0] += (byte) number;
    return other;
  }

  @Test
  void O7_the_link_is_good_once() {
    String challenge = house.beginRegistration();
    String second = house.beginRegistration();
    house.finishRegistration(
        challenge, key.attestationObject(), key.clientData("webauthn.create", challenge));
    refused("link-over", 403, house::beginRegistration);
    refused(
        "link-over",
        403,
        () ->
            house.finishRegistration(
                second, key.attestationObject(), key.clientData("webauthn.create", second)));
    assertThat(house.log).hasSize(1);
  }

  @Test
  void O7_the_link_is_good_for_ten_minutes_and_only_the_newest_one_is() {
    String older = house.link;
    house.pass(Duration.ofMinutes(9));
    assertThat(house.beginRegistration()).isNotEmpty();
    house.pass(Duration.ofMinutes(1));
    refused("link-over", 403, house::beginRegistration);
    house.restart("localhost");
    assertThat(house.beginRegistration()).isNotEmpty();
    house.link = older;
    refused("link-over", 403, house::beginRegistration);
    house.link = "";
    refused("link-over", 403, house::beginRegistration);
  }

  @Test
  void who_was_not_verified_or_not_present_neither_registers_nor_logs_in() {
    for (int flags : List.of(SoftwareAuthenticator.PRESENT, SoftwareAuthenticator.VERIFIED, 0)) {
      key.flags = flags;
      refused("ceremony-refused", 422, () -> house.register(key));
    }
    key.flags = SoftwareAuthenticator.PRESENT | SoftwareAuthenticator.VERIFIED;
    String user = house.register(key);
    key.flags = SoftwareAuthenticator.PRESENT;
    assertThatThrownBy(() -> house.login(key, user)).hasMessageContaining("did not verify you");
    key.flags = SoftwareAuthenticator.VERIFIED;
    assertThatThrownBy(() -> house.login(key, user)).hasMessageContaining("did not see you");
    key.flags = SoftwareAuthenticator.PRESENT | SoftwareAuthenticator.VERIFIED;
    assertThat(house.who(false, house.login(key, user))).isEqualTo(ADA);
  }

  @Test
  void O4_a_challenge_is_good_once_for_five_minutes_and_for_what_it_was_made_for() {
    String user = house.register(key);
    String challenge = house.beginLogin();
    key.counter++;
    house.login(key, user, challenge, "");
    key.counter++;
    refused("challenge-over", 409, () -> house.login(key, user, challenge, ""));
    String late = house.beginLogin();
    house.pass(Challenges.LIFE);
    refused("challenge-over", 409, () -> house.login(key, user, late, ""));
    refused("challenge-over", 409, () -> house.login(key, user, "AAAA", ""));

    AccessHouse other = new AccessHouse();
    String login = other.beginLogin();
    refused(
        "challenge-purpose",
        409,
        () ->
            other.finishRegistration(
                login, key.attestationObject(), key.clientData("webauthn.create", login)));
    String registration = other.beginRegistration();
    refused("challenge-purpose", 409, () -> other.login(key, user, registration, ""));
  }

  @Test
  void O2_a_change_takes_a_login_of_the_last_quarter_of_an_hour_and_a_cut_does_not() {
    String user = house.register(key);
    Caller early = house.caller(house.login(key, user));
    house.access.demand(by(early, Permission.OPERATE, "device.register"));
    house.pass(Sessions.VERIFIED);
    house.access.demand(by(early, Permission.VIEW, "device.list"));
    for (Permission risky : List.of(Permission.OPERATE, Permission.ADMINISTER_POLICY)) {
      refused("verify-first", 403, () -> house.access.demand(by(early, risky, "any.change")));
    }
    house.access.demand(by(early, Permission.OPERATE, "device.quarantine"));
    Caller anew = house.caller(house.login(key, user));
    house.access.demand(by(anew, Permission.OPERATE, "device.register"));
    refused(
        "verify-first",
        403,
        () -> house.access.demand(by(early, Permission.OPERATE, "device.register")));
  }

  private static OperatorAction by(Caller caller, Permission permission, String verb) {
    return new OperatorAction(caller, permission, verb, Digest.of(new byte[1]));
  }

  @Test
  void O4_a_clock_that_is_set_neither_ends_nor_prolongs_a_challenge_or_a_session() {
    String user = house.register(key);
    for (int days : List.of(400, -400)) {
      String challenge = house.beginLogin();
      house.skew = Duration.ofDays(days);
      key.counter++;
      String cookie = house.login(key, user, challenge, "");
      assertThat(house.who(false, cookie)).isEqualTo(ADA);
      String late = house.beginLogin();
      house.skew = Duration.ofDays(-days);
      house.pass(Challenges.LIFE);
      key.counter++;
      refused("challenge-over", 409, () -> house.login(key, user, late, ""));
      assertThat(house.who(false, cookie)).isEqualTo(ADA);
      house.pass(Sessions.IDLE);
      refused("not-an-operator", 401, () -> house.who(false, cookie));
      house.skew = Duration.ZERO;
    }
  }

  @Test
  void O4_an_answer_to_another_challenge_or_kind_of_ceremony_is_refused() {
    String user = house.register(key);
    String challenge = house.beginLogin();
    String other = house.beginLogin();
    refusedWith(
        "another challenge",
        () -> house.login(key, user, challenge, key.clientData("webauthn.get", other), ""));
    String third = house.beginLogin();
    refusedWith(
        "another kind of ceremony",
        () -> house.login(key, user, third, key.clientData("webauthn.create", third), ""));
  }

  @Test
  void O4_what_comes_from_another_origin_or_is_embedded_in_one_is_refused() {
    String user = house.register(key);
    for (String more :
        List.of(
            ",\"crossOrigin\":true",
            ",\"crossOrigin\":true,\"topOrigin\":\"https://evil.example\"",
            ",\"topOrigin\":\"https://evil.example\"")) {
      key.more = more;
      refusedWith("another site", () -> house.login(key, user));
    }
    key.more = "";
    for (String origin :
        List.of("https://evil.example", "https://localhost:9444", "http://localhost:9443")) {
      key.origin = origin;
      refusedWith("another address", () -> house.login(key, user));
    }
    key.origin = "https://localhost:9443";
    key.rp = "evil.example";
    refusedWith("another name", () -> house.login(key, user));
    key.rp = "localhost";
    assertThat(house.who(false, house.login(key, user))).isEqualTo(ADA);
    AccessHouse fresh = new AccessHouse();
    key.more = ",\"crossOrigin\":true";
    refusedWith("another site", () -> fresh.register(key));
  }

  @Test
  void a_counter_that_goes_back_is_refused_also_after_a_restart() {
    String user = house.register(key);
    key.counter = 10;
    house.login(key, user);
    for (int counter : List.of(5, 10)) {
      key.counter = counter;
      refusedWith("may have been copied", () -> house.login(key, user));
      house.restart("localhost");
    }
    key.counter = 11;
    assertThat(house.who(false, house.login(key, user))).isEqualTo(ADA);
  }

  @Test
  void another_key_does_not_sign_for_a_registered_one() {
    String user = house.register(key);
    refusedWith(
        "not by the registered passkey", () -> house.login(new SoftwareAuthenticator(), user));
    key.id[0]++;
    refused("passkey-unknown", 422, () -> house.login(key, user));
    key.id[0]--;
    refused("passkey-unknown", 422, () -> house.login(key, "AAAA"));
  }

  @Test
  void an_attestation_object_that_is_cut_anywhere_or_changed_in_form_is_refused() {
    byte[] whole = key.attestationObject();
    for (int length = 0; length < whole.length; length += 3) {
      byte[] cut = Arrays.copyOf(whole, length);
      refused("ceremony-refused", 422, () -> register(cut));
    }
    assertThat(house.log).isEmpty();
  }

  @Test
  void CBOR_that_promises_more_than_it_holds_or_is_nested_without_end_is_refused() {
    for (byte[] bomb :
        List.of(
            new byte[] {(byte) 0x9B, 0x7F, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {(byte) 0xBB, 0x7F, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {0x5B, 0x7F, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {0x5A, 0x7F, -1, -1, -1, 1},
            repeated(0x81, 40_000),
            repeated(0xA1, 40_000),
            repeated(0x9F, 40_000),
            repeated(0xC6, 40_000),
            authenticatorData(new byte[] {0x5A, 0x7F, -1, -1, -1}),
            authenticatorData(repeated(0x81, 40_000)))) {
      refused("ceremony-refused", 422, () -> register(bomb));
    }
  }

  private static byte[] repeated(int octet, int times) {
    byte[] bytes = new byte[times];
    Arrays.fill(bytes, (byte) octet);
    return bytes;
  }

  /** An attestation object whose key is {@code cose}. */
  private byte[] authenticatorData(byte[] cose) {
    byte[] whole = key.attestationObject();
    int keyAt = whole.length - 77;
    assertThat(whole[keyAt]).isEqualTo((byte) 0xA5);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(whole, 0, keyAt);
    out.writeBytes(cose);
    return out.toByteArray();
  }

  private void register(byte[] attestationObject) {
    String challenge = house.beginRegistration();
    house.finishRegistration(
        challenge, attestationObject, key.clientData("webauthn.create", challenge));
  }

  @Test
  void bodies_that_are_no_JSON_or_lack_a_member_are_refused_with_the_place() {
    for (String path : List.of("/registration/begin", "/registration/finish", "/login/finish")) {
      for (String body : List.of("", "[]", "{", "[".repeat(5_000), "{\"a\":1,\"a\":2}", "{} x")) {
        refused("malformed-body", 400, () -> house.answer(path, body, ""));
      }
    }
    assertThatThrownBy(() -> house.answer("/registration/begin", "{\"link\":7}", ""))
        .hasMessageContaining("'link'");
    String challenge = house.beginLogin();
    assertThatThrownBy(() ->
            house.answer(
                "/login/finish",
                "{\"challenge\":\"%s\",\"response\":{\"authenticatorData\":\"a+b\"}}"
                    .formatted(challenge),
                ""))
        .hasMessageContaining("'authenticatorData' is not base64url");
  }

  @Test
  void names_that_mean_something_else_or_are_none_are_no_operators() {
    for (String name : List.of("bootstrap", "me", "", "a b", "a/b", "x".repeat(65))) {
      refused(
          "operator-name",
          422,
          () -> house.call("/registration/begin", Map.of("link", house.link, "operator", name)));
    }
  }

  @Test
  void passkeys_keep_the_console_to_its_name() {
    house.restart("trust.example.com");
    house.restart("localhost");
    house.register(key);
    assertThatThrownBy(() -> house.restart("trust.example.com"))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining("registered for 'localhost'");
  }

  @Test
  void a_session_ends_when_it_is_idle_and_at_the_latest_after_twelve_hours() {
    String user = house.register(key);
    String idle = house.login(key, user);
    house.pass(Sessions.IDLE.minusSeconds(1));
    assertThat(house.who(false, idle)).isEqualTo(ADA);
    house.pass(Sessions.IDLE);
    refused("not-an-operator", 401, () -> house.who(false, idle));
    String busy = house.login(key, user);
    for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      house.pass(Duration.ofMinutes(20));
      assertThat(house.who(false, busy)).isEqualTo(ADA);
    }
    house.pass(Duration.ofMinutes(20));
    refused("not-an-operator", 401, () -> house.who(false, busy));
  }

  @Test
  void a_login_ends_the_session_that_the_browser_had_and_has_a_secret_of_its_own() {
    String user = house.register(key);
    String first = house.login(key, user);
    key.counter++;
    String second = house.login(key, user, house.beginLogin(), first);
    assertThat(second).isNotEqualTo(first);
    refused("not-an-operator", 401, () -> house.who(false, first));
    assertThat(house.who(false, second)).isEqualTo(ADA);
  }

  @Test
  void sessions_are_listed_and_ended_and_there_are_no_more_than_sixteen() {
    String user = house.register(key);
    String oldest = house.login(key, user);
    String own = "";
    for (int i = 0; i < Sessions.MOST; i++) {
      house.pass(Duration.ofSeconds(1));
      own = house.login(key, user);
    }
    refused("not-an-operator", 401, () -> house.who(false, oldest));
    JsonNode sessions = AccessHouse.tree(house.ask("GET", "/operators/me", own)).path("sessions");
    assertThat(sessions.size()).isEqualTo(Sessions.MOST);
    assertThat(sessions.get(Sessions.MOST - 1).path("current").asBoolean()).isTrue();
    String id = sessions.get(0).path("id").asString();
    assertThat(house.ask("DELETE", "/operators/me/sessions/" + id, own).headers()).isEmpty();
    String cookie = own;
    refused(
        "no-such-session", 404, () -> house.ask("DELETE", "/operators/me/sessions/" + id, cookie));
    OperatorResponse out = house.ask("DELETE", "/operators/me/sessions/current", own);
    assertThat(out.headers().get("set-cookie")).contains("Max-Age=0");
    refused("not-an-operator", 401, () -> house.who(false, cookie));
    assertThat(house.log.getLast().type()).isEqualTo(EntryType.LOGIN);
  }

  @Test
  void a_cookie_is_for_this_host_over_TLS_and_no_script_reads_it_and_two_are_none() {
    String user = house.register(key);
    String cookie = house.login(key, user);
    assertThat(SessionCookie.give("x"))
        .isEqualTo("__Host-thingward=x; Path=/; Secure; HttpOnly; SameSite=Strict");
    assertThat(house.who(false, "a=b; " + cookie)).isEqualTo(ADA);
    refused("not-an-operator", 401, () -> house.who(false, cookie + "; " + cookie));
    refused("not-an-operator", 401, () -> house.who(false, cookie + "x"));
  }

  private static OperatorAction action(Subject operator) {
    return new OperatorAction(
        Caller.inPerson(operator), Permission.OPERATE, "device.add", Digest.of(new byte[0]));
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

  private static void refusedWith(String reason, ThrowingCallable work) {
    assertThatThrownBy(work).isInstanceOf(Problem.class).hasMessageContaining(reason);
  }
}
