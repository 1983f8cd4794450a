package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OCSP answers are signed before anybody asks, and none of them outlives a revocation. */
class AnsweredAheadTest {
  /** Longer than anything here takes by the machine's clock. */
  private static final Duration A_WHILE = Duration.ofSeconds(20);

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
  void who_asks_first_is_given_what_was_signed_before() throws Exception {
    BigInteger serial = enrolled("pump-07");
    signAll();
    here.time.pass(Duration.ofSeconds(30));
    SingleResp answer = asked(serial);
    assertThat(answer.getCertStatus()).isEqualTo(CertificateStatus.GOOD);
    assertThat(age(answer)).isGreaterThanOrEqualTo(Duration.ofSeconds(30));

    BigInteger later = enrolled("pump-08");
    assertThat(age(asked(later))).as("signed as it is asked about").isLessThan(A_WHILE);
  }

  @Test
  void what_was_signed_ahead_is_signed_anew_before_it_is_too_old_to_be_given() throws Exception {
    BigInteger serial = enrolled("pump-07");
    signAll();
    here.time.pass(AnsweredAhead.AGE.minus(A_WHILE));
    assertThat(here.identity.ahead().signSome()).as("nothing is due yet").isFalse();
    assertThat(age(asked(serial))).isGreaterThanOrEqualTo(AnsweredAhead.AGE.minus(A_WHILE));
    here.time.pass(A_WHILE);
    signAll();
    assertThat(age(asked(serial))).isLessThan(A_WHILE);
    here.time.pass(AnsweredLately.AGE);
    assertThat(age(asked(serial))).as("too old: signed as it is asked about").isLessThan(A_WHILE);
  }

  @Test
  void I4_of_a_certificate_revoked_a_moment_ago_no_answer_signed_ahead_is_given() throws Exception {
    BigInteger serial = enrolled("pump-07");
    BigInteger other = enrolled("pump-08");
    signAll();
    revoke("pump-07");
    assertThat(asked(serial).getCertStatus()).isInstanceOf(RevokedStatus.class);
    assertThat(asked(other).getCertStatus()).isEqualTo(CertificateStatus.GOOD);

    // Its shard is signed anew; the revoked one is not among it.
    assertThat(here.identity.ahead().signSome()).isTrue();
    assertThat(here.identity.ahead().signSome()).as("nothing else").isFalse();
    assertThat(asked(serial).getCertStatus()).isInstanceOf(RevokedStatus.class);
  }

  @Test
  void I4_while_answers_are_signed_ahead_without_a_pause_no_revocation_is_missed()
      throws Exception {
    List<BigInteger> serials = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      serials.add(enrolled("pump-" + i));
    }
    AtomicBoolean done = new AtomicBoolean();
    var signing =
        CompletableFuture.runAsync(() -> {
          while (!done.get()) {
            here.time.pass(AnsweredAhead.AGE.dividedBy(64));
            boolean unused = here.identity.ahead().signSome();
          }
        });
    try {
      for (int i = 0; i < serials.size(); i++) {
        assertThat(asked(serials.get(i)).getCertStatus()).isEqualTo(CertificateStatus.GOOD);
        revoke("pump-" + i);
        for (int again = 0; again < 5; again++) {
          assertThat(asked(serials.get(i)).getCertStatus())
              .as("pump-%d", i)
              .isInstanceOf(RevokedStatus.class);
        }
      }
    } finally {
      done.set(true);
      signing.join();
    }
  }

  @Test
  void it_goes_on_by_itself_until_it_is_closed() throws Exception {
    BigInteger serial = enrolled("pump-07");
    try (AutoCloseable ahead = here.identity.answerAhead()) {
      assertThat(ahead).isNotNull();
      Eventually.within(Duration.ofSeconds(60), () -> !here.identity.ahead().signSome());
    }
    here.time.pass(A_WHILE);
    assertThat(age(asked(serial))).isGreaterThanOrEqualTo(A_WHILE);
  }

  /** Signs all that is due. */
  private void signAll() {
    while (here.identity.ahead().signSome()) {
      continue;
    }
  }

  private Duration age(SingleResp answer) {
    return Duration.between(answer.getThisUpdate().toInstant(), here.time.now());
  }

  private BigInteger enrolled(String name) {
    return here.enrol(name, here.token(name), keys.ecRequest(name)).getSerialNumber();
  }

  private void revoke(String name) {
    String serial = here.line(name).get(0).path("serial").asString();
    here.operator("POST", "/certificates/{serial}/revoke", Map.of("serial", serial), "");
  }

  private SingleResp asked(BigInteger serial) throws Exception {
    byte[] request = OcspRequestTest.request(folder, Optional.empty(), serial);
    var basic =
        (BasicOCSPResp) new OCSPResp(OcspRequestTest.answer(here, request)).getResponseObject();
    return basic.getResponses()[0];
  }
}
