package org.thingward.identity;

import org.thingward.platform.Peer;

/** Who sent a message over CMP, as its protection proves. */
sealed interface CmpSender {
  /** The same party says so in the same way: one text for each. */
  String name();

  /**
   * Whoever knows a token's secret.
   *
   * @param token the token, which may be used
   * @param mac how the message is protected, as is the answer
   * @param secret what keys the MAC
   */
  record Holder(TokenRecord token, CmpMac mac, MacSecret secret) implements CmpSender {
    @Override
    public String name() {
      return token.id().toString();
    }
  }

  /**
   * Whoever has the key of a certificate of ours.
   *
   * @param certificate the certificate, which may not count any more
   * @param peer whom it names
   */
  record Certified(IssuedCertificate certificate, Peer peer) implements CmpSender {
    @Override
    public String name() {
      return certificate.digest().toString();
    }
  }

  /** Anyone: the message is not protected. */
  record Anyone() implements CmpSender {
    @Override
    public String name() {
      return "anyone";
    }
  }
}
