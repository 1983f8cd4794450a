package org.thingward.verify.approval;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Who agreed to what.
 *
 * @param bootstrap the digest of the key of the bootstrap certificate that every passkey leads back
 *     to; empty if no passkey was ever registered
 * @param changes what was asked, in the log's order
 * @param faults what does not fit, or leads nowhere
 */
public record ApprovalReport(Optional<Digest> bootstrap, List<Asked> changes, List<String> faults) {
  public ApprovalReport {
    changes = List.copyOf(changes);
    faults = List.copyOf(faults);
  }

  /**
   * A change that others were asked to agree to.
   *
   * @param signatures those that were checked and found good
   * @param end how it ended without being done
   * @param executed when it was carried out
   */
  public record Asked(
      ApprovalRequest request,
      List<Signed> signatures,
      Optional<ApprovalEntry.Ended> end,
      Optional<Instant> executed) {
    public Asked {
      signatures = List.copyOf(signatures);
    }
  }

  /** Somebody agreed, by a passkey that counts. */
  public record Signed(Subject operator, String passkey, Instant at) {}
}
