package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.Problem;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;

class EnrolmentTest {
  private static final Subject PUMP = Subject.device("pump-07");
  private static final Duration HALF_LIFE = IdentitySettings.USUAL_LIFE.dividedBy(2).plusHours(1);

  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;
  private Keys keys;

  @BeforeEach
  void open() {
    here = new Installation(folder);
    keys = new Keys(device);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void a_token_and_a_request_give_a_certificate_for_seven_days_that_the_device_may_present() {
    byte[] csr = keys.ecRequest("a");
    X509Certificate certificate = here.enrol("pump-07", here.token("pump-07"), csr);

    assertThat(here.present(certificate).subject()).isEqualTo(PUMP);
    assertThat(certificate.getNotAfter().toInstant())
        .isBetween(
            here.time.now().plus(Duration.ofDays(7)).minusSeconds(60),
            here.time.now().plus(Duration.ofDays(7)));
    assertThat(certificate.getSerialNumber().bitLength()).isBetween(90, 128);
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(certificate));
    assertThat(here.trust.words(PUMP, Statements.HOLDER, "credential.holder"))
        .containsExactly("sole");
    assertThat(here.trust.stated)
        .allMatch(piece -> piece.source().equals("identity"))
        .allMatch(piece -> piece.assurance() == AssuranceLevel.L3);
    assertThat(here.trust.of(PUMP, Statements.CREDENTIAL).getFirst().holdsUntil())
        .isEqualTo(certificate.getNotAfter().toInstant());
  }

