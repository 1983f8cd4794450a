package org.thingward.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalEntry.Acted;
import org.thingward.verify.approval.ApprovalEntry.GlassBroken;
import org.thingward.verify.approval.ApprovalEntry.GlassReviewed;
import org.thingward.verify.log.EntryType;

/**
 * Lowering trust without anyone's agreement, for a limited time, for a reason, and in sight of
 * everybody (rule O5). Another person reviews it; until then this one breaks no other glass.
 */
final class BreakGlass {
  /** How long one lasts at most. */
  static final Duration LONGEST = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(BreakGlass.class);
  private static final Subject INSTALLATION = Subject.operator("installation");

  /**
   * One that was broken.
   *
   * @param review what another person found
   * @param changes how many changes were made under it
   * @param lowered how many devices those lowered
   */
  record Glass(GlassBroken broken, Optional<GlassReviewed> review, int changes, int lowered) {
    private boolean isOpen(Instant now) {
      return review.isEmpty() && now.isBefore(broken.until());
    }

    private Glass with(Acted acted) {
      return new Glass(broken, review, changes + 1, lowered + acted.lowered());
    }
  }

  private final Approvers approvers;
  private final Ledger ledger;
  private final Time time;
  private final Randomness randomness;
  // Oldest first.
  private final Map<UUID, Glass> glasses = new LinkedHashMap<>();

  BreakGlass(Approvers approvers, Ledger ledger, Time time, Randomness randomness) {
    this.approvers = approvers;
    this.ledger = ledger;
    this.time = time;
    this.randomness = randomness;
  }

  /** The one under which the caller lowers trust at this moment. A token breaks no glass. */
  synchronized Optional<UUID> open(Caller caller, Instant now) {
    return glasses.values().stream()
        .filter(glass -> glass.broken().operator().equals(caller.operator()) && glass.isOpen(now))
        .map(glass -> glass.broken().id())
        .filter(id -> caller.isInPerson())
        .findFirst();
  }

  /**
   * Breaks one. Acts first: nothing of it waits for storage.
   *
   * @throws Problem 409 while one of this person is not reviewed
   */
  synchronized Glass breaks(Subject operator, String reason, Duration life) {
    glasses.values().stream()
        .filter(glass -> glass.review().isEmpty())
        .filter(glass -> approvers.isSamePerson(operator, glass.broken().operator()))
        .findFirst()
        .ifPresent(glass -> {
          throw new Problem(
              409,
              "break-glass-unreviewed",
              "Your break-glass of %s is not reviewed yet. Another person must: POST /break-glass/%s/review."
                  .formatted(glass.broken().at(), glass.broken().id()));
        });
    Instant now = time.now();
    GlassBroken broken = new GlassBroken(randomness.id(), operator, reason, now, now.plus(life));
    restore(broken);
    LOG.warn("{} BROKE THE GLASS until {}: {}", operator.name(), broken.until(), reason);
    var unused = ledger.appendSoon(EntryType.APPROVAL, operator, broken.canonical());
    tell("break-glass", operator, reason, now);
    return find(broken.id());
  }

  /**
   * Another person says what was found; it ends, if it has not ended yet.
   *
   * @throws Problem 403 if it is the same person, 404 if there is none, 409 if it was reviewed
   */
  synchronized Glass reviewed(UUID id, Subject by, boolean justified, String note) {
    Glass glass = find(id);
    if (glass.review().isPresent()) {
      throw new Problem(409, "break-glass-reviewed", "It was reviewed already.");
    }
    if (approvers.isSamePerson(by, glass.broken().operator()) || !approvers.mayReview(by)) {
      throw new Problem(
          403,
          "not-a-reviewer",
          "Another person reviews it: one who releases, or administers policy or access.");
    }
    GlassReviewed review = new GlassReviewed(id, by, justified, note, time.now());
    var unused = ledger.append(EntryType.APPROVAL, by, review.canonical());
    restore(review);
    LOG.warn("{} reviewed {}: {}", by.name(), id, justified ? "justified" : "NOT JUSTIFIED");
    tell(justified ? "break-glass-justified" : "break-glass-not-justified", by, note, review.at());
    return find(id);
  }

  private void tell(String what, Subject operator, String reason, Instant at) {
    byte[] finding =
        CanonicalJson.encode(
            Map.of(
                "finding",
                1,
                "what",
                what,
                "at",
                at.toString(),
                "operator",
                operator.toString(),
                "reason",
                reason));
    var unused = ledger.appendSoon(EntryType.FINDING, INSTALLATION, finding);
  }

  private Glass find(UUID id) {
    Glass glass = glasses.get(id);
    if (glass == null) {
      throw new Problem(404, "unknown-break-glass", "There is no break-glass " + id + ".");
    }
    return glass;
  }

  /** All, newest first. */
  synchronized List<Glass> all() {
    return List.copyOf(glasses.values()).reversed();
  }

  /** How many nobody has reviewed. */
  synchronized int unreviewed() {
    return (int) glasses.values().stream().filter(glass -> glass.review().isEmpty()).count();
  }

  /** Takes in an entry. */
  synchronized void restore(GlassBroken broken) {
    glasses.put(broken.id(), new Glass(broken, Optional.empty(), 0, 0));
  }

  /** Takes in an entry. */
  synchronized void restore(GlassReviewed reviewed) {
    glasses.computeIfPresent(
        reviewed.id(),
        (id, glass) ->
            new Glass(glass.broken(), Optional.of(reviewed), glass.changes(), glass.lowered()));
  }

  /** Takes in an entry of what was done under one. */
  synchronized void restore(Acted acted) {
    acted
        .breakGlass()
        .ifPresent(id -> glasses.computeIfPresent(id, (of, glass) -> glass.with(acted)));
  }
}
