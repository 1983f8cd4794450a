package org.thingward.identity;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Randomness;

/**
 * Nonces that each serve once (RFC 8555 §6.5): a number and a mark that only this process can make.
 * Its key lives in memory, so that no nonce outlives a restart and none has to be stored; clients
 * are told a new one with the refusal and try again by themselves.
 */
final class AcmeNonces {
  private static final int REMEMBERED = 1 << 20;
  private static final int MARK_BYTES = 16;
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;
  private final BitSet spent = new BitSet(REMEMBERED);
  private long next;

  AcmeNonces(Randomness randomness) {
    this.key = new SecretKeySpec(randomness.bytes(KEY_BYTES), "HmacSHA256");
  }

  /** A new one. */
  synchronized String draw() {
    long number = next++;
    spent.clear(place(number));
    return Base64Url.encode(
        ByteBuffer.allocate(Long.BYTES + MARK_BYTES).putLong(number).put(mark(number)).array());
  }

  /**
   * Takes one in.
   *
   * @throws AcmeRefused if it was not given out by this process, was shown before, or is so old
   *     that a million were drawn since
   */
  void spend(String nonce) {
    if (!isGood(nonce)) {
      throw new AcmeRefused(
          AcmeError.BAD_NONCE,
          "The nonce was used before, or is not one of this server's since its start: take the new"
              + " one in this answer.");
    }
  }

  private synchronized boolean isGood(String nonce) {
    byte[] bytes;
    try {
      bytes = AcmeBase64.decode("the nonce", nonce);
    } catch (AcmeRefused e) {
      return false;
    }
    if (bytes.length != Long.BYTES + MARK_BYTES) {
      return false;
    }
    long number = ByteBuffer.wrap(bytes).getLong();
    byte[] mark = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
    if (!MessageDigest.isEqual(mark, mark(number)) || number < next - REMEMBERED) {
      return false;
    }
    boolean first = !spent.get(place(number));
    spent.set(place(number));
    return first;
  }

  private static int place(long number) {
    return (int) (number % REMEMBERED);
  }

  private byte[] mark(long number) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] whole = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
      return Arrays.copyOf(whole, MARK_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC", e);
    }
  }
}
