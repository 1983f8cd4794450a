package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Subject;

/** Who asks again is answered from what was signed a moment ago, as long as that is true. */
class AnsweredLatelyTest {
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
  void I4_a_good_answer_that_was_kept_is_given_to_nobody_once_the_certificate_is_revoked()
      throws Exception {
    byte[] first = about(enrolled("pump-07"));
    byte[] second = about(enrolled("pump-08"));
    byte[] good = answer(first);
    assertThat(status(good)).isEqualTo(CertificateStatus.GOOD);
    assertThat(answer(first)).as("not signed again").isEqualTo(good);
    assertThat(status(answer(second))).isEqualTo(CertificateStatus.GOOD);

    String serial = here.line("pump-07").get(0).path("serial").asString();
    here.operator("POST", "/certificates/{serial}/revoke", Map.of("serial", serial), "");
    assertThat(status(answer(first))).isInstanceOf(RevokedStatus.class);
    assertThat(status(answer(second))).isEqualTo(CertificateStatus.GOOD);

    // All certificates of a device, by an order about it.
    Subject other = Subject.device("pump-08");
    Postures.contraindicate(here, other, List.of(RevocationTest.order(here, other, "revoke")));
    Eventually.within(Duration.ofSeconds(1), () -> status(answer(second)) instanceof RevokedStatus);
  }

  @Test
  void who_sends_a_nonce_is_answered_anew_and_nobody_knows_a_certificate_before_it_is_issued()
      throws Exception {
    BigInteger serial = enrolled("pump-07");
    byte[] nonce = new DEROctetString(new byte[16]).getEncoded();
    byte[] asked = OcspRequestTest.request(folder, Optional.of(nonce), serial);
    assertThat(answer(asked)).isNotEqualTo(answer(asked));

    byte[] unknown = about(BigInteger.valueOf(7));
    assertThat(answer(unknown)).isNotEqualTo(answer(unknown));
  }

  @Test
  void an_answer_is_given_again_for_half_of_its_life_and_not_before_its_time() throws Exception {
    byte[] asked = about(enrolled("pump-07"));
    byte[] first = answer(asked);
    here.time.pass(AnsweredLately.AGE.minusSeconds(1));
    assertThat(answer(asked)).isEqualTo(first);
    here.time.pass(Duration.ofSeconds(1));
    byte[] second = answer(asked);
    assertThat(second).isNotEqualTo(first);
    here.time.pass(Duration.ofMinutes(-1));
    assertThat(answer(asked)).isNotEqualTo(second);
  }

  @Test
  void I4_a_revocation_between_the_lookup_and_the_keeping_of_an_answer_is_noticed()
      throws Exception {
    AnsweredLately lately = new AnsweredLately();
    var key =
        SoftwareKey.generate(
            SignatureScheme.ECDSA_P256_SHA256, here.randomness, NativeCrypto.load());
    var signer = new Delegate(key, Authority.read(new Keys(folder).read("issuing-1.pem")));
    Renewed<Delegate> signers = new Renewed<>("signer", now -> signer, here.time);
    byte[] request = {1};
    BigInteger serial = BigInteger.ONE.shiftLeft(126);
    Instant now = here.time.now();

    AnsweredLately.Begun begun = lately.begin(serial);
    lately.changed(serial);
    lately.keep(request, begun, signers, signers.current(), now, new byte[] {2});
    assertThat(lately.find(request, now)).isEmpty();

    lately.keep(request, lately.begin(serial), signers, signers.current(), now, new byte[] {3});
    lately.changed(BigInteger.ONE);
    assertThat(lately.find(request, now)).as("a shard of its own").isPresent();
    lately.changed();
    assertThat(lately.find(request, now)).isEmpty();
  }

  private BigInteger enrolled(String name) {
    return here.enrol(name, here.token(name), keys.ecRequest(name)).getSerialNumber();
  }

  private byte[] about(BigInteger serial) throws Exception {
    return OcspRequestTest.request(folder, Optional.empty(), serial);
  }

  private byte[] answer(byte[] request) {
    return OcspRequestTest.answer(here, request);
  }

  private static CertificateStatus status(byte[] answer) {
    try {
      var basic = (BasicOCSPResp) new OCSPResp(answer).getResponseObject();
      return basic.getResponses()[0].getCertStatus();
    } catch (IOException | OCSPException e) {
      throw new AssertionError(e);
    }
  }
}
