package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.cert.crmf.PKMACBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcePKMACValuesCalculator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePBMac1CalculatorProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Messages over CMP that were bent, repeated, or made by who may not. */
class CmpAttacksTest {
  private static final Subject PUMP = Subject.device("pump-07");

  @TempDir Path folder;
  private Installation here;
  private CmpClient client;
  private JsonNode token;
  private final KeyPair key = CmpClient.key();

  @BeforeEach
  void open() {
    here = new Installation(folder);
    client = new CmpClient(here);
    token = token("pump-07");
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void both_kinds_of_mac_enrol_and_the_answer_is_protected_by_the_same() throws Exception {
    PKIMessage pbmac1 = client.send(client.pbmac1(token, ir(key)));
    assertThat(CmpClient.issued(pbmac1).getSubjectX500Principal().getName())
        .isEqualTo("CN=pump-07");
    var macs = new JcePBMac1CalculatorProviderBuilder().setProvider(new BouncyCastleProvider());
    char[] secret = token.path("cmp-secret").asString().toCharArray();
    assertThat(CmpClient.read(pbmac1).verify(macs.build(), secret)).isTrue();

    PKIMessage pbm = client.send(client.anew().pbm(token, ir(key)));
    var builder =
        new PKMACBuilder(new JcePKMACValuesCalculator().setProvider(new BouncyCastleProvider()));
    assertThat(CmpClient.read(pbm).verify(builder, secret)).isTrue();
    assertThat(CmpClient.issued(pbm)).isEqualTo(CmpClient.issued(pbmac1));
  }

  @Test
  void no_message_with_a_bent_bit_is_taken_whatever_protects_it() throws Exception {
    byte[] request = client.pbm(token, ir(key), 100);
    refuseBentBits(request);
    X509Certificate certificate = CmpClient.issued(client.send(request));
    here.time.pass(Duration.ofDays(4));

    byte[] update = client.anew().signed(certificate, key, kur(CmpClient.key()));
    refuseBentBits(update);
    X509Certificate child = CmpClient.issued(client.send(update));
    assertThat(here.line("pump-07")).hasSize(2);

    byte[] revocation = client.anew().signed(certificate, key, CmpClient.revocation(certificate));
    refuseBentBits(revocation);
    assertThat(CmpClient.isRefused(client.send(revocation))).isFalse();
    assertThat(here.trust.accepted(PUMP)).containsExactly(EnrolmentTest.digest(child));
  }

  /** Of each byte one bit, another from byte to byte; all of them in the long run. */
  private void refuseBentBits(byte[] sound) {
    int before = here.trust.stated.size();
    boolean all = Boolean.getBoolean("thingward.long");
    for (int bit = 0; bit < sound.length * Byte.SIZE; bit++) {
      if (!all && bit % Byte.SIZE != bit / Byte.SIZE % Byte.SIZE) {
        continue;
      }
      byte[] bent = sound.clone();
      bent[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      PKIMessage answer = client.send(bent);
      assertThat(CmpClient.isRefused(answer)).as("bit %d", bit).isTrue();
      assertThat(CmpClient.reason(answer)).isNotBlank().doesNotContain("defect");
    }
    assertThat(here.trust.stated).hasSize(before);
  }

  @Test
  void a_repeated_message_is_refused_for_each_kind() throws Exception {
    byte[] request = client.pbm(token, ir(key));
    X509Certificate certificate = CmpClient.issued(client.send(request));
    refused(client.send(request), PKIFailureInfo.transactionIdInUse, "repetition");
    here.time.pass(Duration.ofDays(4));
    byte[] update = client.anew().signed(certificate, key, kur(CmpClient.key()));
    assertThat(CmpClient.isRefused(client.send(update))).isFalse();
    refused(client.send(update), PKIFailureInfo.transactionIdInUse, "repetition");
    byte[] revocation = client.anew().signed(certificate, key, CmpClient.revocation(certificate));
    assertThat(CmpClient.isRefused(client.send(revocation))).isFalse();
    refused(client.send(revocation), PKIFailureInfo.transactionIdInUse, "repetition");
  }

  @Test
  void a_message_of_another_time_is_refused_and_one_without_a_time_is_not() throws Exception {
    for (long minutes : new long[] {-11, 11}) {
      client.anew().at = Optional.of(Date.from(here.time.now().plus(Duration.ofMinutes(minutes))));
      refused(client.send(client.pbm(token, ir(key))), PKIFailureInfo.badTime, "Set the clock");
    }
    client.anew().at = Optional.empty();
    assertThat(CmpClient.isRefused(client.send(client.pbm(token, ir(key))))).isFalse();
  }

  @Test
  void the_senders_choice_of_iterations_is_bounded_both_ways() throws Exception {
    for (int iterations : new int[] {1, 99, 100_001}) {
      byte[] request = client.anew().pbm(token, ir(key), iterations);
      refused(client.send(request), PKIFailureInfo.badAlg, "from 100 to 100000 iterations");
    }
  }

  @Test
  void a_signature_by_another_key_than_the_certificates_is_refused() throws Exception {
    X509Certificate certificate = CmpClient.issued(client.send(client.pbm(token, ir(key))));
    here.time.pass(Duration.ofDays(4));
    KeyPair thief = CmpClient.key();
    refused(
        client.send(client.anew().signed(certificate, thief, kur(thief))),
        PKIFailureInfo.badMessageCheck,
        "not by the key of the first of its extraCerts");
  }

  @Test
  void a_request_whose_proof_is_by_another_key_is_refused() throws Exception {
    var honest = CmpClient.request(key);
    var other = CmpClient.request(CmpClient.key());
    var mixed =
        new org.bouncycastle.asn1.crmf.CertReqMsg(honest.getCertReq(), other.getPopo(), null);
    refused(
        client.send(client.pbm(token, CmpClient.certificate(PKIBody.TYPE_INIT_REQ, mixed))),
        PKIFailureInfo.badPOP,
        "not by its own key");
  }

  @Test
  void what_protects_a_message_decides_what_it_may_ask() throws Exception {
    refused(
        client.send(client.pbm(token, kur(key))),
        PKIFailureInfo.wrongIntegrity,
        "send ir or p10cr");
    X509Certificate certificate = CmpClient.issued(client.send(client.anew().pbm(token, ir(key))));
    refused(
        client.send(client.anew().pbm(token, CmpClient.revocation(certificate))),
        PKIFailureInfo.wrongIntegrity,
        "signed by the certificate");
    refused(
        client.send(client.anew().signed(certificate, key, ir(key))),
        PKIFailureInfo.wrongIntegrity,
        "send kur");
  }

  @Test
  void a_key_update_names_the_certificate_that_signs_it_or_none() throws Exception {
    X509Certificate certificate = CmpClient.issued(client.send(client.pbm(token, ir(key))));
    X509Certificate other =
        CmpClient.issued(client.send(client.anew().pbm(token("valve-1"), ir(CmpClient.key()))));
    refused(
        client.send(client.anew().signed(certificate, key, CmpClient.revocation(other))),
        PKIFailureInfo.badCertId,
        "of others it may not speak");
  }

  @Test
  void a_token_that_was_withdrawn_or_claimed_by_another_key_is_refused() throws Exception {
    X509Certificate unused = CmpClient.issued(client.send(client.pbm(token, ir(key))));
    refused(
        client.send(client.anew().pbm(token, ir(CmpClient.key()))),
        PKIFailureInfo.notAuthorized,
        "claimed by another key");
    JsonNode withdrawn = token("valve-1");
    here.operator("DELETE", "/tokens/{id}", Map.of("id", withdrawn.path("id").asString()), "");
    refused(
        client.send(client.anew().pbm(withdrawn, ir(CmpClient.key()))),
        PKIFailureInfo.notAuthorized,
        "withdrawn");
  }

  @Test
  void a_secret_that_was_put_in_the_place_of_another_in_the_database_opens_nothing()
      throws Exception {
    JsonNode other = token("valve-1");
    int unused =
        here.database
            .jdbc()
            .sql(
                "UPDATE identity.token SET mac_secret = (SELECT mac_secret FROM identity.token"
                    + " WHERE id = CAST(:mine AS uuid)) WHERE id = CAST(:other AS uuid)")
            .param("mine", token.path("id").asString())
            .param("other", other.path("id").asString())
            .update();
    JsonNode mixed =
        JsonMapper.builder()
            .build()
            .readTree(
                "{\"cmp-reference\":\"%s\",\"cmp-secret\":\"%s\"}"
                    .formatted(other.path("id").asString(), token.path("cmp-secret").asString()));
    assertThat(CmpClient.isRefused(client.send(client.pbm(mixed, ir(key))))).isTrue();
    assertThat(here.trust.stated).isEmpty();
  }

  @Test
  void a_confirmation_answers_our_nonce_and_can_be_given_after_a_restart_too() throws Exception {
    X509Certificate certificate = CmpClient.issued(client.send(client.pbm(token, ir(key))));
    byte[] hash = EnrolmentTest.digest(certificate).bytes();
    byte[] right = client.answered;
    client.answered = new byte[16];
    refused(
        client.send(client.pbm(token, CmpClient.confirmation(hash, true))),
        PKIFailureInfo.badRecipientNonce,
        "recipNonce");
    client.answered = right;
    byte[] confirmation = client.pbm(token, CmpClient.confirmation(hash, true));
    here.restart();
    assertThat(client.send(confirmation).getBody().getType()).isEqualTo(PKIBody.TYPE_CONFIRM);
    refused(client.send(confirmation), PKIFailureInfo.transactionIdInUse, "repetition");
    assertThat(here.trust.accepted(PUMP)).hasSize(1);
  }

  @Test
  void a_certificate_that_is_not_taken_is_revoked_and_nobody_rejects_anothers() throws Exception {
    X509Certificate certificate = CmpClient.issued(client.send(client.pbm(token, ir(key))));
    byte[] hash = EnrolmentTest.digest(certificate).bytes();
    CmpClient thief = new CmpClient(here);
    refused(
        thief.send(thief.pbm(token("valve-1"), CmpClient.confirmation(hash, false))),
        PKIFailureInfo.badCertId,
        "given to this sender");
    assertThat(here.trust.accepted(PUMP)).hasSize(1);

    assertThat(
            client.send(client.pbm(token, CmpClient.confirmation(hash, false))).getBody().getType())
        .isEqualTo(PKIBody.TYPE_CONFIRM);
    assertThat(here.trust.accepted(PUMP)).isEmpty();
  }

  @Test
  void several_requests_at_once_and_short_nonces_are_refused() throws Exception {
    var two =
        CmpClient.certificate(
            PKIBody.TYPE_INIT_REQ, CmpClient.request(key), CmpClient.request(key));
    refused(client.send(client.pbm(token, two)), PKIFailureInfo.badRequest, "no more");
    client.anew().nonce = new byte[15];
    refused(
        client.send(client.pbm(token, ir(key))), PKIFailureInfo.badSenderNonce, "16 to 64 random");
    client.anew().transaction = new byte[8];
    refused(client.send(client.pbm(token, ir(key))), PKIFailureInfo.badRequest, "transactionID");
  }

  @Test
  void a_refusal_is_signed_by_what_the_authority_delegates_to() throws Exception {
    PKIMessage answer = client.send(new byte[] {1, 2, 3});
    refused(answer, PKIFailureInfo.badDataFormat, "no PKIMessage");
    var signer = CmpClient.read(answer).getCertificates()[0];
    assertThat(CmpClient.read(answer).verify(new JcaContentVerifierProviderBuilder().build(signer)))
        .isTrue();
    Authority.read(signer.getEncoded())
        .verify(here.identity.authorities().getFirst().getPublicKey());
  }

  private JsonNode token(String device) {
    return here.operator(
        "POST", "/tokens", Map.of(), "{\"device\":\"" + device + "\",\"cmp\":true}");
  }

  private static PKIBody ir(KeyPair key) throws Exception {
    return CmpClient.certificate(PKIBody.TYPE_INIT_REQ, CmpClient.request(key));
  }

  private static PKIBody kur(KeyPair key) throws Exception {
    return CmpClient.certificate(PKIBody.TYPE_KEY_UPDATE_REQ, CmpClient.request(key));
  }

  private static void refused(PKIMessage answer, int failure, String reason) {
    assertThat(CmpClient.reason(answer)).contains(reason);
    assertThat(CmpClient.status(answer).getFailInfo()).isEqualTo(new PKIFailureInfo(failure));
  }
}
