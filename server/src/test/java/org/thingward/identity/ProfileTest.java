package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

class ProfileTest {
  private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

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
  void I2_a_commissioning_token_gives_a_certificate_of_a_day_that_is_not_renewed() {
    String token = token("{\"device\":\"pump-07\",\"profile\":\"commissioning\"}");
    X509Certificate bench = here.enrol("pump-07", token, keys.ecRequest("a"));

    assertThat(life(bench)).isBetween(Duration.ofHours(24), Duration.ofHours(25));
    assertThat(here.line("pump-07").get(0).path("profile").asString()).isEqualTo("commissioning");
    assertThat(here.ledger.of(EntryType.TOKEN).getLast().content())
        .contains("\"profile\":\"commissioning\"");
    assertThat(here.ledger.of(EntryType.CERTIFICATE).getLast().content())
        .contains("\"profile\":\"commissioning\"");
    here.time.pass(Duration.ofHours(13));
    EnrolmentTest.refused(403, "not-renewable", () -> here.renew(bench, keys.ecRequest("b")));

    X509Certificate field = here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("c"));
    assertThat(life(field)).isGreaterThan(Duration.ofDays(6));
    assertThat(here.trust.accepted(Subject.device("pump-07")))
        .containsExactly(EnrolmentTest.digest(field));
  }

  @Test
  void I2_the_profile_of_the_token_decides_whatever_the_request_asks_for() throws Exception {
    keys.key("a", "EC", "ec_paramgen_curve:P-256");
    Command.run(
        device,
        "openssl",
        "req",
        "-new",
        "-key",
        "a.key",
        "-subj",
        "/CN=localhost",
        "-addext",
        "extendedKeyUsage=serverAuth,codeSigning",
        "-addext",
        "keyUsage=keyCertSign",
        "-addext",
        "basicConstraints=CA:TRUE",
        "-addext",
        "subjectAltName=DNS:localhost,URI:thingward:service:history",
        "-outform",
        "DER",
        "-out",
        "a.csr");
    for (String profile : List.of("device", "commissioning")) {
      String token = token("{\"device\":\"pump-07\",\"profile\":\"" + profile + "\"}");
      assertDevice(here.enrol("pump-07", token, keys.read("a.csr")), "pump-07");
    }
    String service = token("{\"service\":\"history\"}");
    X509Certificate certificate = here.enrol("history", service, keys.ecRequest("s"));
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(CLIENT_AUTHENTICATION);
    assertThat(certificate.getSubjectAlternativeNames().toString())
        .isEqualTo("[[6, thingward:service:history]]");
  }

  private static void assertDevice(X509Certificate certificate, String id) throws Exception {
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(CLIENT_AUTHENTICATION);
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getKeyUsage())
        .as("digital signature alone")
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(certificate.getSubjectAlternativeNames().toString())
        .isEqualTo("[[6, thingward:device:" + id + "]]");
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + id);
  }

  @Test
  void I2_a_token_of_one_kind_enrols_nothing_of_another() {
    for (String wrong :
        List.of(
            "{\"device\":\"a\",\"profile\":\"service\"}",
            "{\"service\":\"a\",\"profile\":\"device\"}",
            "{\"service\":\"a\",\"profile\":\"commissioning\"}",
            "{\"device\":\"a\",\"profile\":\"root\"}")) {
      EnrolmentTest.refused(400, "profile", () -> token(wrong));
    }
    assertThat(here.operator("GET", "/tokens", Map.of(), "").path("items")).isEmpty();
  }

  @Test
  void tokens_and_certificates_from_before_profiles_keep_what_they_were() throws Exception {
    try (Database old = TestDatabase.empty()) {
      Flyway.configure()
          .dataSource(old.dataSource())
          .schemas("identity")
          .locations("classpath:db/migration/identity")
          .target("1")
          .load()
          .migrate();
      for (String subject : List.of("device:a", "service:b")) {
        insert(old, subject);
      }
      old.migrate("identity");

      TokenStore tokens = new TokenStore(old);
      assertThat(tokens.page(Optional.empty(), 10))
          .extracting(token -> token.subject() + " " + token.profile().word())
          .containsExactlyInAnyOrder("device:a device", "service:b service");
      IdentityStore store = new IdentityStore(old);
      IssuedCertificate certificate = store.ofSubject(Subject.device("a")).getFirst();
      assertThat(certificate.profile()).isEqualTo(Profile.DEVICE);
      assertThat(new String(certificate.record(), StandardCharsets.UTF_8))
          .doesNotContain("profile");
    }
  }

  private static void insert(Database old, String subject) {
    byte[] digest = Digest.of(subject.getBytes(StandardCharsets.UTF_8)).bytes();
    old.jdbc()
        .sql(
            "INSERT INTO identity.token (id, digest, subject, made, made_by, ends)"
                + " VALUES (gen_random_uuid(), ?, ?, now(), 'ada', now())")
        .params(digest, subject)
        .update();
    old.jdbc()
        .sql(
            "INSERT INTO identity.certificate (digest, serial, subject, key, generation, begins,"
                + " ends, state, changed, der) VALUES (?, ?, ?, ?, 1, now(), now(), 'active',"
                + " now(), ?)")
        .params(digest, new BigDecimal(subject.length()), subject, digest, digest)
        .update();
  }

  private String token(String body) {
    return here.operator("POST", "/tokens", Map.of(), body).path("token").asString();
  }

  private static Duration life(X509Certificate certificate) {
    Instant from = certificate.getNotBefore().toInstant();
    return Duration.between(from, certificate.getNotAfter().toInstant());
  }
}
