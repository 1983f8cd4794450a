package org.thingward.trust;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to one request, with what it rests on.
 *
 * @param request what was asked
 * @param verdict the answer
 * @param tier the tier of the subject at that moment
 * @param reasons why, for a person; never empty
 * @param grant the rights of a permitted {@link RequestKind#CONNECT}; empty otherwise
 * @param posture the posture it rests on ({@link Posture#id()})
 * @param policy the digest of the policy it rests on
 * @param at when it was made
 */
public record Decision(
    Request request,
    Verdict verdict,
    Tier tier,
    List<String> reasons,
    Optional<Grant> grant,
    Digest posture,
    Digest policy,
    Instant at) {
  /** The version of the canonical form, its first member. */
  public static final int FORMAT = 1;

  public Decision {
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("a decision has a reason");
    }
    if (grant.isPresent() && verdict != Verdict.PERMIT) {
      throw new IllegalArgumentException("only a permit carries a grant");
    }
  }

  public boolean permits() {
    return verdict == Verdict.PERMIT;
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("decision", FORMAT);
    tree.put("request", request.kind().word());
    tree.put("subject", request.subject().toString());
    tree.put("credential", request.credential().toString());
    tree.put("credential-end", request.credentialEnd().toString());
    tree.put("verdict", verdict.word());
    tree.put("tier", tier.value());
    tree.put("reasons", reasons);
    tree.put("posture", posture.toString());
    tree.put("policy", policy.toString());
    tree.put("at", at.toString());
    grant.ifPresent(given -> tree.put("grant", given.tree()));
    return CanonicalJson.encode(tree);
  }
}
