package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.identity.EnrolmentTest.digest;
import static org.thingward.identity.EnrolmentTest.refused;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** Whoever can write to the database raises certificates in it. */
class LiveCertificatesTest {
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
  void L4_certificates_that_nobody_touched_count_after_a_restart() {
    X509Certificate certificate = enrolled("a");
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(certificate, keys.ecRequest("b"));
    int said = here.trust.stated.size();
    here.restart();

    assertThat(here.trust.stated).as("nothing is said anew").hasSize(said);
    assertThat(states()).containsExactlyInAnyOrder("active", "issued");
    here.present(child);
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(child));
    assertThat(findings()).isEmpty();
  }

  @Test
  void L4_a_revoked_certificate_made_good_in_the_database_is_accepted_by_nobody() {
    X509Certificate stolen = enrolled("a");
    revoke(stolen);
    X509Certificate fresh = enrolled("b");
    update("UPDATE identity.certificate SET state = 'active'");
    update(
        "INSERT INTO identity.unstated (digest, subject) SELECT digest, subject"
            + " FROM identity.certificate ON CONFLICT DO NOTHING");
    here.restart();

    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(fresh));
    assertThat(states()).containsExactlyInAnyOrder("active", "revoked");
    assertThat(findings()).singleElement().asString().contains("certificates-changed", "pump-07");
  }

  @Test
  void L4_a_certificate_made_good_while_the_server_runs_is_not_stated_with_the_next() {
    X509Certificate stolen = enrolled("a");
    revoke(stolen);
    X509Certificate fresh = enrolled("b");
    update("UPDATE identity.certificate SET state = 'active'");
    here.time.pass(HALF_LIFE);
    X509Certificate child = here.renew(fresh, keys.ecRequest("c"));

    assertThat(here.trust.accepted(PUMP)).containsExactlyInAnyOrder(digest(fresh), digest(child));
  }

  @Test
  void L4_a_row_for_a_certificate_that_was_never_issued_is_accepted_by_nobody() {
    X509Certificate fresh = enrolled("a");
    update(
        "INSERT INTO identity.certificate SELECT '\\x00'::bytea || substring(digest from 2), serial"
            + " + 1, subject, key, NULL, 1, begins, ends, 'active', changed, der, profile, receipt, issuer, key_algorithm,"
            + " signature_algorithm"
            + " FROM identity.certificate");
    update(
        "INSERT INTO identity.unstated (digest, subject) SELECT digest, subject"
            + " FROM identity.certificate");
    here.restart();

    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(fresh));
    assertThat(findings()).isNotEmpty();
  }

  @Test
  void L4_a_renewed_certificate_without_its_parent_begins_no_new_line() {
    X509Certificate certificate = enrolled("a");
    here.time.pass(HALF_LIFE);
    here.present(here.renew(certificate, keys.ecRequest("b")));
    update("UPDATE identity.certificate SET parent = NULL, generation = 1");
    update(
        "INSERT INTO identity.unstated (digest, subject) SELECT digest, subject"
            + " FROM identity.certificate");
    here.restart();

    assertThat(here.trust.words(PUMP, Statements.HOLDER, "credential.holder"))
        .containsExactly("sole");
  }

  @Test
  void L4_a_commissioning_certificate_called_a_devices_is_not_renewed() {
    String token =
        here.operator(
                "POST",
                "/tokens",
                Map.of(),
                "{\"device\":\"pump-07\",\"profile\":\"commissioning\"}")
            .path("token")
            .asString();
    X509Certificate bench = here.enrol("pump-07", token, keys.ecRequest("a"));
    update("UPDATE identity.certificate SET profile = 'device'");
    here.time.pass(Duration.ofHours(13));
    refused(403, "not-renewable", () -> here.renew(bench, keys.ecRequest("b")));
    here.restart();
    refused(403, "not-renewable", () -> here.renew(bench, keys.ecRequest("b")));
  }

  @Test
  void L4_a_child_that_was_deleted_is_still_a_fork() {
    X509Certificate certificate = enrolled("a");
    here.time.pass(HALF_LIFE);
    here.renew(certificate, keys.ecRequest("b"));
    update("DELETE FROM identity.certificate WHERE parent IS NOT NULL");
    refused(409, "line-incomplete", () -> here.renew(certificate, keys.ecRequest("c")));
    here.restart();
    refused(409, "line-incomplete", () -> here.renew(certificate, keys.ecRequest("c")));
  }

  @Test
  void L4_certificates_from_before_receipts_were_noted_count_if_the_log_has_them() {
    X509Certificate stolen = enrolled("a");
    revoke(stolen);
    X509Certificate fresh = enrolled("b");
    update("UPDATE identity.certificate SET receipt = NULL");
    here.restart();
    assertThat(findings()).isEmpty();
    here.time.pass(HALF_LIFE);
    assertThat(here.renew(fresh, keys.ecRequest("c"))).isNotNull();

    update("UPDATE identity.certificate SET receipt = NULL, state = 'active'");
    here.restart();
    assertThat(here.trust.accepted(PUMP)).doesNotContain(digest(stolen));
  }

  private X509Certificate enrolled(String key) {
    return here.enrol("pump-07", here.token("pump-07"), keys.ecRequest(key));
  }

  private void revoke(X509Certificate certificate) {
    String serial = certificate.getSerialNumber().toString(16);
    here.operator("POST", "/certificates/{serial}/revoke", Map.of("serial", serial), "");
    assertThat(here.trust.accepted(PUMP)).isEmpty();
  }

  private List<String> states() {
    return here.line("pump-07").valueStream().map(one -> one.path("state").asString()).toList();
  }

  private List<String> findings() {
    return here.ledger.of(EntryType.FINDING).stream().map(entry -> entry.content()).toList();
  }

  private void update(String sql, Object... values) {
    int unused = here.database.jdbc().sql(sql).params(List.of(values)).update();
  }
}
