package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.identity.EnrolmentTest.digest;
import static org.thingward.identity.EnrolmentTest.refused;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.DeviceListener;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Digest;
import org.thingward.trust.Impact;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** Tokens that a factory derives by openssl, for devices that an operator listed. */
class DerivedTokensTest {
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
  void a_token_that_openssl_derived_enrols_over_curl_and_its_certificate_is_of_level_2() {
    JsonNode made = listed("pump-07", "pump-08");
    String token = derived(made, "pump-07");
    keys.write("root.pem", new Keys(folder).read("root.pem"));
    keys.ecRequest("a");
    try (DeviceListener listener = here.listen(0)) {
      for (String more :
          List.of("-u pump-07:" + token, "-H 'Authorization: Bearer " + token + "'")) {
        String answer =
            shell(
                "curl -sS --cacert root.pem %s -H 'Content-Type: application/pkcs10'"
                        .formatted(more)
                    + " --data-binary @a.csr https://localhost:%d/.well-known/est/simpleenroll"
                        .formatted(listener.port())
                    + " | base64 -d | openssl pkcs7 -inform der -print_certs");
        assertThat(answer).as("the same key may ask again").contains("CN = pump-07");
      }
    }
    assertThat(levels(PUMP)).containsExactly("l2");
    assertThat(here.trust.of(PUMP, Statements.CREDENTIAL).getLast().assurance())
        .isEqualTo(AssuranceLevel.L2);
    assertThat(here.line("pump-07").get(0).path("derived").asBoolean()).isTrue();
  }

  @Test
  void the_group_key_is_shown_once_and_kept_nowhere() {
    JsonNode made = listed("pump-07");
    String key = made.path("group-key").asString();
    assertThat(key).matches("[0-9a-f]{64}");
    String stored =
        here.database
            .jdbc()
            .sql("SELECT CAST(token AS text) FROM identity.token")
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain(key, derived(made, "pump-07").substring(5, 27));
    assertThat(here.ledger.of(EntryType.TOKEN))
        .singleElement()
        .satisfies(entry -> assertThat(entry.content()).contains("\"derived\":true"))
        .satisfies(entry -> assertThat(entry.content()).doesNotContain(key));
    JsonNode more = listed("\"group-key\":\"" + key.toUpperCase(Locale.ROOT) + "\"", "pump-08");
    assertThat(more.has("group-key")).as("its maker has it").isFalse();
    assertThat(here.enrol("pump-08", derive(key, more, "pump-08"), keys.ecRequest("b")))
        .isNotNull();
    assertThat(GroupKey.read(key).toString()).doesNotContain(key);
    assertThat(tokens()).allMatch(token -> token.path("derived").asBoolean());
  }

  @Test
  void I2_who_has_the_group_key_enrols_no_device_that_is_not_listed() {
    JsonNode made = listed("pump-07");
    refused(
        401,
        "token-unknown",
        () -> here.enrol("pump-09", derived(made, "pump-09"), keys.ecRequest("a")));
    refused(
        403,
        "token-subject",
        () -> here.enrol("pump-09", derived(made, "pump-07"), keys.ecRequest("b")));
  }

  @Test
  void I2_a_second_key_for_a_derived_token_is_refused_and_is_evidence() {
    String token = derived(listed("pump-07"), "pump-07");
    here.enrol("pump-07", token, keys.ecRequest("a"));
    refused(403, "token-claimed", () -> here.enrol("pump-07", token, keys.ecRequest("thief")));
    assertThat(here.trust.words(PUMP, Statements.TOKEN, "token.key")).containsExactly("contested");
  }

