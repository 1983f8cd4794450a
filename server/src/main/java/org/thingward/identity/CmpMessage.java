package org.thingward.identity;

import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.ProtectedPart;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * A message over CMP as a client sent it: its form is sound (RFC 9483 §3.1, §3.5), nothing in it is
 * believed yet.
 *
 * @param message the message
 * @param transactionId what it belongs to, 16 to 32 bytes
 * @param senderNonce 16 to 64 bytes
 * @param at when it was made, as it says, if it does
 */
record CmpMessage(
    PKIMessage message, byte[] transactionId, byte[] senderNonce, Optional<Instant> at) {
  /** The largest message that is read: an RSA-4096 request beside a chain of certificates. */
  static final int MAX_BYTES = 32 * 1024;

  private static final int LEAST_RANDOM = 16;
  private static final int MOST_TRANSACTION = 32;
  private static final int MOST_NONCE = 64;
  private static final int MOST_CERTIFICATES = 8;

  /**
   * Reads a message in DER, strictly.
   *
   * @throws CmpRefusal saying what is wrong with it
   */
  static CmpMessage read(byte[] der) {
    PKIMessage message = parse(der);
    try {
      PKIHeader header = message.getHeader();
      return new CmpMessage(
          message,
          random(header.getTransactionID(), MOST_TRANSACTION, "transactionID"),
          random(header.getSenderNonce(), MOST_NONCE, "senderNonce"),
          time(header));
    } catch (CmpRefusal refusal) {
      throw new Unreadable(message.getHeader(), refusal);
    }
  }

  /** A message of which the header was read, so that the answer can refer to it. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient PKIHeader header;
    private final CmpRefusal refusal;

    private Unreadable(PKIHeader header, CmpRefusal refusal) {
      super(refusal);
      this.header = header;
      this.refusal = refusal;
    }

    PKIHeader header() {
      return header;
    }

    CmpRefusal refusal() {
      return refusal;
    }
  }

  private static PKIMessage parse(byte[] der) {
    if (der.length <= MAX_BYTES) {
      try {
        PKIMessage message = PKIMessage.getInstance(der);
        if (Arrays.equals(message.getEncoded(ASN1Encoding.DER), der) && isSound(message)) {
          return message;
        }
      } catch (IOException | RuntimeException e) {
        // The parser reports malformed input by many kinds of exception; all mean the same here.
        throw malformed();
      }
    }
    throw malformed();
  }

  private static CmpRefusal malformed() {
    return CmpRefusal.malformed(
        "The body is no PKIMessage of version 2 or 3, in DER, of %d bytes at most (RFC 9810)."
            .formatted(MAX_BYTES));
  }

  private static boolean isSound(PKIMessage message) {
    int version = message.getHeader().getPvno().intValueExact();
    return (version == PKIHeader.CMP_2000 || version == PKIHeader.CMP_2021)
        && (message.getProtection() == null || message.getProtection().getPadBits() == 0)
        && (message.getExtraCerts() == null || message.getExtraCerts().length <= MOST_CERTIFICATES);
  }

  private static byte[] random(@Nullable ASN1OctetString value, int most, String name) {
    if (value == null || value.getOctetsLength() < LEAST_RANDOM || value.getOctetsLength() > most) {
      throw new CmpRefusal(
          name.equals("senderNonce") ? PKIFailureInfo.badSenderNonce : PKIFailureInfo.badRequest,
          "The message must carry a %s of %d to %d random bytes (RFC 9483 §3.1)."
              .formatted(name, LEAST_RANDOM, most));
    }
    return value.getOctets();
  }

  private static Optional<Instant> time(PKIHeader header) {
    if (header.getMessageTime() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(header.getMessageTime().getDate().toInstant());
    } catch (ParseException e) {
      throw new CmpRefusal(PKIFailureInfo.badTime, "The message's messageTime is no time.");
    }
  }

  PKIHeader header() {
    return message.getHeader();
  }

  /** How it says that it is protected; empty if it is not. */
  Optional<AlgorithmIdentifier> protectionAlgorithm() {
    return message.getProtection() == null
        ? Optional.empty()
        : Optional.ofNullable(header().getProtectionAlg());
  }

  /** The bytes that its protection is over. */
  byte[] protectedPart() {
    return der(new ProtectedPart(message.getHeader(), message.getBody()));
  }

  /** The protection itself; none if there is none. */
  byte[] protection() {
    return message.getProtection() == null ? new byte[0] : message.getProtection().getOctets();
  }

  /** Certificates that came along, in DER, the sender's own first (RFC 9483 §3.3). */
  List<byte[]> certificates() {
    return message.getExtraCerts() == null
        ? List.of()
        : Stream.of(message.getExtraCerts()).map(CmpMessage::der).toList();
  }

  /** Whether the sender wants to go without confirming. */
  boolean asksForImplicitConfirmation() {
    return header().getGeneralInfo() != null
        && Stream.of(header().getGeneralInfo())
            .anyMatch(one -> CMPObjectIdentifiers.it_implicitConfirm.equals(one.getInfoType()));
  }

  static byte[] der(ASN1Object object) {
    try {
      return object.getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("what was just read has no encoding", e);
    }
  }
}
