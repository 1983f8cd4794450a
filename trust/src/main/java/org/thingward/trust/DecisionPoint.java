package org.thingward.trust;

import java.util.Optional;

/**
 * The policy decision point (NIST SP 800-207): where every enforcement point asks. Needs no
 * database; answers from cached postures; unknown or stale means deny.
 */
public interface DecisionPoint {
  /**
   * Decides and records. A permit returns only once it is durable in the ledger; a denial returns
   * at once and is recorded as soon as storage allows (rule T6). If a permit cannot be made durable
   * the answer is a denial that says so.
   */
  RecordedDecision decide(Request request);

  /**
   * Decides on a connect that is live already, because something changed or its grant ends. Where
   * the brake holds (rule T8) the answer can be better than a new connect would get.
   *
   * @param live the grant that was last in force for it
   */
  default RecordedDecision decideAgain(Request request, Grant live) {
    return decide(request);
  }

  /**
   * As {@link #decideAgain} where that is a denial, which waits for nothing: given on the caller's
   * own thread. Empty if it is a permit or takes waiting; then {@code decideAgain} is to be asked.
   */
  default Optional<RecordedDecision> denyAgain(Request request, Grant live) {
    return Optional.empty();
  }

  /**
   * Records a denial that an enforcement point found by itself, before or beyond the policy: e.g. a
   * client that gives itself another name than its certificate's. Returns at once; equal denials
   * fold into one entry, so {@code reason} must not quote what the client sent.
   */
  RecordedDecision refuse(Request request, String reason);

  /** Records that a grant ended. Returns at once. */
  Receipt end(GrantEnd end);
}
