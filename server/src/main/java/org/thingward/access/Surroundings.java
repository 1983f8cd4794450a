package org.thingward.access;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.thingward.platform.DevicePlaces;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Checkpoint;

/**
 * What this room asks of others to decide who must agree to a change.
 *
 * @param places where devices are
 * @param checkpoint the log's latest checkpoint
 * @param policy the digest of the policy in force
 * @param tooMany whether so many lowered devices are too large a share of the fleet
 * @param raised how many devices one person raises in a day without anyone's agreement
 * @param quorums who must agree beyond the floor that ships, each {@code GROUND=QUORUM}
 * @param watch hears who agrees to what
 * @param authenticators whose passkeys can approve
 * @param notices tells approvers what waits for them
 */
public record Surroundings(
    DevicePlaces places,
    Supplier<Checkpoint> checkpoint,
    Supplier<Digest> policy,
    IntPredicate tooMany,
    int raised,
    List<String> quorums,
    InsiderWatch watch,
    ApproverAuthenticators authenticators,
    ApprovalNotices notices) {
  public Surroundings {
    quorums = List.copyOf(quorums);
  }
}
