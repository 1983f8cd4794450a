package org.thingward.trust;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A decision that spans many packets: every packet is checked against this one immutable object,
 * without a look-up. A change of posture replaces or revokes it.
 *
 * @param subject who holds it
 * @param credential the digest of the certificate it was given for
 * @param rights what may be published and received under it
 * @param posture the posture behind it
 * @param policy the policy behind it
 * @param from when it was given
 * @param until when it ends by itself: the earliest of certificate, posture and policy end (G10)
 */
public record Grant(
    Subject subject,
    Digest credential,
    Rights rights,
    Digest posture,
    Digest policy,
    Instant from,
    Instant until) {

  /** The digest of the canonical form: the grant's name in the ledger. */
  public Digest id() {
    return Digest.of(CanonicalJson.encode(tree()));
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("subject", subject.toString());
    tree.put("credential", credential.toString());
    tree.put("publish", rights.publish().stream().map(TopicFilter::toString).toList());
    tree.put("receive", rights.receive().stream().map(TopicFilter::toString).toList());
    tree.put("posture", posture.toString());
    tree.put("policy", policy.toString());
    tree.put("from", from.toString());
    tree.put("until", until.toString());
    return tree;
  }
}
