package org.thingward.verify.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.Opening;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.record.EndedGrant;
import org.thingward.verify.record.Records;
import org.thingward.verify.record.RepeatedDenials;

/** The records in a bundle, read from entries whose openings fit, by their digests. */
final class BundleContents {
  final Map<Digest, Evidence> evidence = new HashMap<>();
  final Map<Digest, Policy> policies = new HashMap<>();
  final Map<Digest, ReferenceValues> references = new HashMap<>();
  final Map<Digest, Posture> postures = new HashMap<>();
  final List<Decision> decisions = new ArrayList<>();
  final List<RepeatedDenials> repeated = new ArrayList<>();
  private final Map<Digest, Decision> byEntry = new HashMap<>();
  private final Map<Digest, Decision> byGrant = new HashMap<>();
  private final Set<Digest> decidedOn = new HashSet<>();
  final List<EndedGrant> ends = new ArrayList<>();

  /**
   * Reads every record.
   *
   * @throws RuntimeException if one is not in its form, or nothing on record names an attachment
   */
  BundleContents(List<BundledEntry> entries, List<byte[]> attached) {
    references.put(ReferenceValues.NONE.digest(), ReferenceValues.NONE);
    for (BundledEntry entry : entries) {
      entry.opening().ifPresent(opening -> read(entry.leaf(), opening));
    }
    for (byte[] content : attached) {
      attach(Records.posture(content));
    }
  }

  private void read(Leaf leaf, Opening opening) {
    byte[] content = opening.content();
    Digest entry = leaf.content();
    Digest name = Digest.of(content);
    switch (leaf.type()) {
      case EVIDENCE -> evidence.put(name, Records.evidence(content));
      case POSTURE -> postures.put(name, Records.posture(content));
      case DECISION -> {
        if (Records.areRepeatedDenials(content)) {
          repeated.add(Records.repeatedDenials(content));
        } else {
          Decision decision = Records.decision(content);
          decisions.add(decision);
          byEntry.put(entry, decision);
          decidedOn.add(decision.posture());
          decision.grant().ifPresent(grant -> byGrant.putIfAbsent(grant.id(), decision));
        }
      }
      case GRANT_END -> ends.add(Records.endedGrant(content));
      case POLICY -> policies.put(name, PolicyReader.read(content));
      case REFERENCE_VALUES -> references.put(name, Records.referenceValues(content));
      case CERTIFICATE,
          TOKEN,
          OPERATOR_ACTION,
          LOG,
          FINDING,
          PASSKEY,
          LOGIN,
          OPERATOR,
          API_TOKEN,
          APPROVAL -> {
        // Proved to be on record; nothing in them can be repeated.
      }
    }
  }

  /** A posture without an entry of its own counts only if a recorded decision names it. */
  private void attach(Posture posture) {
    Digest id = posture.id();
    if (!decidedOn.contains(id)) {
      throw new IllegalArgumentException("an attached posture is named by no recorded decision");
    }
    postures.put(id, posture);
  }

  /** The evidence behind a posture, or the digests of what is not in the bundle. */
  Set<Digest> missingEvidence(Posture posture) {
    return posture.evidence().stream()
        .filter(id -> !evidence.containsKey(id))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  List<Evidence> evidenceOf(Posture posture) {
    return posture.evidence().stream().map(evidence::get).toList();
  }

  /** The denial that these equal. */
  Optional<Decision> firstOf(RepeatedDenials denials) {
    return Optional.ofNullable(byEntry.get(denials.first()));
  }

  /** The decision that gave this grant. */
  Optional<Decision> decisionOf(EndedGrant end) {
    return Optional.ofNullable(byGrant.get(end.grant()));
  }
}
