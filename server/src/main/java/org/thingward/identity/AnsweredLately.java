package org.thingward.identity;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * OCSP answers that were signed a moment ago, to be given again to who asks the same without a
 * nonce (as RFC 5019 has responders do): until they are as old as {@link #AGE}, and not beyond a
 * revocation among serial numbers of the same shard. Bounded; the oldest goes first.
 */
final class AnsweredLately {
  /** Who gets an answer that was kept has at least as long again before it ends. */
  static final Duration AGE = OcspAnswer.KEPT.dividedBy(2);

  /** With their requests, some 35 MB. */
  static final int MOST = 32_768;

  private final AtomicLongArray revocations = new AtomicLongArray(Shard.COUNT);
  private final Map<ByteBuffer, Answer> answers = new LinkedHashMap<>();

  /**
   * An answer in the making. It is begun before the status is looked up, so that a revocation that
   * comes between lookup and keeping is noticed.
   */
  record Begun(int shard, long revocations) {}

  private record Answer(
      Begun begun, Renewed<Delegate> signers, Delegate signer, Instant at, byte[] der) {
    boolean isOf(Instant now) {
      return !now.isBefore(at) && now.isBefore(at.plus(AGE)) && signers.current() == signer;
    }
  }

  /** To be called before the status of this certificate is looked up. */
  Begun begin(BigInteger serial) {
    return begin(Math.floorMod(Shard.numberOf(serial), Shard.COUNT));
  }

  /** To be called before the statuses of certificates of this shard are looked up. */
  Begun begin(int shard) {
    return new Begun(shard, revocations.get(shard));
  }

  /** What the same request was answered, if that still holds. */
  Optional<byte[]> find(byte[] request, Instant now) {
    Answer answer;
    synchronized (answers) {
      answer = answers.get(ByteBuffer.wrap(request));
    }
    return Optional.ofNullable(answer)
        .filter(it -> it.isOf(now) && holds(it.begun()))
        .map(Answer::der);
  }

  private boolean holds(Begun begun) {
    return revocations.get(begun.shard()) == begun.revocations();
  }

  /**
   * Keeps an answer about one certificate.
   *
   * @param request in the one form that there is of it, so that nobody fills this with variants
   * @param signers what {@code signer} was the current one of
   * @param at when it was signed
   */
  void keep(
      byte[] request,
      Begun begun,
      Renewed<Delegate> signers,
      Delegate signer,
      Instant at,
      byte[] answer) {
    ByteBuffer key = ByteBuffer.wrap(request);
    synchronized (answers) {
      answers.remove(key);
      answers.put(key, new Answer(begun, signers, signer, at, answer));
      if (answers.size() > MOST) {
        var oldest = answers.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  /** A certificate with this serial number was revoked: what was answered before holds no more. */
  void changed(BigInteger serial) {
    revocations.incrementAndGet(Math.floorMod(Shard.numberOf(serial), Shard.COUNT));
  }

  /** Several were revoked. */
  void changed() {
    for (int shard = 0; shard < Shard.COUNT; shard++) {
      revocations.incrementAndGet(shard);
    }
  }
}
