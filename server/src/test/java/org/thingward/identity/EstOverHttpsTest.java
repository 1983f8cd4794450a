package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.DeviceListener;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

/** EST as RFC 7030 has it, spoken by real curl and read by real openssl. */
class EstOverHttpsTest {
  private static final Subject PUMP = Subject.device("pump-07");

  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;
  private Keys keys;
  private DeviceListener listener;

  @BeforeEach
  void open() {
    here = new Installation(folder);
    keys = new Keys(device);
    keys.write("root.pem", new Keys(folder).read("root.pem"));
    listen();
  }

  private void listen() {
    listener = here.listen(0);
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    here.close();
  }

  @Test
  void cacerts_gives_the_chain_to_anyone_in_a_form_that_openssl_reads() {
    curl("cacerts", "-o", "cacerts.p7");
    String certificates = certificates("cacerts.p7");

    assertThat(certificates).contains("Thingward root").contains("Thingward issuing 1");
    assertThat(curl("cacerts", "-o", "/dev/null", "-w", "%{content_type}"))
        .startsWith("application/pkcs7-mime");
  }

  @Test
  void csrattrs_names_the_curve_and_algorithm_that_the_server_likes() {
    curl("csrattrs", "-o", "attributes.b64");
    decode("attributes.b64", "attributes.der");
    assertThat(
            Command.run(device, "openssl", "asn1parse", "-inform", "DER", "-in", "attributes.der"))
        .contains("prime256v1")
        .contains("ecdsa-with-SHA256");
  }

  @Test
  void simpleenroll_by_token_gives_a_certificate_that_verifies_and_opens_the_next_connection() {
    enrol("pump-07");

    assertThat(
            Command.run(
                device,
                "openssl",
                "verify",
                "-purpose",
                "sslclient",
                "-CAfile",
                "root.pem",
                "-untrusted",
                "chain.pem",
                "pump-07.pem"))
        .contains("OK");
    assertThat(Command.run(device, "openssl", "x509", "-in", "pump-07.pem", "-noout", "-subject"))
        .contains("CN = pump-07");
  }

  @Test
  void simplereenroll_by_certificate_is_decided_and_gives_the_next_in_line() {
    enrol("pump-07");
    keys.ecRequest("next");
    assertThat(renew("pump-07", "next", "-w", "%{http_code}")).endsWith("409");
    here.time.pass(Duration.ofDays(4));

    renew("pump-07", "next", "-f", "-o", "next.p7");
    assertThat(certificates("next.p7")).contains("subject=CN = pump-07");
    assertThat(here.trust.asked.getLast().kind()).isEqualTo(RequestKind.RENEW);
    assertThat(here.trust.accepted(PUMP)).hasSize(2);
  }

  @Test
  void I4_the_child_certificate_at_its_first_handshake_retires_the_parent() {
    enrol("pump-07");
    here.time.pass(Duration.ofDays(4));
    keys.ecRequest("next");
    renew("pump-07", "next", "-f", "-o", "next.p7");
    store("next.p7", "next.pem");

    assertThat(here.trust.accepted(PUMP)).hasSize(2);
    curl("cacerts", "--cert", "next.pem", "--key", "next.key", "-o", "/dev/null");
    assertThat(here.trust.accepted(PUMP))
        .containsExactly(EnrolmentTest.digest(Authority.read(keys.read("next.pem"))));
  }

  @Test
  void simplereenroll_without_a_certificate_is_401() {
    keys.ecRequest("next");
    assertThat(post("simplereenroll", "next", "-w", "%{http_code}"))
        .contains("urn:thingward:problem:certificate-required")
        .endsWith("401");
  }

  @Test
  void a_wrong_token_is_401_with_a_challenge_for_those_that_bring_none() {
    keys.ecRequest("a");
    String guess = "twt1." + "A".repeat(22) + "." + "0".repeat(64);
    assertThat(post("simpleenroll", "a", "-u", "pump-07:" + guess, "-w", "%{http_code}"))
        .endsWith("401");
    assertThat(post("simpleenroll", "a", "-D", "-"))
        .containsIgnoringCase("www-authenticate: Basic realm=\"enrolment\"");
  }

  @Test
  void I2_under_the_label_of_a_profile_tokens_and_certificates_of_that_profile_alone_are_taken() {
    keys.ecRequest("a");
    String token = here.token("pump-07");
    String user = "pump-07:" + token;
    assertThat(post("service/simpleenroll", "a", "-u", user, "-w", "%{http_code}"))
        .contains("the token or certificate is of profile device")
        .endsWith("403");
    assertThat(post("server/simpleenroll", "a", "-u", user, "-w", "%{http_code}")).endsWith("404");
    post("device/simpleenroll", "a", "-f", "-u", user, "-o", "a.p7");
    store("a.p7", "a.pem");
    assertThat(curl("device/cacerts", "-f", "-o", "labelled.p7", "-w", "%{http_code}"))
        .isEqualTo("200");
    here.time.pass(Duration.ofDays(4));
    keys.ecRequest("b");
    String[] with = {"--cert", "a.pem", "--key", "a.key", "-w", "%{http_code}"};
    assertThat(post("commissioning/simplereenroll", "b", with)).endsWith("403");
    assertThat(post("device/simplereenroll", "b", with)).endsWith("200");
  }