  @Test
  void I3_a_derived_token_brings_no_device_back() {
    JsonNode made = listed("pump-07", "pump-08");
    String token = derived(made, "pump-07");
    here.trust.tiers.put(PUMP, Tier.CONTRAINDICATED);
    refused(403, "derived-held", () -> here.enrol("pump-07", token, keys.ecRequest("a")));
    here.trust.tiers.remove(PUMP);

    here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("b"));
    refused(403, "derived-not-first", () -> here.enrol("pump-07", token, keys.ecRequest("c")));
    update("DELETE FROM identity.unstated");
    update("UPDATE identity.token SET certificate = NULL");
    update("DELETE FROM identity.certificate");
    refused(403, "derived-not-first", () -> here.enrol("pump-07", token, keys.ecRequest("c")));
    refusedNaming("pump-07", 409, "derived-not-first", () -> listed("pump-09", "pump-07"));
    assertThat(tokens()).as("nothing was created").hasSize(3);
    assertThat(levels(PUMP)).containsExactly("l3");
  }

  @Test
  void I3_a_derived_token_shown_at_the_same_moment_takes_the_place_of_no_operators()
      throws Exception {
    for (int i = 0; i < 6; i++) {
      String id = "racer-" + i;
      String derived = derived(listed(id), id);
      String own = here.token(id);
      byte[] one = keys.ecRequest(id + "-a");
      byte[] other = keys.ecRequest(id + "-b");
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var first = threads.submit(() -> here.enrol(id, derived, one));
        var second = threads.submit(() -> here.enrol(id, own, other));
        assertThat(second.get()).isNotNull();
        try {
          assertThat(first.get()).as("it came first").isNotNull();
        } catch (ExecutionException e) {
          assertThat(e).hasMessageContaining("has or had a certificate");
        }
      }
      assertThat(levels(Subject.device(id))).as(id).endsWith("l3");
    }
  }

  @Test
  void I3_one_whose_making_would_release_a_device_is_refused() {
    here.foresight =
        pieces ->
            new Impact(
                new TreeSet<>(), new TreeSet<>(Set.of(PUMP)), new TreeSet<>(), false, List.of());
    refused(409, "derived-held", () -> listed("pump-08", "pump-07"));
    assertThat(tokens()).isEmpty();
  }

  @Test
  void renewals_of_a_derived_line_stay_at_level_2_and_an_operators_token_lifts_it() {
    X509Certificate first = enrolled("a");
    here.hardware.add(digestOfKey(first));
    here.identity.hardwareKeysChanged(PUMP);
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(first, keys.ecRequest("b"));
    here.present(child);
    here.restart();
    here.time.pass(HALF_LIFE);
    here.present(here.renew(child, keys.ecRequest("c")));
    assertThat(levels(PUMP)).containsOnly("l2");
    assertThat(here.line("pump-07")).allMatch(one -> one.path("derived").asBoolean());

    here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("d"));
    assertThat(levels(PUMP)).endsWith("l2", "l3");
    assertThat(here.line("pump-07").valueStream())
        .filteredOn(one -> one.path("state").asString().equals("active"))
        .singleElement()
        .satisfies(one -> assertThat(one.has("derived")).isFalse());
  }

  @Test
  void L4_a_row_that_says_that_it_was_not_derived_raises_nobody() {
    X509Certificate first = enrolled("a");
    update("UPDATE identity.certificate SET derived = false");
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(first, keys.ecRequest("b"));
    update("UPDATE identity.certificate SET derived = false");
    here.present(child);
    assertThat(levels(PUMP)).containsOnly("l2");
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(child));

    update("UPDATE identity.certificate SET derived = false");
    here.restart();
    assertThat(here.trust.accepted(PUMP)).as("the log has it otherwise: out").isEmpty();
    assertThat(here.ledger.of(EntryType.FINDING))
        .singleElement()
        .satisfies(entry -> assertThat(entry.content()).contains("certificates-changed"));
  }

  @Test
  void L4_a_token_whose_row_says_that_it_was_not_derived_lets_nobody_in() {
    String token = derived(listed("pump-07"), "pump-07");
    update("UPDATE identity.token SET derived = false");
    refused(403, "token-not-on-record", () -> here.enrol("pump-07", token, keys.ecRequest("a")));
    here.restart();
    refused(403, "token-void", () -> here.enrol("pump-07", token, keys.ecRequest("a")));
  }

  @Test
  void L4_a_derived_token_enrols_after_a_restart() {
    JsonNode made = listed("pump-07");
    here.restart();
    assertThat(here.enrol("pump-07", derived(made, "pump-07"), keys.ecRequest("a"))).isNotNull();
    here.restart();
    assertThat(levels(PUMP)).containsExactly("l2");
  }

  @Test
  void a_group_key_that_was_not_made_by_chance_is_refused() {
    for (String weak :
        List.of(
            "00".repeat(32),
            "0f".repeat(32),
            "00112233445566778899aabbccddeeff".repeat(2),
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9",
            "70617373776f7264".repeat(4),
            "6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435")) {
      refused(422, "group-key-weak", () -> listed("\"group-key\":\"" + weak + "\"", "pump-07"));
    }
    for (String malformed : List.of("", "ab".repeat(31), "ab".repeat(33), "xy".repeat(32))) {
      refused(400, "group-key", () -> listed("\"group-key\":\"" + malformed + "\"", "pump-07"));
    }
    assertThat(tokens()).isEmpty();
  }

  @Test
  void a_list_is_taken_whole_or_not_at_all_and_the_reason_names_the_device() {
    here.retired.add(Subject.device("pump-99"));
    refusedNaming("pump-99", 409, "device-retired", () -> listed("pump-07", "pump-99"));
    refusedNaming("pump-07", 400, "device-twice", () -> listed("pump-07", "pump-08", "pump-07"));
    refusedNaming("pump 08", 400, "name", () -> listed("pump-07", "pump 08"));
    refused(400, "devices", () -> listed());
    String[] many =
        IntStream.rangeClosed(0, 1_000).mapToObj(each -> "d-" + each).toArray(String[]::new);
    refused(400, "devices", () -> listed(many));
    refused(422, "token-life", () -> listed("\"ttl\":\"90d\"", "pump-07"));
    refused(400, "member", () -> listed("\"profile\":\"device\"", "pump-07"));
    assertThat(tokens()).isEmpty();
    assertThat(here.ledger.of(EntryType.TOKEN)).isEmpty();
    assertThat(listed(Arrays.copyOf(many, 1_000)).path("items")).hasSize(1_000);
    assertThat(here.ledger.of(EntryType.TOKEN)).hasSize(1_000);
  }

  @Test
  void a_device_has_one_open_derived_token_and_another_takes_its_place_if_that_is_said() {
    JsonNode first = listed("pump-07");
    String sameKey = "\"group-key\":\"" + first.path("group-key").asString() + "\"";
    refused(409, "derived-open", () -> listed("pump-07"));
    refused(409, "derived-open", () -> listed(sameKey + ",\"replace\":true", "pump-07"));
    JsonNode second = listed("\"replace\":true", "pump-07", "pump-08");
    refused(
        403,
        "token-void",
        () -> here.enrol("pump-07", derived(first, "pump-07"), keys.ecRequest("a")));
    refused(409, "derived-spent", () -> listed(sameKey + ",\"replace\":true", "pump-07"));
    here.restart();
    assertThat(here.enrol("pump-07", derived(second, "pump-07"), keys.ecRequest("b"))).isNotNull();
  }

  @Test
  void a_token_that_ended_unused_may_be_given_again_by_the_same_group_key() {
    JsonNode first = listed("\"ttl\":\"1h\"", "pump-07");
    String token = derived(first, "pump-07");
    here.time.pass(Duration.ofHours(2));
    refused(403, "token-ended", () -> here.enrol("pump-07", token, keys.ecRequest("a")));
    String sameKey = "\"group-key\":\"" + first.path("group-key").asString() + "\"";
    assertThat(listed(sameKey, "pump-07").path("items")).hasSize(1);
    here.restart();
    assertThat(here.enrol("pump-07", token, keys.ecRequest("a"))).isNotNull();
  }

  private X509Certificate enrolled(String key) {
    return here.enrol("pump-07", derived(listed("pump-07"), "pump-07"), keys.ecRequest(key));
  }

  /** Lists devices; the first may be further members of the request. */
  private JsonNode listed(String... devices) {
    boolean more = devices.length > 0 && devices[0].startsWith("\"");
    String ids =
        List.of(devices).stream()
            .skip(more ? 1 : 0)
            .map(id -> "\"" + id + "\"")
            .collect(Collectors.joining(","));
    String body = "{\"devices\":[" + ids + "]" + (more ? "," + devices[0] : "") + "}";
    return here.operator("POST", "/tokens/derived", Map.of(), body);
  }

  /** What the factory does, offline. */
  private String derived(JsonNode made, String id) {
    return derive(made.path("group-key").asString(), made, id);
  }

  private String derive(String key, JsonNode made, String id) {
    String secret =
        shell(
            "printf thingward/derived-token/v1/%s | openssl dgst -sha256 -mac HMAC -macopt hexkey:%s -binary"
                    .formatted(id, key)
                + " | head -c16 | basenc --base64url | tr -d '=\\n'");
    return "twt1." + secret + "." + made.path("authority").asString().substring("sha256:".length());
  }

  private static void refusedNaming(String device, int status, String type, ThrowingCallable call) {
    refused(status, type, call);
    assertThatThrownBy(call).hasMessageContaining(device);
  }

  private String shell(String line) {
    return Command.run(device, "sh", "-c", line);
  }

  private List<String> levels(Subject subject) {
    return here.trust.words(subject, Statements.CREDENTIAL, "credential.assurance");
  }

  private List<JsonNode> tokens() {
    return here.operator("GET", "/tokens", Map.of(), "").path("items").valueStream().toList();
  }

  private static Digest digestOfKey(X509Certificate certificate) {
    return Digest.of(certificate.getPublicKey().getEncoded());
  }

  private void update(String sql) {
    int unused = here.database.jdbc().sql(sql).update();
  }
}
