package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.identity.EnrolmentTest.digest;
import static org.thingward.identity.EnrolmentTest.refused;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Impact;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

class RevocationTest {
  private static final Subject PUMP = Subject.device("pump-07");
  private static final Duration A_SECOND = Duration.ofSeconds(1);

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
  void T5_the_revocation_list_follows_an_operators_order_to_revoke_within_a_second() {
    X509Certificate certificate = enrolled();
    Postures.contraindicate(here, PUMP, List.of(order("revoke")));

    Eventually.within(A_SECOND, () -> list().isRevoked(certificate));
    assertThat(here.line("pump-07").get(0).path("state").asString()).isEqualTo("revoked");
  }

  @Test
  void T5_a_revoked_device_may_present_none_of_its_certificates_even_if_it_is_released() {
    X509Certificate certificate = enrolled();
    here.time.pass(Duration.ofDays(4));
    here.renew(certificate, keys.ecRequest("b"));
    assertThat(here.trust.accepted(PUMP)).hasSize(2);
    Postures.contraindicate(here, PUMP, List.of(order("revoke")));

    Eventually.within(A_SECOND, () -> here.trust.accepted(PUMP).isEmpty());
    Postures.affirm(here, PUMP);
    X509Certificate fresh = here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("c"));
    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(fresh));
  }

  @Test
  void T5_a_quarantine_is_no_revocation() {
    X509Certificate certificate = enrolled();
    here.token("pump-07");
    Postures.contraindicate(here, PUMP, List.of(order("quarantine")));

    Eventually.within(A_SECOND, () -> statuses().getFirst().equals("voided"));
    assertThat(list().isRevoked(certificate)).isFalse();
    assertThat(here.line("pump-07").get(0).path("state").asString()).isEqualTo("active");
  }

  @Test
  void I3_tokens_outstanding_when_a_device_falls_are_withdrawn_and_later_ones_are_not() {
    here.token("pump-07");
    Postures.contraindicate(here, PUMP, List.of());
    String later = here.token("pump-07");

    Eventually.within(A_SECOND, () -> statuses().contains("voided"));
    assertThat(statuses()).containsExactly("open", "voided");
    Postures.contraindicate(here, PUMP, List.of());
    assertThat(here.enrol("pump-07", later, keys.ecRequest("a"))).isNotNull();
  }

  @Test
  void I4_a_revocation_that_comes_while_the_certificate_is_being_stated_is_not_forgotten()
      throws Exception {
    CompletableFuture<Void> revocation = new CompletableFuture<>();
    here.trust.meanwhile.set(() -> {
      String serial = here.line("pump-07").get(0).path("serial").asString();
      Thread.ofVirtual()
          .start(() -> {
            here.operator("POST", "/certificates/{serial}/revoke", Map.of("serial", serial), "");
            revocation.complete(null);
          });
      Eventually.within(
          Duration.ofSeconds(10),
          () -> here.line("pump-07").get(0).path("state").asString().equals("revoked"));
    });
    X509Certificate certificate = enrolled();
    revocation.get(10, TimeUnit.SECONDS);

    assertThat(here.trust.of(PUMP, Statements.CREDENTIAL)).hasSize(2);
    assertThat(here.trust.accepted(PUMP)).isEmpty();
    assertThat(list().isRevoked(certificate)).isTrue();
  }

  @Test
  void a_revoked_certificate_is_withdrawn_in_evidence_and_on_record() {
    X509Certificate certificate = enrolled();
    here.time.pass(Duration.ofDays(4));
    X509Certificate child = here.renew(certificate, keys.ecRequest("b"));
    revoke(certificate);

    assertThat(here.trust.accepted(PUMP)).containsExactly(digest(child));
    assertThat(list().isRevoked(certificate)).isTrue();
    assertThat(list().isRevoked(child)).isFalse();
    assertThat(here.ledger.of(EntryType.OPERATOR_ACTION))
        .singleElement()
        .satisfies(entry -> assertThat(entry.content()).contains("operator:ada"));
    int statements = here.trust.stated.size();
    revoke(certificate);
    assertThat(here.trust.stated).as("again changes nothing").hasSize(statements);
  }

  @Test
  void a_revoked_certificate_is_not_given_out_again_for_its_token() {
    String token = here.token("pump-07");
    byte[] csr = keys.ecRequest("a");
    revoke(here.enrol("pump-07", token, csr));

    refused(403, "token-used", () -> here.enrol("pump-07", token, csr));
  }

  @Test
  void the_list_is_numbered_upwards_and_renewed_before_it_ends() {
    X509CRL first = list();
    assertThat(number(list())).isEqualTo(number(first));
    here.time.pass(Duration.ofHours(7));
    X509CRL second = list();

    assertThat(second.getNextUpdate()).isAfter(first.getNextUpdate());
    here.restart();
    assertThat(number(list())).isGreaterThan(number(second));
    assertThat(number(second)).isGreaterThan(number(first));
  }

  @Test
  void what_has_ended_leaves_the_list() {
    X509Certificate certificate = enrolled();
    revoke(certificate);
    here.time.pass(Duration.ofDays(8));

    assertThat(list().isRevoked(certificate)).isFalse();
  }

  @Test
  void an_unknown_or_malformed_serial_number_is_refused() {
    refused(404, "no-such-certificate", () -> revoke("1234"));
    refused(400, "serial", () -> revoke("12x"));
  }

  private X509Certificate enrolled() {
    return here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("a"));
  }

  @Test
  void O3_a_certificate_that_is_revoked_lowers_whose_it_is_and_a_token_releases_who_is_held()
      throws Exception {
    X509Certificate certificate = here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("a"));
    Map<String, String> serial = Map.of("serial", certificate.getSerialNumber().toString(16));
    String path = "/certificates/{serial}/revoke";
    assertThat(here.impact("POST", path, serial, "")).isEqualTo(Impact.of(Set.of(), Set.of(PUMP)));
    revoke(certificate);
    assertThat(here.impact("POST", path, serial, "")).isEqualTo(Impact.NOTHING);

    String body = "{\"device\":\"pump-07\"}";
    assertThat(here.impact("POST", "/tokens", Map.of(), body)).isEqualTo(Impact.NOTHING);
    List<Evidence> asked = new ArrayList<>();
    TreeSet<Subject> pump = new TreeSet<>(Set.of(PUMP));
    Impact released = new Impact(pump, pump, new TreeSet<>(), false, List.of("two hold its key"));
    here.foresight =
        pieces -> {
          asked.addAll(pieces);
          return released;
        };
    assertThat(here.impact("POST", "/tokens", Map.of(), body)).isEqualTo(released);
    assertThat(asked)
        .extracting(Evidence::kind)
        .containsExactly("identity.credential", "identity.holder");
    // Who is trusted for the first time by enrolling was weighed when it was registered.
    here.foresight = pieces -> Impact.of(Set.of(PUMP), Set.of());
    assertThat(here.impact("POST", "/tokens", Map.of(), body)).isEqualTo(Impact.NOTHING);
  }

  private void revoke(X509Certificate certificate) {
    revoke(certificate.getSerialNumber().toString(16));
  }

  private void revoke(String serial) {
    here.operator("POST", "/certificates/{serial}/revoke", Map.of("serial", serial), "");
  }

  private Evidence order(String word) {
    return order(here, PUMP, word);
  }

  static Evidence order(Installation here, String word) {
    return order(here, PUMP, word);
  }

  /** An operator's order about a subject, stated. */
  static Evidence order(Installation here, Subject subject, String word) {
    Instant now = here.time.now();
    Evidence order =
        new Evidence(
            subject,
            "operator.order",
            "operator",
            AssuranceLevel.L5,
            new TreeMap<>(Map.of("order", new ClaimValue.Word(word))),
            now,
            Evidence.NO_END,
            Digest.of());
    here.trust.state(order);
    return order;
  }

  private List<String> statuses() {
    return here.operator("GET", "/tokens", Map.of(), "")
        .path("items")
        .valueStream()
        .map(item -> item.path("status").asString())
        .toList();
  }

  private X509CRL list() {
    try {
      byte[] der = here.get("/crl/issuing-1.crl").body();
      return (X509CRL)
          CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static long number(X509CRL list) {
    byte[] value = list.getExtensionValue("2.5.29.20");
    return new BigInteger(1, Arrays.copyOfRange(value, 4, value.length)).longValueExact();
  }
}
