package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** A root elsewhere, and the next issuing authority in the place of the one before. */
class AuthorityRotationTest {
  private static final Subject PUMP = Subject.device("pump-07");

  @TempDir Path folder;
  @TempDir Path vault;
  @TempDir Path device;
  private Keys keys;
  private Optional<Installation> opened = Optional.empty();

  @BeforeEach
  void open() {
    keys = new Keys(device);
  }

  @AfterEach
  void close() throws Exception {
    if (opened.isPresent()) {
      opened.get().close();
    }
  }

  private Installation start() {
    opened = Optional.of(new Installation(folder));
    return opened.get();
  }

  @Test
  void I1_with_an_offline_root_its_key_is_never_on_the_server() throws Exception {
    SetTime time = new SetTime();
    var randomness = new org.thingward.platform.Randomness(time);
    OfflineRoot root = OfflineRoot.create(vault, time, randomness);
    AuthorityCeremony ceremony =
        AuthorityCeremony.open(
            folder, new KeyEncryptionPlace.Beside(), Optional.empty(), time, randomness);
    AuthorityCeremony.Requested requested = ceremony.request();
    assertThatThrownBy(this::start).hasMessageContaining("waits for its certificate");

    byte[] csr = Files.readAllBytes(requested.file());
    assertThat(OfflineRoot.Request.read(csr).key()).isEqualTo(requested.key());
    byte[] certificate = pem(root.sign(OfflineRoot.Request.read(csr)));
    assertThatThrownBy(() -> ceremony.take(certificate, Optional.empty()))
        .hasMessageContaining("--root FILE");
    ceremony.take(certificate, Optional.of(Files.readAllBytes(vault.resolve("root.pem"))));

    Installation here = start();
    X509Certificate enrolled =
        here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("pump-07"));
    assertThat(folder.resolve(OfflineRoot.KEY)).doesNotExist();
    assertThat(verify(enrolled, "issuing-1")).contains("OK");
  }

  @Test
  void an_authority_that_is_made_ahead_answers_and_does_not_issue() throws Exception {
    Installation here = start();
    makeNext(here);
    here.restart();

    X509Certificate enrolled = enrol(here, "pump-07");
    assertThat(verify(enrolled, "issuing-1")).contains("OK");
    assertThat(list(here, "issuing-2").getRevokedCertificates()).isNull();
    assertThat(here.identity.authorities()).hasSize(2);
    assertThat(
            here.operator("GET", "/ca", Map.of(), "").path("others").get(0).path("name").asString())
        .isEqualTo("issuing-2");
  }

  @Test
  void after_a_rotation_devices_are_renewed_by_the_new_one_and_the_old_one_still_answers()
      throws Exception {
    Installation here = start();
    X509Certificate old = enrol(here, "pump-07");
    X509Certificate lost = enrol(here, "valve-1");
    makeNext(here);
    ceremony(here).rotate(here.ledger, "ada", "yearly");
    here.restart();
    here.restart(); // And a restart in the middle changes nothing.

    assertThat(here.present(old).subject()).isEqualTo(PUMP);
    here.time.pass(Duration.ofDays(4));
    X509Certificate renewed = here.renew(old, keys.ecRequest("next"));
    assertThat(verify(renewed, "issuing-2")).contains("OK");
    assertThat(here.present(renewed).subject()).isEqualTo(PUMP);

    revoke(here, lost);
    assertThat(list(here, "issuing-1").getRevokedCertificate(lost)).isNotNull();
    assertThat(list(here, "issuing-2").getRevokedCertificates()).isNull();
    assertThat(ocsp(here, lost, "issuing-1")).isInstanceOf(RevokedStatus.class);
    assertThat(ocsp(here, renewed, "issuing-2")).isEqualTo(CertificateStatus.GOOD);
  }

  @Test
  void L4_a_rotation_is_on_record_with_who_ordered_it_and_both_keys_and_nobody_goes_back()
      throws Exception {
    Installation here = start();
    AuthorityChange.Issuing old = AuthorityHistory.of(here.ledger).newest().orElseThrow();
    X509Certificate unused = enrol(here, "pump-07");
    makeNext(here);
    assertThatThrownBy(() -> ceremony(here).rotate(here.ledger, "ada\n", "yearly"))
        .hasMessageContaining("one line");
    ceremony(here).rotate(here.ledger, "ada", "yearly");
    here.restart();

    AuthorityChange change = AuthorityHistory.of(here.ledger).changes().getLast();
    assertThat(change.from()).contains(old);
    assertThat(change.to().name()).isEqualTo("issuing-2");
    assertThat(change.to().key())
        .isEqualTo(Digest.of(here.identity.authorities().getFirst().getPublicKey().getEncoded()));
    JsonNode told = here.operator("GET", "/ca", Map.of(), "").path("changes");
    assertThat(told.size()).isEqualTo(2);
    assertThat(told.get(1).path("by").asString()).isEqualTo("ada");
    assertThat(told.get(1).path("reason").asString()).isEqualTo("yearly");
    assertThat(told.get(1).path("receipt").asString())
        .isEqualTo(
            AuthorityHistory.of(here.ledger).entries().getLast().receipt().entry().toString());

    Files.writeString(folder.resolve(AuthorityFolder.CURRENT), "issuing-1\n");
    assertThatThrownBy(here::restart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the ledger says that issuing-2 does")
        .hasMessageContaining("thingward ca rotate");
    // Who can write the database can have entries appended, and none that the log's keys vouch for.
    Map<String, Object> forged =
        new AuthorityChange(Optional.of(change.to()), old, "ada", "back", here.time.now()).tree();
    forged.put("attested", "by nobody");
    here.ledger.append(
        EntryType.AUTHORITY, ServerCertificates.SERVER, CanonicalJson.encode(forged));
    assertThatThrownBy(here::restart).hasMessageContaining("the ledger says that issuing-2 does");
    Files.writeString(folder.resolve(AuthorityFolder.CURRENT), "issuing-2\n");
    here.restart();
  }

  @Test
  void a_rotation_that_was_interrupted_after_its_entry_is_finished_without_another()
      throws Exception {
    Installation here = start();
    makeNext(here);
    ceremony(here).rotate(here.ledger, "ada", "yearly");
    Files.delete(folder.resolve(AuthorityFolder.CURRENT));
    assertThatThrownBy(here::restart).hasMessageContaining("repeat it: thingward ca rotate");
    int entries = here.ledger.of(EntryType.AUTHORITY).size();
    ceremony(here).rotate(here.ledger, "bob", "again");
    assertThat(here.ledger.of(EntryType.AUTHORITY)).hasSize(entries);
    here.restart();
    assertThat(verify(enrol(here, "pump-07"), "issuing-2")).contains("OK");
  }

  @Test
  void the_old_one_is_retired_once_nothing_that_it_issued_is_left_and_not_before()
      throws Exception {
    Installation here = start();
    X509Certificate old = enrol(here, "pump-07");
    makeNext(here);
    ceremony(here).rotate(here.ledger, "ada", "yearly");
    here.time.pass(Duration.ofDays(6));
    here.restart();
    assertThat(here.identity.authorities()).hasSize(2);
    assertThat(here.present(old).subject()).isEqualTo(PUMP);

    here.time.pass(Duration.ofDays(2));
    here.restart();
    assertThat(here.identity.authorities()).hasSize(1);
    assertThat(folder.resolve("issuing-1.retired.pem")).exists();
    assertThatThrownBy(() -> here.present(old)).hasMessageContaining("it ended");
    assertThatThrownBy(() ->
            VerifiedChain.verify(
                List.of(old), here.identity.authorities(), old.getNotAfter().toInstant()))
        .as("nor would it otherwise, under the one that is left")
        .hasMessageContaining("does not verify");
    here.restart();
    assertThat(verify(enrol(here, "valve-1"), "issuing-2")).contains("OK");
  }

  @Test
  void a_certificate_that_is_none_for_the_key_that_was_asked_for_is_not_taken() throws Exception {
    Installation here = start();
    AuthorityCeremony ceremony = ceremony(here);
    OfflineRoot.Request request =
        OfflineRoot.Request.read(Files.readAllBytes(ceremony.request().file()));
    OfflineRoot stranger = OfflineRoot.create(vault, here.time, here.randomness);
    refused(ceremony, stranger.sign(request), "restore the root.pem that belongs to it");
    keys.ecRequest("other");
    byte[] other =
        Command.run(device, "openssl", "req", "-in", "other.csr", "-inform", "DER")
            .getBytes(StandardCharsets.US_ASCII);
    refused(ceremony, root(here).sign(OfflineRoot.Request.read(other)), "its key is not the one");
    refused(
        ceremony,
        Authority.pem(enrol(here, "pump-07")),
        "not signed by the root's key",
        "the root is");
    here.time.pass(Duration.ofDays(11 * 365));
    String early = root(here).sign(request);
    here.time.pass(Duration.ofDays(-11 * 365));
    refused(ceremony, early, "set the clock");
    assertThatThrownBy(() -> ceremony.rotate(here.ledger, "ada", "yearly"))
        .hasMessageContaining("no authority is made ahead");
  }

  @Test
  void a_start_refuses_what_does_not_belong_together_and_says_what_to_do() throws Exception {
    start();
    byte[] root = Files.readAllBytes(folder.resolve("root.pem"));
    SetTime time = opened.orElseThrow().time;
    OfflineRoot.create(vault, time, opened.orElseThrow().randomness);
    Files.copy(
        vault.resolve("root.pem"),
        folder.resolve("root.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> opened.orElseThrow().restart())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("restore the root.pem that belongs to it");
    Files.write(folder.resolve("root.pem"), root);
    time.pass(Duration.ofDays(11 * 365));
    assertThatThrownBy(() -> opened.orElseThrow().restart()).hasMessageContaining("set the clock");
    time.pass(Duration.ofDays(-11 * 365));
    Files.writeString(folder.resolve(AuthorityFolder.CURRENT), "issuing-9\n");
    assertThatThrownBy(() -> opened.orElseThrow().restart()).hasMessageContaining("issuing-9");
  }

  @Test
  void I4_a_revocation_makes_the_list_of_its_shard_anew_and_no_other() throws Exception {
    Installation here = start();
    X509Certificate certificate = enrol(here, "pump-07");
    String shard = shard(certificate);
    String other =
        shard.endsWith("/00.crl")
            ? shard.replace("/00.crl", "/01.crl")
            : shard.replaceFirst("/[0-9a-f]{2}\\.crl", "/00.crl");
    byte[] before = here.get(other).body();
    keys.write("shard.crl", here.get(shard).body());
    assertThat(verifyAgainst(certificate, "shard.crl").output()).contains("OK");

    revoke(here, certificate);
    keys.write("shard.crl", here.get(shard).body());
    assertThat(verifyAgainst(certificate, "shard.crl").output()).contains("certificate revoked");
    assertThat(here.get(other).body()).isEqualTo(before);
    X509CRL part = crl(here.get(shard).body());
    assertThat(part.getCriticalExtensionOIDs()).contains("2.5.29.28");
    assertThat(list(here, "issuing-1").getRevokedCertificate(certificate)).isNotNull();
    assertThatThrownBy(() -> here.get("/crl/issuing-1/40.crl"))
        .hasMessageContaining("no revocation list");
    assertThatThrownBy(() -> here.get("/crl/nobody.crl"))
        .hasMessageContaining("no revocation list");
  }

  private static void refused(AuthorityCeremony ceremony, String certificate, String... reasons) {
    assertThatThrownBy(() -> ceremony.take(pem(certificate), Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .satisfies(e ->
            assertThat(reasons)
                .anyMatch(reason -> String.valueOf(e.getMessage()).contains(reason)));
  }

  private X509Certificate enrol(Installation here, String name) {
    return here.enrol(name, here.token(name), keys.ecRequest(name));
  }

  private void revoke(Installation here, X509Certificate certificate) {
    here.operator(
        "POST",
        "/certificates/{serial}/revoke",
        Map.of("serial", certificate.getSerialNumber().toString(16)),
        "");
  }

  private AuthorityCeremony ceremony(Installation here) {
    return AuthorityCeremony.open(
        folder, new KeyEncryptionPlace.Beside(), Optional.empty(), here.time, here.randomness);
  }

  /** The root that the installation made itself, as its export opens elsewhere. */
  private OfflineRoot root(Installation here) {
    return OfflineRoot.open(
        folder, folder.resolve(OfflineRoot.PASSPHRASE), here.time, here.randomness);
  }

  private void makeNext(Installation here) throws Exception {
    AuthorityCeremony ceremony = ceremony(here);
    byte[] csr = Files.readAllBytes(ceremony.request().file());
    ceremony.take(pem(root(here).sign(OfflineRoot.Request.read(csr))), Optional.empty());
  }

  private String verify(X509Certificate certificate, String issuing) {
    keys.write("c.pem", pem(Authority.pem(certificate)));
    return Command.attempt(
            device,
            "openssl",
            "verify",
            "-no_check_time",
            "-x509_strict",
            "-CAfile",
            folder.resolve("root.pem").toString(),
            "-untrusted",
            folder.resolve(issuing + ".pem").toString(),
            "c.pem")
        .output();
  }

  private Command verifyAgainst(X509Certificate certificate, String list) {
    keys.write("c.pem", pem(Authority.pem(certificate)));
    Command.run(device, "openssl", "crl", "-inform", "DER", "-in", list, "-out", "list.pem");
    return Command.attempt(
        device,
        "openssl",
        "verify",
        "-crl_check",
        "-CRLfile",
        "list.pem",
        "-CAfile",
        folder.resolve("root.pem").toString(),
        "-untrusted",
        folder.resolve("issuing-1.pem").toString(),
        "c.pem");
  }

  private String shard(X509Certificate certificate) {
    keys.write("c.pem", pem(Authority.pem(certificate)));
    String text = Command.run(device, "openssl", "x509", "-in", "c.pem", "-noout", "-text");
    var matcher =
        java.util.regex.Pattern.compile("https://localhost:8443(/crl/\\S+)").matcher(text);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static X509CRL list(Installation here, String authority) throws Exception {
    return crl(here.get("/crl/" + authority + ".crl").body());
  }

  private static X509CRL crl(byte[] der) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
  }

  private CertificateStatus ocsp(Installation here, X509Certificate certificate, String issuing)
      throws Exception {
    X509CertificateHolder issuer =
        new X509CertificateHolder(
            Authority.der(Authority.read(Files.readAllBytes(folder.resolve(issuing + ".pem")))));
    var digests = new JcaDigestCalculatorProviderBuilder().build();
    CertificateID id =
        new CertificateID(
            digests.get(CertificateID.HASH_SHA1), issuer, certificate.getSerialNumber());
    byte[] request = new OCSPReqBuilder().addRequest(id).build().getEncoded();
    byte[] answer =
        here.call(
                "POST",
                "/ocsp",
                Optional.empty(),
                Map.of("content-type", "application/ocsp-request"),
                request)
            .body();
    BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(answer).getResponseObject();
    X509CertificateHolder signer = basic.getCerts()[0];
    assertThat(basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer)))
        .isTrue();
    assertThat(signer.isSignatureValid(new JcaContentVerifierProviderBuilder().build(issuer)))
        .isTrue();
    return basic.getResponses()[0].getCertStatus();
  }

  private static byte[] pem(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
