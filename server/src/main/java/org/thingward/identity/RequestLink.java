package org.thingward.identity;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.thingward.platform.ChannelBinding;
import org.thingward.platform.Problem;

/**
 * Links a certificate request to the connection that it came over (RFC 7030 §3.5): its {@code
 * challengePassword} is the base64 of the connection's {@code tls-exporter} (RFC 9266). So who
 * stands between the two ends cannot pass on a request that was signed for another connection.
 *
 * @param demanded whether a request without is refused; one that has it is always held to it
 */
record RequestLink(boolean demanded) {
  /**
   * Refuses a request that was not made for this connection.
   *
   * @param der the request, which was read before
   * @param connection what its connection is told apart by; empty if by nothing
   * @throws Problem 400 saying what is missing or wrong
   */
  void require(byte[] der, Optional<ChannelBinding> connection) {
    Optional<String> shown = challengePassword(der);
    if (shown.isEmpty()) {
      if (demanded) {
        throw refused(
            "csr-not-linked",
            "This server takes no request without the tls-exporter of its connection (RFC 9266), in"
                + " base64, as challengePassword.");
      }
      return;
    }
    ChannelBinding own =
        connection.orElseThrow(() ->
            refused(
                "csr-link-unknown",
                "The request has a challengePassword, which links it to its connection, and this"
                    + " connection has no tls-exporter: connect by TLS 1.3, or leave it out."));
    if (!own.is(decoded(shown.get()))) {
      throw refused(
          "csr-link",
          "The request's challengePassword is not the tls-exporter of this connection (RFC 9266:"
              + " EXPORTER-Channel-Binding, no context, 32 bytes; in base64): the request was made"
              + " for another one, or somebody stands between.");
    }
  }

  /** The one that the request has; empty if it has none. */
  private static Optional<String> challengePassword(byte[] der) {
    List<String> found = new ArrayList<>();
    try {
      ASN1Set attributes =
          CertificationRequest.getInstance(der).getCertificationRequestInfo().getAttributes();
      for (int i = 0; attributes != null && i < attributes.size(); i++) {
        Attribute attribute = Attribute.getInstance(attributes.getObjectAt(i));
        if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_challengePassword)) {
          attribute.getAttrValues().forEach(value -> found.add(((ASN1String) value).getString()));
        }
      }
    } catch (RuntimeException e) {
      // The parser reports malformed input by many kinds of exception; all mean the same here.
      throw refused("csr-attributes", "The attributes of the request cannot be read.");
    }
    if (found.size() > 1) {
      throw refused("csr-attributes", "The request has more than one challengePassword.");
    }
    return found.stream().findFirst();
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static Problem refused(String kind, String detail) {
    return new Problem(400, kind, detail);
  }
}
