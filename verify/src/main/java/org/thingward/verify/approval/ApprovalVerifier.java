package org.thingward.verify.approval;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.record.RecordRefused;

/**
 * Checks who agreed to what from opened entries of the ledger alone, in the log's order: entries of
 * type {@code passkey} for the keys, of type {@code approval} for what was signed (rules O2, O4).
 * No table and no server is asked, so none can pretend.
 *
 * <p>That the openings fit the log's leaves, and that none is left out, is for who opened them.
 */
public final class ApprovalVerifier {
  private final OperatorsOnRecord operators;
  private final Map<UUID, ApprovalReport.Asked> changes = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  /** Knows no keys of the log: a recovery of operators on the server's machine is then a fault. */
  public ApprovalVerifier() {
    this(List.of());
  }

  /**
   * Believes of recoveries what the log's keys signed.
   *
   * @param signers the keys that signed the log together, at any time
   */
  public ApprovalVerifier(List<List<VerifierKey>> signers) {
    this.operators = new OperatorsOnRecord(signers);
  }

  /** Looks at the next entry; one of another type changes nothing. */
  public void add(EntryType type, byte[] content) {
    if (type == EntryType.PASSKEY) {
      operators.register(content);
    } else if (type == EntryType.OPERATOR) {
      operators.change(content);
    } else if (type == EntryType.APPROVAL) {
      try {
        take(ApprovalEntry.read(content));
      } catch (RecordRefused e) {
        faults.add("an entry cannot be read: " + e.getMessage());
      }
    }
  }

  /** What came of it. */
  public ApprovalReport report() {
    List<String> all = new ArrayList<>(operators.faults());
    all.addAll(faults);
    return new ApprovalReport(operators.bootstrap(), List.copyOf(changes.values()), all);
  }

  private void take(ApprovalEntry entry) {
    switch (entry) {
      case ApprovalEntry.Asked asked -> ask(asked.request());
      case ApprovalEntry.BodyPart _,
          ApprovalEntry.Acted _,
          ApprovalEntry.GlassBroken _,
          ApprovalEntry.GlassReviewed _ -> {
        // Nobody signed these.
      }
      case ApprovalEntry.Approved approved -> approve(approved);
      case ApprovalEntry.Ended ended -> end(ended);
      case ApprovalEntry.Executed executed -> execute(executed);
    }
  }

  private void ask(ApprovalRequest request) {
    ApprovalReport.Asked asked =
        new ApprovalReport.Asked(request, List.of(), Optional.empty(), Optional.empty());
    if (changes.putIfAbsent(request.id(), asked) != null) {
      faults.add(request.id() + " was asked twice");
    }
  }

  private void approve(ApprovalEntry.Approved approved) {
    Optional<ApprovalReport.Asked> asked = open(approved.request(), approved.at(), "approved");
    if (asked.isEmpty()) {
      return;
    }
    ApprovalRequest request = asked.get().request();
    Optional<RegisteredPasskey> passkey =
        operators.find(approved.assertion().passkey(), approved.operator());
    Optional<String> fault =
        passkey.isEmpty()
            ? Optional.of("is by a passkey that does not count")
            : passkey.get().fault(approved.assertion(), request.challenge(), approved.port());
    if (approved.operator().equals(request.requester())) {
      fault = Optional.of("is by who asked");
    }
    if (fault.isPresent()) {
      faults.add(
          "the approval of %s by %s %s"
              .formatted(request.id(), approved.operator().name(), fault.get()));
      return;
    }
    List<ApprovalReport.Signed> signatures = new ArrayList<>(asked.get().signatures());
    signatures.add(
        new ApprovalReport.Signed(
            approved.operator(), approved.assertion().passkey(), approved.at()));
    put(new ApprovalReport.Asked(request, signatures, Optional.empty(), Optional.empty()));
  }

  private void end(ApprovalEntry.Ended ended) {
    open(ended.request(), Instant.MIN, ended.how().word())
        .ifPresent(asked ->
            put(
                new ApprovalReport.Asked(
                    asked.request(), asked.signatures(), Optional.of(ended), Optional.empty())));
  }

  /**
   * Roles count as they are held then, wherever they are held: where devices are is not said here.
   */
  private void execute(ApprovalEntry.Executed executed) {
    Optional<ApprovalReport.Asked> asked = open(executed.request(), executed.at(), "carried out");
    if (asked.isEmpty()) {
      return;
    }
    ApprovalRequest request = asked.get().request();
    Approver requester = operators.approver(request.requester());
    List<Approver> agreed =
        asked.get().signatures().stream()
            .filter(signed -> operators.find(signed.passkey(), signed.operator()).isPresent())
            .map(signed -> operators.approver(signed.operator()))
            .toList();
    for (Quorum quorum : request.quorums()) {
      if (!quorum.isMetBy(requester, agreed)) {
        faults.add(
            "%s was carried out without the agreement of %s"
                .formatted(request.id(), quorum.text()));
      }
    }
    put(
        new ApprovalReport.Asked(
            request, asked.get().signatures(), Optional.empty(), Optional.of(executed.at())));
  }

  /** The change, if something may still happen to it at this time. */
  private Optional<ApprovalReport.Asked> open(UUID id, Instant at, String what) {
    ApprovalReport.Asked asked = changes.get(id);
    if (asked == null) {
      faults.add("%s was %s, and nobody asked for it".formatted(id, what));
      return Optional.empty();
    }
    if (asked.end().isPresent() || asked.executed().isPresent()) {
      faults.add("%s was %s after it was over".formatted(id, what));
      return Optional.empty();
    }
    if (at.isAfter(asked.request().expires())) {
      faults.add("%s was %s after it had expired".formatted(id, what));
      return Optional.empty();
    }
    return Optional.of(asked);
  }

  private void put(ApprovalReport.Asked asked) {
    changes.put(asked.request().id(), asked);
  }
}
