package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.crmf.CertRequest;
import org.bouncycastle.asn1.crmf.CertTemplate;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.crmf.ProofOfPossession;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.verify.Damage;
import tools.jackson.databind.json.JsonMapper;

/** Any message over CMP is read, or refused with a reason, before anything in it is believed. */
class CmpFuzzTest {
  private static final NativeCrypto CRYPTO = NativeCrypto.load();
  private static final List<byte[]> SOUND = sound();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_ones_are_read_or_refused() {
    Damage.each(1_500, SOUND, CmpFuzzTest::read);
  }

  /** The parser's depth is bounded: what nests without end does not overflow the stack. */
  @Test
  void what_nests_without_end_is_refused() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int left = CmpMessage.MAX_BYTES - 4; left > 4; left -= 4) {
      bytes.writeBytes(new byte[] {0x30, (byte) 0x82, (byte) (left >> 8), (byte) left});
    }
    read(bytes.toByteArray());
  }

  @Test
  void a_proof_without_a_signature_is_refused() {
    CertTemplate template =
        new CertTemplateBuilder()
            .setPublicKey(
                SubjectPublicKeyInfo.getInstance(CmpClient.key().getPublic().getEncoded()))
            .build();
    DERSequence unsigned =
        new DERSequence(new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256));
    ASN1EncodableVector request = new ASN1EncodableVector();
    request.add(new CertRequest(0, template, null));
    request.add(new DERTaggedObject(false, ProofOfPossession.TYPE_SIGNING_KEY, unsigned));
    PKIBody body = new PKIBody(PKIBody.TYPE_INIT_REQ, new DERSequence(new DERSequence(request)));
    assertThatThrownBy(() -> CmpBody.read(body, CRYPTO))
        .isInstanceOf(CmpRefusal.class)
        .hasMessageContaining("malformed");
  }

  private static void read(byte[] bytes) {
    try {
      CmpMessage message = CmpMessage.read(bytes);
      assertThat(message.transactionId()).hasSizeBetween(16, 32);
      assertThat(message.protectedPart()).isNotEmpty();
      assertThat(message.certificates()).hasSizeLessThanOrEqualTo(8);
      message
          .protectionAlgorithm()
          .flatMap(CmpFuzzTest::mac)
          .ifPresent(mac -> assertThat(mac.iterations()).isBetween(100, 100_000));
      assertThat(CmpBody.read(message.message().getBody(), CRYPTO)).isNotNull();
    } catch (CmpMessage.Unreadable e) {
      assertThat(e.refusal().reason()).isNotBlank();
    } catch (CmpRefusal refusal) {
      assertThat(refusal.reason()).isNotBlank();
    } catch (Problem problem) {
      assertThat(problem.status()).isBetween(400, 415);
    }
  }

  private static java.util.Optional<CmpMac> mac(AlgorithmIdentifier algorithm) {
    return CmpMac.read(algorithm);
  }

  private static List<byte[]> sound() {
    try {
      CmpClient client = new CmpClient();
      KeyPair key = CmpClient.key();
      var token =
          JsonMapper.builder()
              .build()
              .readTree(
                  "{\"cmp-reference\":\"0198c0de-0000-7000-8000-000000000001\",\"cmp-secret\":\"s\"}");
      PKIBody request = CmpClient.certificate(PKIBody.TYPE_INIT_REQ, CmpClient.request(key));
      return List.of(
          client.pbm(token, request),
          client.pbmac1(token, request),
          client.pbm(token, CmpClient.confirmation(new byte[32], true)),
          client.pbm(token, CmpClient.revocation(CmpClient.selfSigned(key))),
          client.signed(CmpClient.selfSigned(key), key, request));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
