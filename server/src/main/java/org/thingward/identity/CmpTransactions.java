package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * Which transactions over CMP are under way or were of late, so that a message that is sent again
 * is refused. In memory, and the oldest make room: what a replay could do was done by the first,
 * for the same token or certificate gives the same certificate and a revoked one stays revoked.
 */
final class CmpTransactions {
  /** How far a message's time may be from ours, either way. */
  static final Duration TOLERANCE = Duration.ofMinutes(10);

  private static final Duration REMEMBERED = TOLERANCE.multipliedBy(2);
  private static final int MOST = 50_000;

  private final Time time;
  private final Map<String, Transaction> known = new LinkedHashMap<>();

  private record Transaction(Instant until, Optional<Awaited> awaited) {}

  /**
   * A confirmation that is due.
   *
   * @param nonce our nonce, which it must answer
   * @param certificate what is to be confirmed
   */
  private record Awaited(byte[] nonce, Digest certificate) {}

  CmpTransactions(Time time) {
    this.time = time;
  }

  /**
   * Begins a transaction.
   *
   * @throws CmpRefusal if the sender began one of this name before
   */
  synchronized void begin(CmpSender sender, CmpMessage message) {
    Instant now = time.now();
    message
        .at()
        .filter(at -> Duration.between(at, now).abs().compareTo(TOLERANCE) > 0)
        .ifPresent(at -> {
          throw new CmpRefusal(
              PKIFailureInfo.badTime,
              "The message is of %s, which is more than %d minutes from %s here. Set the clock, or leave messageTime out."
                  .formatted(at, TOLERANCE.toMinutes(), now));
        });
    forgetOld(now);
    Transaction began = new Transaction(now.plus(REMEMBERED), Optional.empty());
    if (known.putIfAbsent(name(sender, message), began) != null) {
      throw inUse();
    }
  }

  private static CmpRefusal inUse() {
    return new CmpRefusal(
        PKIFailureInfo.transactionIdInUse,
        "This transaction was begun before: the message is a repetition. Begin a new one.");
  }

  private void forgetOld(Instant now) {
    var oldest = known.entrySet().iterator();
    while (oldest.hasNext()
        && (!oldest.next().getValue().until().isAfter(now) || known.size() >= MOST)) {
      oldest.remove();
    }
  }

  /** A certificate was given out in this transaction, and its confirmation is due. */
  synchronized void await(
      CmpSender sender, CmpMessage message, byte[] ourNonce, Digest certificate) {
    Instant until = time.now().plus(REMEMBERED);
    known.put(
        name(sender, message),
        new Transaction(until, Optional.of(new Awaited(ourNonce.clone(), certificate))));
  }

  /**
   * Ends a transaction by its confirmation. One that we do not know of, as after a restart, is
   * ended too: whose the certificate is has to be asked elsewhere.
   *
   * @throws CmpRefusal if none is due, or it answers something else
   */
  synchronized void confirm(CmpSender sender, CmpMessage message, Digest certificate) {
    String name = name(sender, message);
    Transaction transaction = known.get(name);
    if (transaction != null) {
      Awaited awaited = transaction.awaited().orElseThrow(CmpTransactions::inUse);
      byte[] answered =
          message.header().getRecipNonce() == null
              ? new byte[0]
              : message.header().getRecipNonce().getOctets();
      if (!Arrays.equals(awaited.nonce(), answered)) {
        throw new CmpRefusal(
            PKIFailureInfo.badRecipientNonce, "recipNonce is not the senderNonce of the answer.");
      }
      if (!awaited.certificate().equals(certificate)) {
        throw new CmpRefusal(
            PKIFailureInfo.badCertId, "certHash is not of the certificate that was given out.");
      }
    }
    known.put(name, new Transaction(time.now().plus(REMEMBERED), Optional.empty()));
  }

  private static String name(CmpSender sender, CmpMessage message) {
    return sender.name() + "/" + HexFormat.of().formatHex(message.transactionId());
  }
}
