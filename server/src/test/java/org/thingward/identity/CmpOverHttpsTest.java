package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.Peer;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** CMP as RFC 9483 has it, spoken by the real {@code openssl cmp}. */
class CmpOverHttpsTest {
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
    listener = here.listen(0);
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    here.close();
  }

  @Test
  void a_device_enrols_with_the_secret_of_its_token_and_confirms_and_the_root_comes_along() {
    Command done = enrol("a", secret("pump-07"), "-cacertsout", "roots.pem");

    assertThat(done.output()).contains("sending CERTCONF", "received PKICONF");
    assertThat(subject("a.pem")).contains("CN = pump-07");
    assertThat(keys.read("roots.pem")).isNotEmpty();
    assertThat(
            Command.run(
                device,
                "openssl",
                "verify",
                "-CAfile",
                "roots.pem",
                "-untrusted",
                "chain.pem",
                "-purpose",
                "sslclient",
                "a.pem"))
        .contains("OK");
    assertThat(here.trust.asked.getLast().kind()).isEqualTo(RequestKind.ENROL);
    assertThat(here.trust.accepted(PUMP)).hasSize(1);
  }

  @Test
  void a_pkcs10_request_is_taken_too_and_the_same_key_gets_the_same_certificate_again() {
    JsonNode token = secret("pump-07");
    keys.ecRequest("a");
    assertThat(byMac("p10cr", token, "-csr", "a.csr", "-certout", "a.pem").exit()).isZero();
    Command again =
        byMac("p10cr", token, "-csr", "a.csr", "-certout", "again.pem", "-implicit_confirm");

    assertThat(again.output()).doesNotContain("CERTCONF");
    assertThat(keys.read("again.pem")).isEqualTo(keys.read("a.pem"));
  }

  @Test
  void a_key_update_follows_in_the_line_and_its_first_use_retires_the_parent() {
    enrolEarlier("a");
    keys.key("b", "EC", "ec_paramgen_curve:P-256");
    Command done = signed("kur", "a", "-newkey", "b.key", "-certout", "b.pem");

    assertThat(done.output()).contains("received KUP", "received PKICONF");
    assertThat(here.trust.asked.getLast().kind()).isEqualTo(RequestKind.RENEW);
    assertThat(here.trust.accepted(PUMP)).hasSize(2);
    Peer used = here.present(Authority.read(keys.read("b.pem")));
    assertThat(here.trust.accepted(PUMP)).containsExactly(used.credential());
  }

  @Test
  void I3_a_second_key_update_with_another_key_is_a_fork_and_says_so() {
    enrolEarlier("a");
    keys.key("b", "EC", "ec_paramgen_curve:P-256");
    keys.key("c", "EC", "ec_paramgen_curve:P-256");
    assertThat(signed("kur", "a", "-newkey", "b.key", "-certout", "b.pem").exit()).isZero();
    Command second = signed("cr", "a", "-newkey", "c.key", "-certout", "c.pem");

    assertThat(second.exit()).isNotZero();
    assertThat(second.output()).contains("two hold its key", "duplicateCertReq");
    assertThat(here.trust.words(PUMP, Statements.HOLDER, "credential.holder")).endsWith("shared");
  }

  @Test
  void a_device_revokes_its_own_certificate_and_it_is_on_the_list() {
    enrolEarlier("a");
    Command done = signed("rr", "a", "-oldcert", "a.pem");

    assertThat(done.output()).contains("received RP", "revocation accepted");
    assertThat(here.trust.accepted(PUMP)).isEmpty();
    assertThat(here.line("pump-07").get(0).path("state").asString()).isEqualTo("revoked");
    assertThat(signed("rr", "a", "-oldcert", "a.pem").output()).contains("revoked already");
  }

  @Test
  void a_device_cannot_revoke_the_certificate_of_another() {
    enrolEarlier("a");
    enrol("b", secret("valve-1"));
    Command done = signed("rr", "a", "-oldcert", "b.pem");

    assertThat(done.exit()).isNotZero();
    assertThat(done.output()).contains("of others it may not speak");
    assertThat(here.trust.accepted(Subject.device("valve-1"))).hasSize(1);
  }

  @Test
  void general_messages_are_answered_by_secret_by_signature_and_for_anyone() {
    enrolEarlier("a");
    JsonNode token = secret("pump-07");
    assertThat(byMac("genm", token, "-infotype", "caCerts").output()).contains("caCerts");
    assertThat(signed("genm", "a", "-infotype", "currentCRL").output()).contains("currentCRL");
    assertThat(
            cmp(
                    "/getcertreqtemplate",
                    List.of(
                        "-cmd",
                        "genm",
                        "-infotype",
                        "certReqTemplate",
                        "-unprotected_requests",
                        "-subject",
                        "/CN=anyone",
                        "-trusted",
                        "root.pem"))
                .output())
        .contains("certReqTemplate");
  }

  @Test
  void a_wrong_secret_is_refused_with_the_reason() {
    JsonNode token = secret("pump-07");
    JsonNode other = secret("valve-1");
    Command done =
        enrolBy(token.path("cmp-reference").asString(), other.path("cmp-secret").asString());

    assertThat(done.exit()).isNotZero();
    assertThat(done.output()).contains("badMessageCheck", "is not by its secret");
  }

  @Test
  void a_mac_by_sha1_is_refused_and_the_reason_says_what_to_use() {
    keys.key("a", "EC", "ec_paramgen_curve:P-256");
    JsonNode token = secret("pump-07");
    Command done =
        byMac(
            "ir",
            token,
            "-newkey",
            "a.key",
            "-subject",
            "/CN=pump-07",
            "-certout",
            "a.pem",
            "-mac",
            "hmac-sha1",
            "-unprotected_errors");
    assertThat(done.output()).contains("badAlg", "-mac hmacWithSHA256");
  }

  @Test
  void popo_by_an_ra_and_none_at_all_are_refused() {
    JsonNode token = secret("pump-07");
    for (String popo : List.of("0", "-1")) {
      Command done = enrol("a", token, "-popo", popo);
      assertThat(done.exit()).isNotZero();
      assertThat(done.output()).contains("badPOP", "must be signed by its own key");
    }
    assertThat(here.trust.stated).isEmpty();
  }

  @Test
  void a_token_that_was_not_made_for_it_enrols_nobody_over_cmp() {
    JsonNode token = here.operator("POST", "/tokens", Map.of(), "{\"device\":\"pump-07\"}");
    assertThat(token.has("cmp-secret")).isFalse();
    Command done = enrolBy(token.path("id").asString(), token.path("token").asString());
    assertThat(done.output()).contains("badMessageCheck");
  }

  @Test
  void a_certificate_of_another_authority_signs_nothing_here() {
    keys.key("a", "EC", "ec_paramgen_curve:P-256");
    Command.run(
        device,
        "openssl",
        "req",
        "-x509",
        "-key",
        "a.key",
        "-subj",
        "/CN=pump-07",
        "-out",
        "a.pem",
        "-days",
        "1");
    keys.key("b", "EC", "ec_paramgen_curve:P-256");
    Command done =
        signed("kur", "a", "-newkey", "b.key", "-certout", "b.pem", "-extracerts", "a.pem");

    assertThat(done.exit()).isNotZero();
    assertThat(done.output()).contains("signerNotTrusted", "none that this server issued");
  }

  @Test
  void the_path_may_name_profile_and_operation_and_must_name_the_right_ones() {
    JsonNode token = secret("pump-07");
    keys.key("a", "EC", "ec_paramgen_curve:P-256");
    List<String> request = new ArrayList<>(macOptions("ir", token));
    request.addAll(List.of("-newkey", "a.key", "-subject", "/CN=a", "-certout", "a.pem"));

    assertThat(cmp("/p/commissioning", request).output()).contains("another profile than device");
    assertThat(cmp("/revocation", request).output()).contains("another operation");
    assertThat(cmp("/p/device/initialization", request).exit()).isZero();
  }

  private void enrolEarlier(String name) {
    here.time.pass(Duration.ofDays(-4));
    byte[] csr = keys.ecRequest(name);
    X509Certificate certificate = here.enrol("pump-07", here.token("pump-07"), csr);
    keys.write(name + ".pem", Authority.pem(certificate).getBytes(StandardCharsets.US_ASCII));
    here.time.pass(Duration.ofDays(4));
  }

  private Command enrol(String name, JsonNode token, String... options) {
    keys.key(name, "EC", "ec_paramgen_curve:P-256");
    List<String> all =
        new ArrayList<>(
            List.of(
                "-newkey",
                name + ".key",
                "-subject",
                "/CN=anyone",
                "-certout",
                name + ".pem",
                "-chainout",
                "chain.pem"));
    all.addAll(List.of(options));
    return byMac("ir", token, all.toArray(String[]::new));
  }

  private Command byMac(String command, JsonNode token, String... options) {
    List<String> all = new ArrayList<>(macOptions(command, token));
    all.addAll(List.of(options));
    return cmp("", all);
  }

  private static List<String> macOptions(String command, JsonNode token) {
    String reference = token.path("cmp-reference").asString();
    return macOptions(command, reference, token.path("cmp-secret").asString());
  }

  private static List<String> macOptions(String command, String reference, String secret) {
    return List.of(
        "-cmd", command, "-ref", reference, "-secret", "pass:" + secret, "-mac", "hmacWithSHA256");
  }

  /** An enrolment of pump-07 by a secret that is not this reference's. */
  private Command enrolBy(String reference, String secret) {
    keys.key("a", "EC", "ec_paramgen_curve:P-256");
    List<String> all = new ArrayList<>(macOptions("ir", reference, secret));
    all.addAll(List.of("-newkey", "a.key", "-subject", "/CN=pump-07", "-certout", "a.pem"));
    all.add("-unprotected_errors");
    return cmp("", all);
  }

  private Command signed(String command, String signer, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "-cmd",
                command,
                "-cert",
                signer + ".pem",
                "-key",
                signer + ".key",
                "-trusted",
                "root.pem"));
    all.addAll(List.of(options));
    return cmp("", all);
  }

  private Command cmp(String path, List<String> options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "openssl",
                "cmp",
                "-batch",
                "-server",
                "localhost:" + listener.port() + "/.well-known/cmp" + path,
                "-tls_used",
                "-tls_trusted",
                "root.pem"));
    all.addAll(options);
    return Command.attempt(device, all.toArray(String[]::new));
  }

  private JsonNode secret(String id) {
    return here.operator("POST", "/tokens", Map.of(), "{\"device\":\"" + id + "\",\"cmp\":true}");
  }

  private String subject(String pem) {
    return Command.run(device, "openssl", "x509", "-in", pem, "-noout", "-subject");
  }
}
