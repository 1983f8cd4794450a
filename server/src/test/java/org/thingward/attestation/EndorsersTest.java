package org.thingward.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.platform.TestChain.certificate;
import static org.thingward.platform.TestChain.party;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Problem;
import org.thingward.platform.TestChain.Form;
import org.thingward.platform.TestChain.Party;

/** Certificates of endorsement keys, sound and otherwise. */
class EndorsersTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final Party ROOT = party("O=Maker,CN=root");
  private static final Party FIRST = party("O=Maker,CN=first");
  private static final Party SECOND = party("O=Maker,CN=second");
  private static final Party TPM = party("O=Maker,CN=tpm");
  private static final Party STRANGER = party("O=Elsewhere,CN=tpm");
  private static final X509Certificate ANCHOR = certificate(ROOT, ROOT, Form.authority(NOW));

  @TempDir Path folder;

  @Test
  void a_chain_to_a_root_is_believed_and_one_with_any_byte_changed_is_not() throws Exception {
    Endorsers endorsers = believing(ANCHOR, authority(FIRST, ROOT));
    byte[] sound = tpm(FIRST).getEncoded();
    assertThat(endorsers.endorsed(sound, NOW).getSubjectX500Principal().getName())
        .contains("CN=tpm");
    for (int at = 0; at < sound.length; at++) {
      byte[] changed = sound.clone();
      changed[at] ^= (byte) (1 << at % 8);
      refused(endorsers, changed, NOW);
    }
  }

  @Test
  void chains_that_run_in_a_circle_end_and_are_refused() throws Exception {
    Endorsers circle = believing(ANCHOR, authority(FIRST, SECOND), authority(SECOND, FIRST));
    refused(circle, tpm(FIRST).getEncoded(), NOW);
    Endorsers itself = believing(ANCHOR);
    refused(itself, certificate(TPM, TPM, Form.client(NOW)).getEncoded(), NOW);
  }

  @Test
  void names_that_an_authority_in_between_or_the_root_itself_may_not_give_are_refused()
      throws Exception {
    Form limited = Form.authority(NOW).onlyFor("O=Maker");
    Endorsers between = believing(ANCHOR, certificate(FIRST, ROOT, limited));
    between.endorsed(tpm(FIRST).getEncoded(), NOW);
    byte[] elsewhere = certificate(STRANGER, FIRST, Form.client(NOW)).getEncoded();
    refused(between, elsewhere, NOW);
    Endorsers root = believing(certificate(ROOT, ROOT, limited), authority(FIRST, ROOT));
    root.endorsed(tpm(FIRST).getEncoded(), NOW);
    refused(root, elsewhere, NOW);
  }

  @Test
  void certificates_of_another_time_and_of_who_is_no_authority_are_refused() throws Exception {
    Endorsers endorsers = believing(ANCHOR, authority(FIRST, ROOT));
    refused(endorsers, tpm(FIRST).getEncoded(), NOW.plus(Duration.ofDays(2)));
    refused(endorsers, tpm(FIRST).getEncoded(), NOW.minus(Duration.ofDays(2)));
    Endorsers none = believing(ANCHOR, certificate(FIRST, ROOT, Form.client(NOW)));
    refused(none, tpm(FIRST).getEncoded(), NOW);
  }

  @Test
  void what_is_too_large_is_refused_unread() {
    Endorsers endorsers = Endorsers.none();
    assertThatThrownBy(() -> endorsers.endorsed(new byte[(16 << 10) + 1], NOW))
        .hasMessageContaining("more than 16384 bytes");
  }

  private static X509Certificate tpm(Party issuer) {
    return certificate(TPM, issuer, Form.client(NOW));
  }

  private static X509Certificate authority(Party subject, Party issuer) {
    return certificate(subject, issuer, Form.authority(NOW));
  }

  private Endorsers believing(X509Certificate... certificates) throws Exception {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate each : certificates) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder().encodeToString(each.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return Endorsers.read(List.of(Files.writeString(folder.resolve("roots.pem"), pem)));
  }

  private static void refused(Endorsers endorsers, byte[] der, Instant at) {
    assertThatThrownBy(() -> endorsers.endorsed(der, at))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is not believed");
  }
}
