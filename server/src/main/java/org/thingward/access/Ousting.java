package org.thingward.access;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.thingward.platform.Problem;
import org.thingward.trust.Subject;

/**
 * Who took the administration of access from whom: one person from one other within three days, so
 * that whoever takes over one administrator's key does not get rid of all others before one of them
 * notices. Guarded by whoever holds it.
 */
final class Ousting {
  private final Map<Subject, Instant> last = new HashMap<>();

  /** Whether somebody who administers access does not any more, by this change. */
  static boolean is(OperatorChange change) {
    return switch (change) {
      case OperatorChange.Withdrawal gone -> true;
      case OperatorChange.Roles roles ->
          roles.roles().stream().noneMatch(each -> each.role() == Role.ACCESS_ADMINISTRATOR);
      case OperatorChange.PasskeyWithdrawal one -> false;
      case OperatorChange.Invitation invitation -> false;
      case OperatorChange.InvitationEnd end -> false;
      case OperatorChange.Activation activation -> false;
    };
  }

  void note(SignedChange signed) {
    last.put(signed.by(), signed.at());
  }

  /**
   * Returns unless this is another one too early.
   *
   * @throws Problem 409 if it is
   */
  void requireNotTheNext(SignedChange signed) {
    Instant until = last.getOrDefault(signed.by(), Instant.EPOCH).plus(Operators.SOLITUDE);
    if (signed.at().isBefore(until)) {
      throw new Problem(
          409,
          "ousted-another",
          "You took the administration of access from somebody already. From another you may only at %s; another administrator may now."
              .formatted(until));
    }
  }
}
