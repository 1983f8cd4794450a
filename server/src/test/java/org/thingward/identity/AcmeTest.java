package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Base64Url;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.Network;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** ACME's own rules, and who tries to get around them. */
class AcmeTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Subject BROKER = Subject.service("broker");
  private static final String NAME = "broker.plant.test";

  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;
  private Keys keys;
  private HttpServer web;
  private final Map<String, String> published = new ConcurrentHashMap<>();
  private final Map<String, String> redirected = new ConcurrentHashMap<>();

  @BeforeEach
  void open() throws IOException {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (redirected.containsKey(path)) {
            exchange.getResponseHeaders().set("Location", redirected.get(path));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
          }
          byte[] body = published.getOrDefault(path, "").getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, Math.max(1, body.length));
          exchange.getResponseBody().write(body.length == 0 ? new byte[1] : body);
          exchange.close();
        });
    web.start();
    here = new Installation(folder);
    keys = new Keys(device);
    allow("127.0.0.0/8", "127.0.0.1", AcmeLimits.usual());
  }

  @AfterEach
  void close() throws Exception {
    web.stop(0);
    here.close();
  }

  @Test
  void an_account_takes_the_binding_of_a_token_and_the_same_key_gets_the_same_account() {
    JsonNode token = token();
    AcmeClient client = new AcmeClient(here).registered(token);
    String first = client.account.orElseThrow();
    AcmeClient again = new AcmeClient(here, client.key).registered(token);
    assertThat(again.account).contains(first);
    assertThat(client.read(first).path("status").asString()).isEqualTo("valid");
    assertThat(client.read(first).path("contact").isEmpty()).isTrue();
  }

  @Test
  void I2_the_first_key_claims_a_token_and_a_second_is_refused_and_is_evidence() {
    JsonNode token = token();
    AcmeClient first = new AcmeClient(here).registered(token);
    AcmeClient thief = new AcmeClient(here);
    assertThat(thief.error(AcmeClient.NEW_ACCOUNT, register(thief, token)))
        .isEqualTo("unauthorized");
    assertThat(here.trust.words(BROKER, Statements.TOKEN, "token.key"))
        .containsExactly("contested");
    EnrolmentTest.refused(
        403,
        "token-claimed",
        () -> here.enrol("broker", token.path("token").asString(), keys.ecRequest("a")));
    assertThat(first.read(first.account.orElseThrow()).path("status").asString())
        .isEqualTo("valid");
  }

  @Test
  void a_servers_token_gives_nothing_over_est() {
    String secret = token().path("token").asString();
    EnrolmentTest.refused(
        403, "token-for-acme", () -> here.enrol("broker", secret, keys.ecRequest("a")));
  }

  @Test
  void without_a_binding_or_with_a_forged_one_there_is_no_account() {
    JsonNode token = token();
    AcmeClient client = new AcmeClient(here);
    String url = AcmeClient.ORIGIN + AcmeClient.NEW_ACCOUNT;
    assertThat(client.post(AcmeClient.NEW_ACCOUNT, "{}").path("type").asString())
        .endsWith(":externalAccountRequired");
    JsonNode wrong =
        JSON.readTree(
            "{\"acme\":{\"kid\":\""
                + token.path("acme").path("kid").asString()
                + "\",\"hmac-key\":\""
                + "A".repeat(43)
                + "\"}}");
    String jwk = JSON.writeValueAsString(client.jwk());
    String other = JSON.writeValueAsString(AcmeClient.jwk(AcmeClient.elliptic()));
    Map<String, byte[]> forged = new HashMap<>();
    forged.put("another HMAC key", AcmeClient.binding(wrong, url, jwk, "HS256"));
    forged.put("another account's key", AcmeClient.binding(token, url, other, "HS256"));
    forged.put("another URL", AcmeClient.binding(token, "https://evil.test/x", jwk, "HS256"));
    forged.put("alg none", AcmeClient.binding(token, url, jwk, "none"));
    forged.put("alg ES256", AcmeClient.binding(token, url, jwk, "ES256"));
    forged.forEach((what, binding) ->
        assertThat(
                client.error(
                    AcmeClient.NEW_ACCOUNT,
                    client.signed(
                        client.header(AcmeClient.NEW_ACCOUNT),
                        "{\"externalAccountBinding\":" + text(binding) + "}")))
            .as(what)
            .isIn("unauthorized", "badSignatureAlgorithm"));
    assertThat(here.operator("GET", "/tokens", Map.of(), "").toString()).contains("\"open\"");
  }

  @Test
  void who_shows_many_forged_bindings_is_told_to_wait() {
    allow("127.0.0.0/8", "127.0.0.1", new AcmeLimits(60, 10, 2));
    JsonNode token =
        JSON.readTree("{\"acme\":{\"kid\":\"no-token\",\"hmac-key\":\"" + "A".repeat(43) + "\"}}");
    AcmeClient client = new AcmeClient(here);
    for (int i = 0; i < 2; i++) {
      assertThat(client.error(AcmeClient.NEW_ACCOUNT, register(client, token)))
          .isEqualTo("unauthorized");
    }
    assertThat(client.error(AcmeClient.NEW_ACCOUNT, register(client, token)))
        .isEqualTo("rateLimited");
    assertThat(client.answered).containsKey("retry-after");
  }

  @Test
  void a_nonce_serves_once_and_none_outlives_a_restart() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String account = client.account.orElseThrow();
    byte[] request = client.signed(client.header(account), "");
    assertThat(client.error(account, request)).isEmpty();
    assertThat(client.error(account, request)).as("replayed").isEqualTo("badNonce");
    assertThat(client.answered).containsKey("replay-nonce");

    byte[] unused = client.signed(client.header(account), "");
    here.restart();
    assertThat(client.error(account, unused)).as("unused").isEqualTo("badNonce");
    assertThat(client.error(account, request)).as("after a restart").isEqualTo("badNonce");
    Map<String, Object> header = client.header(account);
    header.remove("nonce");
    assertThat(client.error(account, client.signed(header, ""))).isEqualTo("badNonce");
    assertThat(client.read(account).path("status").asString()).isEqualTo("valid");
  }

  @Test
  void signatures_of_other_kinds_for_other_urls_and_other_hosts_are_refused() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String account = client.account.orElseThrow();
    for (String algorithm : List.of("none", "HS256", "RS256", "ES384", "EdDSA", "PS256")) {
      Map<String, Object> header = client.header(account);
      header.put("alg", algorithm);
      assertThat(client.error(account, client.signed(header, "")))
          .as(algorithm)
          .isEqualTo("badSignatureAlgorithm");
    }
    Map<String, Object> elsewhere = client.header(account);
    elsewhere.put("url", AcmeClient.ORIGIN + AcmeClient.NEW_ORDER);
    assertThat(client.error(account, client.signed(elsewhere, ""))).isEqualTo("unauthorized");
    byte[] relayed = client.signed(client.header("https://evil.test/acme/new-order"), "{}");
    DeviceResponse answer =
        client.send("POST", AcmeClient.NEW_ORDER, relayed, "evil.test", "application/jose+json");
    assertThat(text(answer.body())).contains("names no host by which this server is known");
    Map<String, Object> both = client.header(account);
    both.put("jwk", client.jwk());
    assertThat(client.error(account, client.signed(both, ""))).isEqualTo("malformed");
    Map<String, Object> critical = client.header(account);
    critical.put("crit", List.of("b64"));
    assertThat(client.error(account, client.signed(critical, ""))).isEqualTo("malformed");
    KeyPair stranger = AcmeClient.elliptic();
    assertThat(client.error(account, AcmeClient.signed(client.header(account), "", stranger)))
        .isEqualTo("malformed");
    assertThat(
            client
                .send("POST", AcmeClient.NEW_ORDER, relayed, "localhost:8443", "application/json")
                .status())
        .isEqualTo(415);
  }

  @Test
  void a_request_with_any_bit_changed_is_refused() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String account = client.account.orElseThrow();
    byte[] request = client.signed(client.header(account), "");
    for (int bit = 0; bit < request.length * 8; bit++) {
      byte[] changed = request.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(client.error(account, changed)).as("bit " + bit).isNotEmpty();
    }
    assertThat(client.error(account, request)).as("as it was").isEmpty();
  }

  @Test
  void a_name_that_was_shown_becomes_a_server_certificate_that_opens_nothing_as_a_client() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String order = order(client, NAME);
    assertThat(client.read(order).path("status").asString()).isEqualTo("pending");
    publish(client, order);
    prove(client, order);
    here.restart();
    assertThat(client.read(order).path("status").asString()).isEqualTo("ready");
    JsonNode done = complete(client, order, keys.ecRequest("server"));
    assertThat(done.path("status").asString()).as(done.toString()).isEqualTo("valid");
    String chain =
        text(
            client
                .send("POST", path(done.path("certificate").asString()), read(client, done))
                .body());
    X509Certificate certificate = Authority.read(chain.getBytes(StandardCharsets.US_ASCII));
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + NAME);
    assertThat(chain.split("BEGIN CERTIFICATE")).hasSize(3);
    EnrolmentTest.refused(403, "certificate-invalid", () -> here.present(certificate));
    JsonNode again = complete(client, order, keys.ecRequest("other"));
    assertThat(again.path("certificate")).isEqualTo(done.path("certificate"));
  }

  @Test
  void I2_other_names_wildcards_and_our_own_are_refused_in_tokens_and_orders() {
    EnrolmentTest.refused(409, "names", () -> token("localhost"));
    EnrolmentTest.refused(400, "names", () -> token("*.plant.test"));
    EnrolmentTest.refused(400, "names", () -> token("192.0.2.1"));
    AcmeClient client = new AcmeClient(here).registered(token());
    for (String name : List.of("other.test", "localhost", "*." + NAME, "sub." + NAME, "")) {
      assertThat(client.post(AcmeClient.NEW_ORDER, ordered("dns", name)).path("type").asString())
          .as(name)
          .endsWith(":rejectedIdentifier");
    }
    assertThat(client.post(AcmeClient.NEW_ORDER, ordered("permanent-identifier", NAME)).toString())
        .contains(":rejectedIdentifier");
    assertThat(client.post(AcmeClient.NEW_ORDER, ordered("ip", "192.0.2.1")).toString())
        .contains(":unsupportedIdentifier");
  }

  @Test
  void a_request_that_names_others_or_has_the_accounts_key_is_no_request_for_the_order() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String order = order(client, NAME);
    assertThat(complete(client, order, keys.ecRequest("early")).path("type").asString())
        .endsWith(":orderNotReady");
    publish(client, order);
    prove(client, order);
    keys.key("server", "EC", "ec_paramgen_curve:P-256");
    Command.run(
        device,
        "openssl",
        "req",
        "-new",
        "-key",
        "server.key",
        "-subj",
        "/CN=x",
        "-addext",
        "subjectAltName=DNS:" + NAME + ",DNS:evil.test",
        "-outform",
        "DER",
        "-out",
        "s.csr");
    assertThat(complete(client, order, keys.read("s.csr")).path("type").asString())
        .endsWith(":badCSR");
    assertThat(complete(client, order, new byte[] {1}).path("type").asString()).endsWith(":badCSR");
  }

  @Test
  void what_is_not_published_or_is_redirected_is_refused_and_the_order_is_over() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String order = order(client, NAME);
    JsonNode failed = prove(client, order);
    assertThat(failed.path("error").toString()).contains(":incorrectResponse");
    assertThat(client.read(order).path("status").asString()).isEqualTo("invalid");
    String second = order(client, NAME);
    publish(client, second);
    published.forEach((path, body) -> {
      redirected.put(path, "http://169.254.169.254" + path);
      published.remove(path);
    });
    assertThat(prove(client, second).path("error").toString()).contains("not followed");
  }

  @Test
  void http_01_connects_nowhere_that_is_not_allowed_by_whatever_name() {
    for (String address : List.of("169.254.169.254", "10.0.0.1", "127.0.0.1", "0.0.0.0")) {
      allow("0.0.0.0/0", address, AcmeLimits.usual());
      allow(
          address.equals("10.0.0.1") ? "192.168.0.0/16" : "0.0.0.0/0", address, AcmeLimits.usual());
      AcmeClient client = new AcmeClient(here).registered(token());
      assertThat(prove(client, order(client, NAME)).path("error").toString())
          .as(address)
          .contains(":connection", "is in a network");
    }
  }

  @Test
  void who_fails_often_or_orders_often_is_told_to_wait() {
    allow("127.0.0.0/8", "127.0.0.1", new AcmeLimits(4, 2, 30));
    AcmeClient client = new AcmeClient(here).registered(token());
    for (int i = 0; i < 2; i++) {
      assertThat(prove(client, order(client, NAME)).path("status").asString()).isEqualTo("invalid");
    }
    assertThat(client.post(AcmeClient.NEW_ORDER, ordered("dns", NAME)).path("type").asString())
        .endsWith(":rateLimited");
    assertThat(Integer.parseInt(client.answered.get("retry-after"))).isBetween(3000, 3600);
    here.time.pass(Duration.ofHours(1));
    for (int i = 0; i < 4; i++) {
      assertThat(order(client, NAME)).isNotEmpty();
    }
    assertThat(client.post(AcmeClient.NEW_ORDER, ordered("dns", NAME)).path("type").asString())
        .endsWith(":rateLimited");
  }

  @Test
  void an_account_sees_and_completes_its_own_orders_alone() {
    AcmeClient owner = new AcmeClient(here).registered(token());
    String order = order(owner, NAME);
    AcmeClient stranger = new AcmeClient(here).registered(token("other.test"));
    for (String path : List.of(order, authorization(owner, order), owner.account.orElseThrow())) {
      assertThat(stranger.read(path).path("type").asString()).endsWith(":unauthorized");
    }
    assertThat(complete(stranger, order, keys.ecRequest("a")).path("type").asString())
        .endsWith(":unauthorized");
  }

  @Test
  void keys_change_with_both_signatures_and_the_old_one_counts_no_more() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String account = client.account.orElseThrow();
    AcmeClient taken = new AcmeClient(here).registered(token("other.test"));
    KeyPair next = AcmeClient.elliptic();
    assertThat(rekey(client, taken.key, taken.key)).isEqualTo("malformed");
    assertThat(rekey(client, next, taken.key)).as("not by the new key").isEqualTo("malformed");
    assertThat(rekey(client, next, next)).isEmpty();
    assertThat(client.read(account).path("type").asString()).endsWith(":malformed");
    AcmeClient renewed = new AcmeClient(here, next);
    renewed.account = Optional.of(account);
    assertThat(renewed.read(account).path("status").asString()).isEqualTo("valid");
    here.restart();
    assertThat(renewed.read(account).path("status").asString()).isEqualTo("valid");
    assertThat(renewed.post(account, "{\"status\":\"deactivated\"}").path("status").asString())
        .isEqualTo("deactivated");
    assertThat(renewed.read(account).path("type").asString()).endsWith(":accountDoesNotExist");
    here.restart();
    assertThat(renewed.read(account).path("type").asString()).endsWith(":accountDoesNotExist");
  }

  @Test
  void L4_what_was_written_into_the_database_gives_no_account_no_name_and_no_authorization() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String account = client.account.orElseThrow();
    String order = order(client, NAME);
    update("UPDATE identity.acme_authorization SET state = 'valid'");
    assertThat(complete(client, order, keys.ecRequest("a")).toString())
        .contains("The log does not know");
    update("UPDATE identity.acme_account SET names = '{evil.test}'");
    here.restart();
    assertThat(client.read(account).path("type").asString()).endsWith(":accountDoesNotExist");
    update("UPDATE identity.acme_account SET names = '{" + NAME + "}'");
    here.restart();
    assertThat(client.read(account).path("status").asString()).isEqualTo("valid");
    client.post(account, "{\"status\":\"deactivated\"}");
    update("UPDATE identity.acme_account SET status = 'valid'");
    here.restart();
    assertThat(client.read(account).path("type").asString()).endsWith(":accountDoesNotExist");
  }

  @Test
  void T5_a_subject_that_an_operator_revoked_has_no_account_any_more() {
    AcmeClient client = new AcmeClient(here).registered(token());
    Postures.contraindicate(here, BROKER, List.of(RevocationTest.order(here, BROKER, "revoke")));
    Eventually.within(
        Duration.ofSeconds(5),
        () ->
            client
                .read(client.account.orElseThrow())
                .path("type")
                .asString("")
                .endsWith(":accountDoesNotExist"));
  }

  @Test
  void renewal_information_is_for_anyone_and_an_order_says_once_what_it_replaces() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String order = order(client, NAME);
    publish(client, order);
    prove(client, order);
    JsonNode done = complete(client, order, keys.ecRequest("a"));
    X509Certificate certificate =
        Authority.read(
            client
                .send("POST", path(done.path("certificate").asString()), read(client, done))
                .body());
    byte[] identifier = certificate.getExtensionValue("2.5.29.35");
    byte[] key =
        java.util.Arrays.copyOfRange(identifier, identifier.length - 20, identifier.length);
    String id =
        Base64Url.encode(key) + "." + Base64Url.encode(certificate.getSerialNumber().toByteArray());
    JsonNode window = AcmeClient.json(client.send("GET", "/acme/renewal-info/" + id, new byte[0]));
    assertThat(window.path("suggestedWindow").path("start").asString()).isNotEmpty();
    assertThat(client.send("GET", "/acme/renewal-info/AA.AA", new byte[0]).status()).isEqualTo(404);
    String payload =
        "{\"identifiers\":[{\"type\":\"dns\",\"value\":\""
            + NAME
            + "\"}],\"replaces\":\""
            + id
            + "\"}";
    assertThat(client.post(AcmeClient.NEW_ORDER, payload).path("status").asString())
        .isEqualTo("pending");
    assertThat(client.post(AcmeClient.NEW_ORDER, payload).path("type").asString())
        .endsWith(":alreadyReplaced");
    assertThat(client.post(AcmeClient.NEW_ORDER, payload.replace(id, "AA.AA")).toString())
        .contains("names no certificate of this account");
  }

  private void allow(String network, String address, AcmeLimits limits) {
    here.acme =
        new AcmeSettings(
            List.of(Network.parse(network)),
            web.getAddress().getPort(),
            name -> new InetAddress[] {literal(address)},
            List.of(),
            limits);
    here.restart();
  }

  private static InetAddress literal(String address) throws UnknownHostException {
    return InetAddress.getByName(address);
  }

  private JsonNode token() {
    return token(NAME);
  }

  private JsonNode token(String name) {
    String service = name.equals(NAME) ? "broker" : "other";
    return here.operator(
        "POST",
        "/tokens",
        Map.of(),
        "{\"service\":\"%s\",\"profile\":\"server\",\"names\":[\"%s\"]}".formatted(service, name));
  }

  private static byte[] register(AcmeClient client, JsonNode token) {
    String url = AcmeClient.ORIGIN + AcmeClient.NEW_ACCOUNT;
    return client.signed(
        client.header(AcmeClient.NEW_ACCOUNT),
        "{\"externalAccountBinding\":" + client.binding(token, url) + "}");
  }

  private static String ordered(String type, String name) {
    return "{\"identifiers\":[{\"type\":\"" + type + "\",\"value\":\"" + name + "\"}]}";
  }

  private static String order(AcmeClient client, String name) {
    client.post(AcmeClient.NEW_ORDER, ordered("dns", name));
    return client.answered.get("location");
  }

  private static String authorization(AcmeClient client, String order) {
    return client.read(order).path("authorizations").get(0).asString();
  }

  private static JsonNode challenge(AcmeClient client, String order) {
    return client.read(authorization(client, order)).path("challenges").get(0);
  }

  private void publish(AcmeClient client, String order) {
    String token = challenge(client, order).path("token").asString();
    String thumbprint = AcmeKey.read(JSON.valueToTree(client.jwk())).thumbprintText();
    published.put(AcmeHttpCheck.PATH + token, token + "." + thumbprint);
  }

  private static JsonNode prove(AcmeClient client, String order) {
    return client.post(challenge(client, order).path("url").asString(), "{}");
  }

  private static JsonNode complete(AcmeClient client, String order, byte[] csr) {
    return client.post(order + "/finalize", "{\"csr\":\"" + Base64Url.encode(csr) + "\"}");
  }

  private static byte[] read(AcmeClient client, JsonNode order) {
    return client.signed(client.header(order.path("certificate").asString()), "");
  }

  private static String path(String url) {
    return url.substring(AcmeClient.ORIGIN.length());
  }

  private static String rekey(AcmeClient client, KeyPair next, KeyPair signer) {
    String url = AcmeClient.ORIGIN + "/acme/key-change";
    Map<String, Object> inner = new HashMap<>();
    inner.put("alg", "ES256");
    inner.put("url", url);
    inner.put("jwk", AcmeClient.jwk(next));
    String change =
        JSON.writeValueAsString(
            Map.of("account", client.account.orElseThrow(), "oldKey", client.jwk()));
    byte[] body =
        client.signed(
            client.header("/acme/key-change"), text(AcmeClient.signed(inner, change, signer)));
    return client.error("/acme/key-change", body);
  }

  private void update(String sql) {
    int unused = here.database.jdbc().sql(sql).update();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