  @Test
  void issuance_is_decided_first_and_put_on_record_with_the_certificate() {
    X509Certificate certificate = enrolled("a");

    assertThat(here.trust.asked)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.kind()).isEqualTo(RequestKind.ENROL);
          assertThat(request.subject()).isEqualTo(PUMP);
        });
    assertThat(here.ledger.of(EntryType.CERTIFICATE))
        .filteredOn(entry -> entry.subject().equals(PUMP))
        .singleElement()
        .satisfies(entry -> assertThat(entry.content()).contains(digest(certificate).toString()));
  }

  @Test
  void a_device_that_may_not_enrol_gets_nothing_and_nothing_is_recorded_of_it() {
    String token = here.token("pump-07");
    byte[] csr = keys.ecRequest("a");
    here.trust.denies = true;

    refused(403, "denied", () -> here.enrol("pump-07", token, csr));
    assertThat(here.line("pump-07")).isEmpty();
    assertThat(here.trust.stated).isEmpty();
    here.trust.denies = false;
    assertThat(here.enrol("pump-07", token, csr)).isNotNull();
  }

  @Test
  void I2_a_retry_with_the_same_key_gets_the_same_certificate() {
    String token = here.token("pump-07");
    byte[] csr = keys.ecRequest("a");
    X509Certificate first = here.enrol("pump-07", token, csr);

    assertThat(here.enrol("pump-07", token, keys.request("a"))).isEqualTo(first);
    assertThat(here.line("pump-07")).hasSize(1);
    assertThat(here.trust.of(PUMP, Statements.CREDENTIAL)).hasSize(1);
  }

  @Test
  void I2_another_key_for_a_claimed_token_is_refused_and_is_evidence_once() {
    String token = here.token("pump-07");
    here.enrol("pump-07", token, keys.ecRequest("a"));
    byte[] thief = keys.ecRequest("thief");

    refused(403, "token-claimed", () -> here.enrol("pump-07", token, thief));
    refused(403, "token-claimed", () -> here.enrol("pump-07", token, thief));
    assertThat(here.trust.words(PUMP, Statements.TOKEN, "token.key")).containsExactly("contested");
    assertThat(here.line("pump-07")).hasSize(1);
  }

  @Test
  void I2_of_many_keys_at_the_same_moment_one_claims_the_token() throws Exception {
    String token = here.token("pump-07");
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] csr = keys.ecRequest("k" + i);
      attempts.add(() -> served(token, csr));
      attempts.add(() -> served(token, csr));
    }
    int served = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var attempt : threads.invokeAll(attempts)) {
        served += attempt.get() ? 1 : 0;
      }
    }
    assertThat(served).isEqualTo(2);
    assertThat(here.line("pump-07")).hasSize(1);
  }

  @Test
  void I2_a_token_is_stored_hashed_bound_to_one_device_and_carries_the_authoritys_fingerprint()
      throws Exception {
    String token = here.token("pump-07");

    String root =
        Command.run(
            folder, "openssl", "x509", "-in", "root.pem", "-noout", "-fingerprint", "-sha256");
    String fingerprint = root.substring(root.indexOf('=') + 1).replace(":", "").strip();
    assertThat(token).matches("twt1\\.[A-Za-z0-9_-]{22}\\.[0-9a-f]{64}");
    assertThat(token).endsWith(fingerprint.toLowerCase(java.util.Locale.ROOT));
    String stored =
        here.database
            .jdbc()
            .sql("SELECT CAST(token AS text) FROM identity.token")
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain(token.substring(5, 27));
    assertThat(here.ledger.of(EntryType.TOKEN))
        .singleElement()
        .satisfies(entry -> assertThat(entry.content()).doesNotContain(token.substring(5, 27)));
    refused(403, "token-subject", () -> here.enrol("pump-08", token, keys.ecRequest("a")));
  }

  @Test
  void I2_a_token_ends_and_can_be_withdrawn() {
    String old = here.token("pump-07");
    String withdrawn = here.token("pump-07");
    String id =
        here.operator("GET", "/tokens", Map.of(), "").path("items").get(0).path("id").asString();
    here.operator("DELETE", "/tokens/{id}", Map.of("id", id), "");
    byte[] csr = keys.ecRequest("a");

    refused(403, "token-void", () -> here.enrol("pump-07", withdrawn, csr));
    here.time.pass(Duration.ofHours(25));
    refused(403, "token-ended", () -> here.enrol("pump-07", old, csr));
  }

  @Test
  void I2_a_token_may_not_live_longer_than_the_policy_allows() {
    refused(
        422,
        "token-life",
        () ->
            here.operator("POST", "/tokens", Map.of(), "{\"device\":\"pump-07\",\"ttl\":\"90d\"}"));
    assertThat(here.operator("GET", "/tokens", Map.of(), "").path("items")).isEmpty();
  }

  @Test
  void G9_an_id_that_a_device_was_retired_with_enrols_no_more_and_gets_no_token() {
    byte[] csr = keys.ecRequest("a");
    String used = here.token("pump-07");
    here.enrol("pump-07", used, csr);
    String open = here.token("pump-07");
    here.retired.add(PUMP);

    int asked = here.trust.asked.size();
    refused(403, "device-retired", () -> here.enrol("pump-07", open, keys.ecRequest("b")));
    refused(403, "device-retired", () -> here.enrol("pump-07", used, csr));
    refused(409, "device-retired", () -> here.token("pump-07"));
    assertThat(here.trust.asked).hasSize(asked);
    assertThat(here.line("pump-07")).hasSize(1);
  }

  @Test
  void T2_an_unknown_token_or_none_is_401_and_states_nothing() {
    byte[] csr = keys.ecRequest("a");
    String token = here.token("pump-07");
    String guess = token.substring(0, 5) + "A".repeat(22) + token.substring(27);

    refused(401, "token-unknown", () -> here.enrol("pump-07", guess, csr));
    refused(401, "token-form", () -> here.enrol("pump-07", "secret", csr));
    DeviceResponse challenge =
        here.call("POST", "/.well-known/est/simpleenroll", Optional.empty(), Map.of(), csr);
    assertThat(challenge.status()).isEqualTo(401);
    assertThat(challenge.headers().get("www-authenticate")).startsWith("Basic ");
    assertThat(here.trust.stated).isEmpty();
  }

  @Test
  void a_service_enrols_by_a_token_of_its_own() {
    String token =
        here.operator("POST", "/tokens", Map.of(), "{\"service\":\"reader\"}")
            .path("token")
            .asString();
    X509Certificate certificate = here.enrol("reader", token, keys.ecRequest("a"));

    assertThat(here.present(certificate).subject()).isEqualTo(Subject.service("reader"));
  }

  @Test
  void a_key_of_another_device_is_refused() {
    enrolled("a");
    String token = here.token("pump-08");
    refused(409, "key-in-use", () -> here.enrol("pump-08", token, keys.request("a")));
  }

  @Test
  void renewal_is_possible_from_half_life_on_and_both_certificates_count_until_the_child_is_used() {
    X509Certificate parent = enrolled("a");
    byte[] csr = keys.ecRequest("b");
    int asked = here.trust.asked.size();
    refused(409, "renewal-too-early", () -> here.renew(parent, csr));
    assertThat(here.trust.asked).as("no permit is on record for what was refused").hasSize(asked);
    here.time.pass(HALF_LIFE);

    X509Certificate child = here.renew(parent, csr);
    assertThat(here.trust.accepted(PUMP)).containsExactlyInAnyOrder(digest(parent), digest(child));
    assertThat(here.line("pump-07").get(0).path("parent").asString())
        .isEqualTo(digest(parent).toString());
    assertThat(here.line("pump-07").get(0).path("generation").asInt()).isEqualTo(2);
    assertThat(here.ledger.of(EntryType.CERTIFICATE).getLast().content())
        .contains("\"parent\":\"" + digest(parent));
  }

  @Test
  void I4_the_first_use_of_a_child_certificate_retires_its_parent() {
    X509Certificate parent = enrolled("a");
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(parent, keys.ecRequest("b"));

    here.present(parent);
    assertThat(here.trust.accepted(PUMP)).hasSize(2);
    here.present(child);
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(child));
    int statements = here.trust.stated.size();
    here.present(child);
    assertThat(here.trust.stated).hasSize(statements);
    refused(403, "not-renewable", () -> here.renew(parent, keys.ecRequest("c")));
  }

  @Test
  void I4_the_first_use_is_noticed_after_a_restart_too() {
    X509Certificate parent = enrolled("a");
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(parent, keys.ecRequest("b"));
    here.restart();

    here.present(child);
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(child));
  }

  @Test
  void I3_a_second_renewal_of_one_parent_with_another_key_is_a_fork_and_evidence() {
    X509Certificate parent = enrolled("a");
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(parent, keys.ecRequest("b"));

    assertThat(here.renew(parent, keys.request("b"))).as("a retry is no fork").isEqualTo(child);
    assertThat(here.trust.words(PUMP, Statements.HOLDER, "credential.holder"))
        .containsExactly("sole");
    refused(409, "renewal-fork", () -> here.renew(parent, keys.ecRequest("thief")));
    assertThat(here.trust.words(PUMP, Statements.HOLDER, "credential.holder"))
        .containsExactly("sole", "shared");
    assertThat(here.line("pump-07")).hasSize(2);
  }

  @Test
  void I3_a_held_device_comes_back_only_by_a_token_made_after_its_fall_and_a_new_key() {
    X509Certificate stolen = enrolled("a");
    String before = here.token("pump-07");
    Postures.contraindicate(here, PUMP, List.of());
    here.trust.tiers.put(PUMP, Tier.CONTRAINDICATED);

    refused(403, "token-void", () -> here.enrol("pump-07", before, keys.ecRequest("b")));
    String after = here.token("pump-07");
    refused(403, "key-known", () -> here.enrol("pump-07", after, keys.request("a")));
    X509Certificate fresh = here.enrol("pump-07", after, keys.ecRequest("c"));

    assertThat(here.trust.accepted(PUMP))
        .containsExactly(digest(fresh))
        .doesNotContain(digest(stolen));
    assertThat(here.trust.words(PUMP, Statements.HOLDER, "credential.holder"))
        .endsWith("sole", "sole");
    refused(403, "not-renewable", () -> here.renew(stolen, keys.ecRequest("thief")));
  }

  @Test
  void I3_re_enrolment_states_the_new_certificate_before_it_says_that_one_alone_holds_the_key() {
    enrolled("a");
    here.trust.stated.clear();
    here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("b"));

    assertThat(here.trust.stated.stream().map(Evidence::kind))
        .containsExactly(Statements.CREDENTIAL, Statements.HOLDER);
  }

  @Test
  void what_a_crash_left_unsaid_is_stated_at_the_next_start() {
    String token = here.token("pump-07");
    byte[] csr = keys.ecRequest("a");
    here.trust.down = true;
    assertThatThrownBy(() -> here.enrol("pump-07", token, csr))
        .isInstanceOf(IllegalStateException.class);
    here.trust.down = false;
    here.restart();

    assertThat(here.trust.accepted(PUMP)).hasSize(1);
    X509Certificate retried = here.enrol("pump-07", token, csr);
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(retried));
    assertThat(here.line("pump-07")).hasSize(1);
  }

  @Test
  void every_secret_of_the_authority_stays_in_its_folder() throws Exception {
    enrolled("a");
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "root.pem",
            "root-key.pem",
            "root-key.passphrase",
            "issuing-1.pem",
            "issuing-1.key",
            "results-1.key",
            "key-encryption-key");
  }

  private X509Certificate enrolled(String key) {
    return here.enrol("pump-07", here.token("pump-07"), keys.ecRequest(key));
  }

  private boolean served(String token, byte[] csr) {
    try {
      return here.enrol("pump-07", token, csr) != null;
    } catch (Problem problem) {
      assertThat(problem.type()).endsWith(":token-claimed");
      return false;
    }
  }

  static Digest digest(X509Certificate certificate) {
    return Digest.of(Authority.der(certificate));
  }

  static void refused(int status, String type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.type()).endsWith(":" + type);
              assertThat(problem.status()).isEqualTo(status);
            });
  }
}
