package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the responder makes of requests that real clients do not send. */
class OcspRequestTest {
  private static final int MALFORMED = 1;
  private static final int UNAUTHORIZED = 6;

  @TempDir Path folder;
  @TempDir Path elsewhere;
  private Installation here;

  @BeforeEach
  void open() {
    here = new Installation(folder);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void what_is_no_request_is_answered_as_malformed_by_post_and_by_get() throws Exception {
    assertThat(post(new byte[] {1, 2, 3}).getStatus()).isEqualTo(MALFORMED);
    assertThat(post(new byte[0]).getStatus()).isEqualTo(MALFORMED);
    byte[] trailing = java.util.Arrays.copyOf(request(folder, 1, Optional.empty()), 200);
    assertThat(post(trailing).getStatus()).isEqualTo(MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 129})
  void a_nonce_is_neither_empty_nor_longer_than_rfc_9654_has_it(int length) throws Exception {
    byte[] nonce = new DEROctetString(new byte[length]).getEncoded();
    assertThat(post(request(folder, 1, Optional.of(nonce))).getStatus()).isEqualTo(MALFORMED);
  }

  @Test
  void a_nonce_comes_back_as_it_was() throws Exception {
    byte[] nonce = new DEROctetString(new byte[128]).getEncoded();
    OCSPResp answer = post(request(folder, 1, Optional.of(nonce)));
    var basic = (org.bouncycastle.cert.ocsp.BasicOCSPResp) answer.getResponseObject();
    assertThat(
            basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce).getExtnValue().getOctets())
        .isEqualTo(nonce);
  }

  @Test
  void asking_for_very_many_at_once_is_malformed() throws Exception {
    assertThat(post(request(folder, 16, Optional.empty())).getStatus()).isZero();
    assertThat(post(request(folder, 17, Optional.empty())).getStatus()).isEqualTo(MALFORMED);
  }

  @Test
  void of_another_authoritys_certificates_it_says_nothing() throws Exception {
    try (Installation other = new Installation(elsewhere)) {
      assertThat(other.get("/.well-known/est/cacerts").status()).isEqualTo(200);
    }
    assertThat(post(request(elsewhere, 1, Optional.empty())).getStatus()).isEqualTo(UNAUTHORIZED);
  }

  private OCSPResp post(byte[] request) throws Exception {
    return new OCSPResp(answer(here, request));
  }

  static byte[] answer(Installation of, byte[] request) {
    Map<String, String> headers = Map.of("content-type", "application/ocsp-request");
    return of.call("POST", "/ocsp", Optional.empty(), headers, request).body();
  }

  private static byte[] request(Path authority, int asked, Optional<byte[]> nonce)
      throws Exception {
    BigInteger[] serials =
        IntStream.rangeClosed(1, asked).mapToObj(BigInteger::valueOf).toArray(BigInteger[]::new);
    return request(authority, nonce, serials);
  }

  /** Asks about certificates with these serial numbers of the authority in this folder. */
  static byte[] request(Path authority, Optional<byte[]> nonce, BigInteger... serials)
      throws Exception {
    var issuer =
        new X509CertificateHolder(
            Authority.der(Authority.read(new Keys(authority).read("issuing-1.pem"))));
    var sha1 = new BcDigestCalculatorProvider().get(CertificateID.HASH_SHA1);
    OCSPReqBuilder request = new OCSPReqBuilder();
    for (BigInteger serial : serials) {
      request.addRequest(new CertificateID(sha1, issuer, serial));
    }
    nonce.ifPresent(value ->
        request.setRequestExtensions(
            new Extensions(new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, value))));
    return request.build().getEncoded();
  }
}
