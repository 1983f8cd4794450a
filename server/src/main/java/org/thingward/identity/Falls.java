package org.thingward.identity;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
  private static final String ORDER_KIND = "operator.order";
  private static final ClaimValue REVOKE = new ClaimValue.Word("revoke");

  private final Tokens tokens;
  private final Revocation revocation;
  private final Function<Digest, Optional<Evidence>> evidence;
  private final Map<Subject, Instant> fallen = new ConcurrentHashMap<>();

  /**
   * Listens.
   *
   * @param evidence finds a piece of evidence that a posture names as a reason
   */
  Falls(Tokens tokens, Revocation revocation, Function<Digest, Optional<Evidence>> evidence) {
    this.tokens = tokens;
    this.revocation = revocation;
    this.evidence = evidence;
  }

  @Override
  public void posturesChanged(Collection<PostureChange> changes) {
    List<Posture> held =
        changes.stream().map(PostureChange::after).filter(Falls::isContraindicated).toList();
    held.forEach(posture -> fallen.putIfAbsent(posture.subject(), posture.at()));
    changes.stream()
        .map(PostureChange::after)
        .filter(posture -> !isContraindicated(posture))
        .forEach(posture -> fallen.remove(posture.subject()));
    if (!held.isEmpty()) {
      Thread.ofVirtual().name("falls").start(() -> follow(held));
    }
  }

  /** Whether a token was made after its subject fell; true if it is not known to have fallen. */
  boolean madeAfterFall(TokenRecord token) {
    Instant at = fallen.get(token.subject());
    return at == null || token.made().isAfter(at);
  }

  private void follow(List<Posture> held) {
    boolean revoked = false;
    for (Posture posture : held) {
      try {
        tokens.withdrawAll(posture.subject(), fallOf(posture));
        if (ordersRevocation(posture)) {
          revoked |= revocation.mark(posture.subject());
        }
      } catch (RuntimeException e) {
        LOG.error("What follows from the fall of {} is not done", posture.subject(), e);
      }
    }
    if (revoked) {
      revocation.publish();
    }
  }

  private Instant fallOf(Posture posture) {
    return fallen.getOrDefault(posture.subject(), posture.at());
  }

  private boolean ordersRevocation(Posture posture) {
    return posture.reasons().stream()
        .filter(reason -> reason.tier() == Tier.CONTRAINDICATED)
        .map(Reason::evidence)
        .flatMap(Optional::stream)
        .map(evidence)
        .flatMap(Optional::stream)
        .anyMatch(piece -> isRevocation(piece, posture.subject()));
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