  @Test
  void keys_are_made_for_devices_only_if_the_installation_is_set_to_and_given_once() {
    keys.ecRequest("a");
    String user = "pump-07:" + here.token("pump-07");
    assertThat(post("serverkeygen", "a", "-u", user, "-w", "%{http_code}"))
        .contains("make one on the device")
        .endsWith("404");
    listener.close();
    here.makesKeys = true;
    here.restart();
    listen();
    post("serverkeygen", "a", "-f", "-u", user, "-o", "parts", "-D", "head");
    assertThat(text("head")).contains("multipart/mixed; boundary=thingward-est");
    String[] parts = text("parts").split("--thingward-est(--)?\r\n");
    assertThat(parts).hasSize(3);
    keys.write("made.p8", decoded(parts[1], "application/pkcs8"));
    keys.write("made.p7", decoded(parts[2], "application/pkcs7-mime; smime-type=certs-only"));
    String[] pkcs8 = {"openssl", "pkey", "-inform", "DER", "-in", "made.p8", "-out", "made.key"};
    Command.run(device, pkcs8);
    Command.run(
        device,
        "openssl",
        "pkcs7",
        "-inform",
        "DER",
        "-in",
        "made.p7",
        "-print_certs",
        "-out",
        "made.pem");
    assertThat(curl("cacerts", "--cert", "made.pem", "--key", "made.key", "-w", "%{http_code}"))
        .endsWith("200");
    assertThat(here.trust.accepted(PUMP))
        .containsExactly(EnrolmentTest.digest(Authority.read(keys.read("made.pem"))));
    assertThat(post("serverkeygen", "a", "-u", user, "-w", "%{http_code}"))
        .contains("Ask for a new token")
        .endsWith("403");
    assertThat(here.trust.of(PUMP, Statements.TOKEN)).as("a retry is no theft").isEmpty();
  }

  @Test
  void a_request_that_names_its_connection_is_taken_over_that_one_and_over_no_other() {
    here.bindsChannels = false;
    for (String suite : List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")) {
      try (BoundConnection connection = bound("-ciphersuites", suite)) {
        request("linked", connection.exporter());
        assertThat(connection.enrol("linked.csr", here.token("pump-07")))
            .startsWith("HTTP/1.1 200");
      }
    }
    try (BoundConnection first = bound();
        BoundConnection second = bound()) {
      request("linked", first.exporter());
      assertThat(second.enrol("linked.csr", here.token("pump-07")))
          .startsWith("HTTP/1.1 400")
          .contains("urn:thingward:problem:csr-link", "was made for another one");
    }
  }

