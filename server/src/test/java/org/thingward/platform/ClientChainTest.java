package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.platform.TestChain.certificate;
import static org.thingward.platform.TestChain.party;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thingward.platform.TestChain.Form;
import org.thingward.platform.TestChain.Party;

/** Chains that clients of a fleet's own authority present, sound and otherwise. */
class ClientChainTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final Party ROOT = party("O=Plant,CN=root");
  private static final Party FIRST = party("O=Plant,CN=first");
  private static final Party SECOND = party("O=Plant,CN=second");
  private static final Party PUMP = party("O=Plant,CN=pump-1");
  private static final Party STRANGER = party("O=Elsewhere,CN=pump-1");
  private static final X509Certificate ANCHOR = certificate(ROOT, ROOT, Form.authority(NOW));

  @Test
  void a_sound_chain_is_taken() throws CertificateException {
    assertThat(verify(ANCHOR, below(PUMP, FIRST), below(FIRST, ROOT)).holds(NOW)).isTrue();
  }

  @Test
  void a_chain_that_runs_in_a_circle_or_without_end_is_refused() {
    refused(ANCHOR, below(PUMP, FIRST), below(FIRST, SECOND), below(SECOND, FIRST));
    refused(ANCHOR, below(PUMP, FIRST), below(FIRST, FIRST));
    List<X509Certificate> long_ = new ArrayList<>(List.of(below(PUMP, FIRST)));
    for (int i = 0; i < 5; i++) {
      long_.add(below(FIRST, FIRST));
    }
    refused("1 to 5 certificates", ANCHOR, long_);
  }

  @Test
  void names_that_an_authority_in_between_or_the_root_itself_may_not_give_are_refused()
      throws CertificateException {
    X509Certificate limited = certificate(FIRST, ROOT, Form.authority(NOW).onlyFor("O=Plant"));
    verify(ANCHOR, below(PUMP, FIRST), limited);
    refused(ANCHOR, below(STRANGER, FIRST), limited);
    X509Certificate anchor = certificate(ROOT, ROOT, Form.authority(NOW).onlyFor("O=Plant"));
    verify(anchor, below(PUMP, ROOT));
    refused(
        "'CN=root,O=Plant' may not give the names in the certificate of 'CN=pump-1,O=Elsewhere'",
        anchor,
        List.of(below(STRANGER, ROOT)));
  }

  @Test
  void a_certificate_of_another_time_on_the_way_is_refused() {
    Form later = Form.authority(NOW).later(Duration.ofDays(2));
    refused(ANCHOR, below(PUMP, FIRST), certificate(FIRST, ROOT, later));
    Form over = Form.client(NOW).later(Duration.ofDays(-2));
    refused(ANCHOR, certificate(PUMP, ROOT, over));
    refused(certificate(ROOT, ROOT, later), below(PUMP, ROOT));
  }

  @Test
  void who_is_no_authority_vouches_for_nobody() {
    X509Certificate none = certificate(FIRST, ROOT, Form.client(NOW));
    refused(ANCHOR, below(PUMP, FIRST), none);
    refused(ANCHOR, below(PUMP, SECOND), below(FIRST, ROOT));
  }

  private static X509Certificate below(Party subject, Party issuer) {
    boolean client = subject.equals(PUMP) || subject.equals(STRANGER);
    return certificate(subject, issuer, client ? Form.client(NOW) : Form.authority(NOW));
  }

  private static ClientChain.Period verify(X509Certificate anchor, X509Certificate... chain)
      throws CertificateException {
    return new ClientChain(List.of(chain)).verify(List.of(anchor), NOW).period();
  }

  private static void refused(X509Certificate anchor, X509Certificate... chain) {
    refused("", anchor, List.of(chain));
  }

  private static void refused(String why, X509Certificate anchor, List<X509Certificate> chain) {
    assertThatThrownBy(() -> new ClientChain(chain).verify(List.of(anchor), NOW))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(why);
  }
}
