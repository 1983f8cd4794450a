package org.thingward.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Openings;
import org.thingward.platform.Problem;
import org.thingward.verify.approval.ApprovalEntry;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.RecordRefused;

/**
 * Reads from the log at start what waits for approval and who agreed. That an approval is signed by
 * a passkey that counts is checked again for each, as when it was given.
 */
final class ApprovalReload {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalReload.class);

  private final Approvals approvals;
  private final Passkeys passkeys;
  private final RelyingParty party;

  ApprovalReload(Approvals approvals, Passkeys passkeys, RelyingParty party) {
    this.approvals = approvals;
    this.passkeys = passkeys;
    this.party = party;
  }

  void run(Openings log) {
    Map<UUID, List<byte[]>> bodies = new HashMap<>();
    for (Openings.Placed placed : log.all(Set.of(EntryType.APPROVAL))) {
      if (placed.opened().isEmpty()) {
        LOG.error(
            "Entry {}, about approvals, cannot be opened: its key is gone. It may have ended any of those before it, so none of them counts: ask again",
            placed.index());
        approvals.forget();
        continue;
      }
      try {
        ApprovalEntry entry = ApprovalEntry.read(placed.opened().get().content());
        if (entry instanceof ApprovalEntry.Approved approved) {
          approve(approved);
        } else {
          approvals.restore(entry, bodies);
        }
      } catch (RecordRefused e) {
        LOG.error("An entry about approvals cannot be read: {}", e.getMessage());
      }
    }
  }

  /** One by a passkey that was withdrawn since is taken in too: it is not counted later. */
  private void approve(ApprovalEntry.Approved approved) {
    passkeys.used(approved.assertion().passkey(), approved.counter());
    boolean counts =
        approvals.find(approved.request()).filter(one -> isSigned(one, approved)).isPresent();
    if (counts) {
      approvals.restore(approved, Map.of());
    } else {
      LOG.error(
          "An approval of {} is in the log, and is signed by nobody who may: it does not count",
          approved.request());
    }
  }

  private boolean isSigned(Pending one, ApprovalEntry.Approved approved) {
    return passkeys
        .find(approved.assertion().passkey())
        .filter(passkey -> passkey.operator().equals(approved.operator()))
        .filter(passkey -> isSigned(passkey, one, approved))
        .isPresent();
  }

  private boolean isSigned(Passkey passkey, Pending one, ApprovalEntry.Approved approved) {
    RelyingParty.Assertion assertion =
        new RelyingParty.Assertion(
            approved.assertion().authenticatorData(),
            approved.assertion().clientData(),
            approved.assertion().signature(),
            passkey.user());
    try {
      // The counter was compared when it was signed.
      return party.verify(passkey, 0, ApprovalRoutes.challenge(one), approved.port(), assertion)
          >= 0;
    } catch (Problem refused) {
      return false;
    }
  }
}
