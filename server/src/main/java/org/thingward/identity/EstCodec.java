package org.thingward.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.thingward.platform.Problem;

/** The forms of bodies in EST: RFC 7030 §4, as clarified by RFC 8951. */
final class EstCodec {
  static final String CERTIFICATES = "application/pkcs7-mime; smime-type=certs-only";
  static final String ATTRIBUTES = "application/csrattrs";

  /** A boundary that no line of base64 is. */
  private static final String BOUNDARY = "thingward-est";

  static final String KEY_AND_CERTIFICATE = "multipart/mixed; boundary=" + BOUNDARY;

  private static final String REQUEST = "application/pkcs10";
  private static final int LINE = 64;
  private static final byte DER_SEQUENCE = 0x30;

  private EstCodec() {}

  /**
   * The DER bytes of a request body, which comes in base64 or as they are.
   *
   * @throws Problem 415 for another content type, 400 for another encoding
   */
  static byte[] request(String contentType, byte[] body) {
    if (!mediaType(contentType).equals(REQUEST)) {
      throw new Problem(
          415, "content-type", "Send the certificate request as Content-Type: " + REQUEST + ".");
    }
    if (body.length == 0) {
      throw new Problem(400, "csr-encoding", "The body is empty: send a certificate request.");
    }
    return body[0] == DER_SEQUENCE ? body : decoded(body);
  }

  /** A certs-only CMS message (RFC 5652 §5) with these certificates, in base64. */
  static byte[] certificates(List<byte[]> certificates) {
    ASN1EncodableVector all = new ASN1EncodableVector();
    certificates.forEach(der -> all.add(asTheyAre(der)));
    var data =
        new SignedData(
            new DERSet(),
            new ContentInfo(CMSObjectIdentifiers.data, null),
            new DERSet(all),
            null,
            new DERSet());
    return base64(new ContentInfo(CMSObjectIdentifiers.signedData, data));
  }

  /** A private key and its certificate, each in base64 (RFC 7030 §4.4.2). */
  static byte[] keyAndCertificate(byte[] pkcs8, byte[] certificate) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    part(out, "application/pkcs8", base64(pkcs8));
    part(out, CERTIFICATES, certificates(List.of(certificate)));
    out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static void part(ByteArrayOutputStream out, String type, byte[] base64) {
    String head =
        "--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            .formatted(BOUNDARY, type);
    out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(base64);
    out.writeBytes(new byte[] {'\r', '\n'});
  }

  /** Signed bytes are passed on, not read and written anew. */
  private static ASN1Primitive asTheyAre(byte[] der) {
    try (ASN1InputStream lazily = new ASN1InputStream(der, true)) {
      return lazily.readObject();
    } catch (IOException e) {
      throw new IllegalStateException("a certificate of ours is no DER", e);
    }
  }

  /**
   * What this server likes to see in requests (RFC 7030 §4.5.2): P-256, ECDSA with SHA-256.
   *
   * @param linked whether it takes none that is not linked to its connection (§3.5)
   */
  static byte[] attributes(boolean linked) {
    var key =
        new Attribute(
            X9ObjectIdentifiers.id_ecPublicKey, new DERSet(SECObjectIdentifiers.secp256r1));
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    attributes.add(key);
    attributes.add(X9ObjectIdentifiers.ecdsa_with_SHA256);
    if (linked) {
      attributes.add(PKCSObjectIdentifiers.pkcs_9_at_challengePassword);
    }
    return base64(new DERSequence(attributes));
  }

  private static byte[] decoded(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    if (text.startsWith("-----")) {
      throw new Problem(
          400,
          "csr-encoding",
          "The body is PEM. Send the base64 without the BEGIN and END lines, or DER"
              + " (openssl req … -outform DER).");
    }
    try {
      return Base64.getDecoder().decode(text.replaceAll("[\\r\\n \\t]", ""));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "csr-encoding", "The body is neither base64 nor DER.");
    }
  }

  private static byte[] base64(ASN1Object object) {
    try {
      return base64(object.getEncoded(ASN1Encoding.DER));
    } catch (IOException e) {
      throw new IllegalStateException("an answer could not be encoded", e);
    }
  }

  /** RFC 8951 §3.1 lets lines end as they like; base64(1) takes no carriage returns. */
  private static byte[] base64(byte[] bytes) {
    return Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encode(bytes);
  }

  private static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
