package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Reason;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/**
 * What follows when a subject falls to contraindicated: its outstanding tokens are withdrawn, and,
 * if an operator ordered so, its certificates are revoked (rule T5). The work is done soon after,
 * on a virtual thread; doing it again changes nothing.
 */
final class Falls implements PostureListener {
  private static final Logger LOG = LoggerFactory.getLogger(Falls.class);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int LONGEST_PAUSES = 100;
  private static final String ORDER_KIND = "operator.order";
  private static final ClaimValue REVOKE = new ClaimValue.Word("revoke");

  private final Tokens tokens;
  private final Consumer<Subject> revocation;
  private final BiFunction<Subject, Digest, Optional<Evidence>> evidence;
  private final Duration pause;
  private final Map<Subject, Instant> fallen = new ConcurrentHashMap<>();

  /**
   * Listens.
   *
   * @param revocation ends all that a subject has from this room, for good
   * @param evidence finds a piece of evidence about a subject, by its id
   */
  Falls(
      Tokens tokens,
      Consumer<Subject> revocation,
      BiFunction<Subject, Digest, Optional<Evidence>> evidence) {
    this(tokens, revocation, evidence, PAUSE);
  }

  /** As above; {@code pause} after the first failed attempt, growing to a hundred times that. */
  Falls(
      Tokens tokens,
      Consumer<Subject> revocation,
      BiFunction<Subject, Digest, Optional<Evidence>> evidence,
      Duration pause) {
    this.pause = pause;
    this.tokens = tokens;
    this.revocation = revocation;
    this.evidence = evidence;
  }

  @Override
  public void posturesChanged(Collection<PostureChange> changes) {
    for (PostureChange change : changes) {
      if (isContraindicated(change.after())) {
        noteFall(change);
        Thread.ofVirtual().name("fall").start(() -> followPatiently(change.after()));
      } else {
        fallen.remove(change.subject());
      }
    }
  }

  /** Whether a token was made after its subject fell; true if it is not known to have fallen. */
  boolean madeAfterFall(TokenRecord token) {
    Instant at = fallen.get(token.subject());
    return at == null || token.made().isAfter(at);
  }

  private void noteFall(PostureChange change) {
    boolean fell = change.before().map(before -> !isContraindicated(before)).orElse(true);
    if (fell) {
      fallen.put(change.subject(), change.after().at());
    }
  }

  /**
   * The database may be down, for as long as it pleases: tried again until it is done, for nobody
   * else would do it before the next start.
   */
  private void followPatiently(Posture held) {
    for (int attempt = 0; ; attempt = Math.min(attempt + 1, LONGEST_PAUSES)) {
      try {
        if (follow(held)) {
          return;
        }
      } catch (RuntimeException e) {
        LOG.error("What follows from the fall of {} is not done yet", held.subject(), e);
      }
      LockSupport.parkNanos(pause.multipliedBy(1 + attempt).toNanos());
    }
  }

  /** True once all is done; false while evidence that the posture names is not stored. */
  private boolean follow(Posture held) {
    Instant fell = fallen.get(held.subject());
    if (fell != null) {
      tokens.withdrawAll(held.subject(), fell);
    }
    List<Digest> causes = causes(held);
    List<Evidence> found =
        causes.stream()
            .map(id -> evidence.apply(held.subject(), id))
            .flatMap(Optional::stream)
            .toList();
    boolean revoked = found.stream().anyMatch(piece -> isRevocation(piece, held.subject()));
    if (revoked) {
      revocation.accept(held.subject());
    }
    return revoked || found.size() == causes.size();
  }

  private static List<Digest> causes(Posture held) {
    return held.reasons().stream()
        .filter(reason -> reason.tier() == Tier.CONTRAINDICATED)
        .map(Reason::evidence)
        .flatMap(Optional::stream)
        .toList();
  }

  private static boolean isRevocation(Evidence piece, Subject subject) {
    return piece.kind().equals(ORDER_KIND)
        && piece.subject().equals(subject)
        && REVOKE.equals(piece.claims().get("order"));
  }

  private static boolean isContraindicated(Posture posture) {
    return posture.tier() == Tier.CONTRAINDICATED;
  }
}
