package org.thingward.verify.approval;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** What ada asks and bob, a releaser, is to agree to: that pump-07 is let out of quarantine. */
public final class TestApprovals {
  private static final Instant AT = Instant.parse("2026-11-26T08:00:00Z");

  private TestApprovals() {}

  /** What is asked. */
  public static ApprovalRequest request() {
    return new ApprovalRequest(
        UUID.fromString("0190f5fe-7c00-7a00-8000-000000000001"),
        "localhost",
        new ApprovalRequest.Head("thingward.example/log", 12, Digest.of(new byte[1])),
        new ApprovalRequest.Change(
            "device.release",
            "POST",
            "/api/v1/devices/pump-07/release",
            Map.of("b", "2", "a", "1"),
            "application/json",
            Digest.of(new byte[2])),
        new ApprovalRequest.Effect(
            1,
            0,
            ApprovalRequest.Effect.devices(Set.of(Subject.device("pump-07")), Set.of()),
            false,
            Digest.of(new byte[3]),
            Optional.of(ApprovalRequest.Effect.notes(List.of("it was quarantined")))),
        List.of("releases a device"),
        List.of(QuorumReader.read("1 of role:releaser")),
        Subject.operator("ada"),
        AT,
        AT.plusSeconds(3_600),
        ApprovalRequest.Nonce.of(new byte[32]));
  }

  /** The entry by which it is asked. */
  public static ApprovalEntry asked() {
    return new ApprovalEntry.Asked(request(), List.of(), List.of(), List.of());
  }

  /** The entry by which the holder of {@code key} agrees, at the time that is given. */
  public static ApprovalEntry approved(TestPasskey key, Instant at) {
    return approved(key, key.sign(request().challenge()), at);
  }

  static ApprovalEntry approved(TestPasskey key, Assertion assertion, Instant at) {
    return new ApprovalEntry.Approved(
        request().id(), Subject.operator(key.operator), at, 9443, 1, assertion);
  }

  /** The entry that says it is carried out now. */
  public static ApprovalEntry executed(Instant at) {
    return new ApprovalEntry.Executed(request().id(), request().requester(), at);
  }
}
