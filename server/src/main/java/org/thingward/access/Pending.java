package org.thingward.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalEntry;
import org.thingward.verify.approval.ApprovalRequest;

/**
 * A change that others were asked to agree to.
 *
 * @param asked what they are asked
 * @param body what is sent when it is carried out; let go once it is over
 * @param agreed who agreed, in order
 * @param ended how it ended without being done
 * @param executed when it was carried out
 */
record Pending(
    ApprovalEntry.Asked asked,
    byte[] body,
    List<ApprovalEntry.Approved> agreed,
    Optional<ApprovalEntry.Ended> ended,
    Optional<Instant> executed) {
  private static final byte[] NO_BODY = {};

  /** What has become of it. */
  enum State {
    /** It waits for somebody. */
    OPEN,
    /** Enough people agreed: whoever asked may carry it out. */
    APPROVED,
    EXPIRED,
    REFUSED,
    WITHDRAWN,
    VOIDED,
    EXECUTED;

    /** The lower-case word used in the API. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Pending {
    agreed = List.copyOf(agreed);
  }

  static Pending of(ApprovalEntry.Asked asked, byte[] body) {
    return new Pending(asked, body, List.of(), Optional.empty(), Optional.empty());
  }

  ApprovalRequest request() {
    return asked.request();
  }

  /** Whether it may still be approved and carried out. */
  boolean isOpen(Instant now) {
    return ended.isEmpty() && executed.isEmpty() && now.isBefore(request().expires());
  }

  boolean hasAgreed(Subject operator) {
    return agreed.stream().anyMatch(one -> one.operator().equals(operator));
  }

  Pending with(ApprovalEntry.Approved more) {
    List<ApprovalEntry.Approved> all = new ArrayList<>(agreed);
    all.add(more);
    return new Pending(asked, body, all, ended, executed);
  }

  Pending with(ApprovalEntry.Ended end) {
    return new Pending(asked, NO_BODY, agreed, Optional.of(end), executed);
  }

  Pending executedAt(Instant at) {
    return new Pending(asked, NO_BODY, agreed, ended, Optional.of(at));
  }

  /**
   * What has become of it by now.
   *
   * @param met whether those who agreed are enough
   */
  State state(Instant now, boolean met) {
    if (executed.isPresent()) {
      return State.EXECUTED;
    }
    if (ended.isPresent()) {
      return switch (ended.get().how()) {
        case REFUSED -> State.REFUSED;
        case WITHDRAWN -> State.WITHDRAWN;
        case VOIDED -> State.VOIDED;
      };
    }
    if (!isOpen(now)) {
      return State.EXPIRED;
    }
    return met ? State.APPROVED : State.OPEN;
  }
}