  @Test
  void where_requests_must_name_their_connection_csrattrs_says_so_and_others_are_refused() {
    keys.ecRequest("plain");
    assertThat(attributes()).doesNotContain("challengePassword");
    listener.close();
    here.bindsChannels = true;
    here.restart();
    listen();
    assertThat(attributes()).contains("challengePassword");
    String user = "pump-07:" + here.token("pump-07");
    assertThat(post("simpleenroll", "plain", "-u", user, "-w", "%{http_code}"))
        .contains("urn:thingward:problem:csr-not-linked")
        .endsWith("400");
    try (BoundConnection connection = bound()) {
      request("linked", connection.exporter());
      assertThat(connection.enrol("linked.csr", user.substring("pump-07:".length())))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void a_link_to_a_connection_that_knows_none_is_refused_and_one_in_no_base64_too() {
    String user = "pump-07:" + here.token("pump-07");
    request("guessed", "a secret word");
    assertThat(post("simpleenroll", "guessed", "-u", user, "-w", "%{http_code}"))
        .contains("urn:thingward:problem:csr-link")
        .endsWith("400");
    listener.close();
    listener = here.listen(0, true);
    assertThat(
            post("simpleenroll", "guessed", "-u", user, "--tls-max", "1.2", "-w", "%{http_code}"))
        .contains("urn:thingward:problem:csr-link-unknown", "connect by TLS 1.3")
        .endsWith("400");
  }

  private BoundConnection bound(String... options) {
    return new BoundConnection(device, listener.port(), options);
  }

  private String attributes() {
    curl("csrattrs", "-o", "attributes.b64");
    decode("attributes.b64", "attributes.der");
    return Command.run(device, "openssl", "asn1parse", "-inform", "DER", "-in", "attributes.der");
  }

  /** A request of a new key with this challengePassword. */
  private void request(String name, String challengePassword) {
    String configuration =
        """
        [req]
        prompt = no
        distinguished_name = subject
        attributes = attributes
        [subject]
        CN = pump-07
        [attributes]
        challengePassword = %s
        """
            .formatted(challengePassword);
    keys.write(name + ".cnf", configuration.getBytes(StandardCharsets.US_ASCII));
    Command.run(
        device,
        "sh",
        "-c",
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %1$s.key -config %1$s.cnf -outform DER -out %1$s.csr"
            .formatted(name));
  }

  @Test
  void a_password_that_is_no_token_opens_nothing() {
    keys.ecRequest("a");
    assertThat(post("simpleenroll", "a", "-u", "pump-07:secret", "-w", "%{http_code}"))
        .contains("is no enrolment token")
        .endsWith("401");
  }

  @Test
  void a_bearer_token_serves_as_well() {
    keys.ecRequest("a");
    assertThat(
            post(
                "simpleenroll",
                "a",
                "-H",
                "Authorization: Bearer " + here.token("pump-07"),
                "-o",
                "a.p7",
                "-w",
                "%{http_code}"))
        .endsWith("200");
  }

  @Test
  void a_body_beyond_the_bound_is_413() {
    keys.write("a.csr", new byte[20_000]);
    assertThat(post("simpleenroll", "a", "-u", "x:" + here.token("x"), "-w", "%{http_code}"))
        .endsWith("413");
  }

  @Test
  void a_wrong_content_type_is_415() {
    keys.ecRequest("a");
    assertThat(
            curl(
                "simpleenroll",
                "-u",
                "pump-07:" + here.token("pump-07"),
                "-H",
                "Content-Type: text/plain",
                "--data-binary",
                "@a.csr",
                "-w",
                "%{http_code}"))
        .contains("application/pkcs10")
        .endsWith("415");
  }

  @Test
  void I4_a_revoked_certificate_is_on_the_list_within_a_second_of_the_operators_order() {
    enrol("pump-07");
    X509Certificate certificate = Authority.read(keys.read("pump-07.pem"));
    list();
    assertThat(verifyAgainstList().output()).contains("OK");

    here.operator(
        "POST",
        "/certificates/{serial}/revoke",
        java.util.Map.of("serial", certificate.getSerialNumber().toString(16)),
        "");
    list();
    assertThat(verifyAgainstList().exit()).isNotZero();
    assertThat(verifyAgainstList().output()).contains("certificate revoked");
    assertThat(here.trust.accepted(PUMP)).isEmpty();
  }

  @Test
  void I4_ocsp_says_good_and_within_a_second_of_the_operators_order_revoked() {
    enrol("pump-07");
    assertThat(ocsp("pump-07.pem", "-nonce")).contains("Response verify OK", "pump-07.pem: good");
    assertThat(ocsp("pump-07.pem", "-no_nonce", "-sha256")).contains("pump-07.pem: good");

    String serial = Authority.read(keys.read("pump-07.pem")).getSerialNumber().toString(16);
    here.operator("POST", "/certificates/{serial}/revoke", java.util.Map.of("serial", serial), "");
    Eventually.within(
        Duration.ofSeconds(1),
        () -> ocsp("pump-07.pem", "-nonce").contains("pump-07.pem: revoked"));
    assertThat(ocsp("pump-07.pem", "-nonce")).contains("Response verify OK", "Revocation Time");
  }

  @Test
  void I4_ocsp_is_asked_by_get_too_and_does_not_vouch_for_what_was_never_issued() {
    enrol("pump-07");
    keys.write("issuing-1.pem", new Keys(folder).read("issuing-1.pem"));
    Command.run(
        device,
        "openssl",
        "ocsp",
        "-issuer",
        "issuing-1.pem",
        "-serial",
        "0x1234567890abcdef",
        "-reqout",
        "request.der");
    String base64 = Command.run(device, "openssl", "base64", "-A", "-in", "request.der").strip();
    get("/ocsp/" + base64.replace("/", "%2F").replace("=", "%3D"), "-f", "-o", "escaped.der");
    get("/ocsp/" + base64, "-f", "-o", "plain.der");

    for (String answer : List.of("escaped.der", "plain.der")) {
      assertThat(
              Command.run(
                  device,
                  "openssl",
                  "ocsp",
                  "-respin",
                  answer,
                  "-no_nonce",
                  "-reqin",
                  "request.der",
                  "-issuer",
                  "issuing-1.pem",
                  "-CAfile",
                  "root.pem",
                  "-serial",
                  "0x1234567890abcdef"))
          .contains("Response verify OK", "0x1234567890abcdef: unknown");
    }
  }

  @Test
  void I4_certificates_say_where_the_responder_is_and_its_own_certificate_opens_nothing() {
    enrol("pump-07");
    assertThat(Command.run(device, "openssl", "x509", "-in", "pump-07.pem", "-noout", "-ocsp_uri"))
        .isEqualTo("https://localhost:8443/ocsp\n");
    ocsp("pump-07.pem", "-respout", "answer.der");
    assertThat(
            Command.run(
                device, "openssl", "ocsp", "-respin", "answer.der", "-resp_text", "-noverify"))
        .contains("OCSP Signing", "OCSP No Check")
        .doesNotContain("TLS Web Client Authentication");
  }

  @Test
  void I4_the_listener_staples_an_answer_about_its_own_certificate() {
    String handshake =
        Command.run(
            device,
            "sh",
            "-c",
            "openssl s_client -connect localhost:%d -status -CAfile root.pem -verify_return_error </dev/null"
                .formatted(listener.port()));
    assertThat(handshake)
        .contains("OCSP Response Status: successful", "Cert Status: good", "Verify return code: 0");

    here.time.pass(Duration.ofMinutes(3));
    String later = staple();
    assertThat(later).isNotEqualTo(staple(handshake));
    assertThat(staple()).isEqualTo(later);
  }

  private String staple() {
    return staple(
        Command.run(
            device,
            "sh",
            "-c",
            "openssl s_client -connect localhost:%d -status </dev/null 2>&1"
                .formatted(listener.port())));
  }

  private static String staple(String handshake) {
    return handshake.replaceAll("(?s).*(Produced At: [^\n]*)\n.*", "$1");
  }

  private String ocsp(String certificate, String... options) {
    keys.write("issuing-1.pem", new Keys(folder).read("issuing-1.pem"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "ocsp",
                "-issuer",
                "issuing-1.pem",
                "-CAfile",
                "root.pem",
                "-url",
                "https://localhost:" + listener.port() + "/ocsp"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cert", certificate));
    return Command.run(device, command.toArray(String[]::new));
  }

  private void enrol(String name) {
    keys.ecRequest(name);
    curl("cacerts", "-o", "cacerts.p7");
    store("cacerts.p7", "chain.pem");
    post("simpleenroll", name, "-f", "-u", name + ":" + here.token(name), "-o", name + ".p7");
    store(name + ".p7", name + ".pem");
  }

  private String renew(String name, String csr, String... options) {
    List<String> all = new ArrayList<>(List.of("--cert", name + ".pem", "--key", name + ".key"));
    all.addAll(List.of(options));
    return post("simplereenroll", csr, all.toArray(String[]::new));
  }

  private String post(String operation, String csr, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("-H", "Content-Type: application/pkcs10", "--data-binary", "@" + csr + ".csr"));
    all.addAll(List.of(options));
    return curl(operation, all.toArray(String[]::new));
  }

  private String curl(String operation, String... options) {
    return get("/.well-known/est/" + operation, options);
  }

  private String get(String path, String... options) {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "--cacert", "root.pem"));
    command.addAll(List.of(options));
    command.add("https://localhost:" + listener.port() + path);
    return Command.run(device, command.toArray(String[]::new));
  }

  private void list() {
    get("/crl/issuing-1.crl", "-f", "-o", "list.der");
    Command.run(device, "openssl", "crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem");
  }

  private Command verifyAgainstList() {
    return Command.attempt(
        device,
        "openssl",
        "verify",
        "-crl_check",
        "-CRLfile",
        "list.pem",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "chain.pem",
        "pump-07.pem");
  }

  private String text(String file) {
    return new String(keys.read(file), StandardCharsets.US_ASCII);
  }

  private static byte[] decoded(String part, String type) {
    assertThat(part).contains("Content-Type: " + type, "Content-Transfer-Encoding: base64");
    return Base64.getMimeDecoder().decode(part.substring(part.indexOf("\r\n\r\n")));
  }

  private void decode(String base64, String der) {
    Command.run(device, "sh", "-c", "tr -d '\\r' < " + base64 + " | base64 -d > " + der);
  }

  private String certificates(String answer) {
    decode(answer, answer + ".der");
    return Command.run(
        device, "openssl", "pkcs7", "-inform", "DER", "-in", answer + ".der", "-print_certs");
  }

  private void store(String answer, String pem) {
    decode(answer, answer + ".der");
    Command.run(
        device,
        "openssl",
        "pkcs7",
        "-inform",
        "DER",
        "-in",
        answer + ".der",
        "-print_certs",
        "-out",
        pem);
  }
}
