package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Subject;

class VerifiedChainsTest {
  private final VerifiedChains verified = new VerifiedChains();
  private final TestAuthority ours = new TestAuthority("ours");
  private final List<X509Certificate> authorities = ours.authorities();
  private final X509Certificate pump = ours.issue(Subject.device("pump-1")).certificate();
  private final Instant now = Instant.now();

  @BeforeEach
  void aChainThatVerifiedOnce() throws CertificateException {
    verified.verify(List.of(pump), authorities, now);
  }

  @Test
  void verifies_again() {
    assertThatCode(() -> verified.verify(List.of(pump), authorities, now))
        .doesNotThrowAnyException();
  }

  @Test
  void does_not_outlive_its_certificate() {
    Instant later = now.plus(Duration.ofHours(2));
    assertThatThrownBy(() -> verified.verify(List.of(pump), authorities, later))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void is_refused_once_its_authority_is_not_trusted_any_more() {
    List<X509Certificate> others = new TestAuthority("others").authorities();
    assertThatThrownBy(() -> verified.verify(List.of(pump), others, now))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void another_authority_under_the_same_name_gains_nothing_by_it() {
    X509Certificate forged =
        new TestAuthority("ours").issue(Subject.device("pump-1")).certificate();
    assertThatThrownBy(() -> verified.verify(List.of(forged), authorities, now))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void one_bit_changed_is_another_chain() throws CertificateException {
    byte[] der = pump.getEncoded();
    der[der.length - 1] ^= 1;
    X509Certificate changed =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    assertThatThrownBy(() -> verified.verify(List.of(changed), authorities, now))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void what_was_refused_stays_refused() {
    X509Certificate stranger =
        new TestAuthority("others").issue(Subject.device("pump-1")).certificate();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> verified.verify(List.of(stranger), authorities, now))
          .isInstanceOf(CertificateException.class);
    }
  }
}
