package org.thingward.verify.record;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/**
 * The end of a grant as it is on record: the grant is named, not held.
 *
 * @param grant the grant's id
 * @param subject who held it
 * @param cause why it ended
 * @param at when
 * @param published messages passed on for the subject
 * @param received messages delivered to it
 * @param refused packets refused
 */
public record EndedGrant(
    Digest grant,
    Subject subject,
    GrantEnd.Cause cause,
    Instant at,
    long published,
    long received,
    long refused) {
  private static final Set<String> MEMBERS =
      Set.of("grant-end", "grant", "subject", "cause", "at", "published", "received", "refused");

  static EndedGrant read(JsonPart part) {
    part.only(MEMBERS);
    Records.requireFormat(part, "grant-end", GrantEnd.FORMAT);
    return new EndedGrant(
        part.member("grant").digest(),
        part.member("subject").subject(),
        cause(part.member("cause")),
        part.member("at").instant(),
        part.member("published").number(),
        part.member("received").number(),
        part.member("refused").number());
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("grant-end", GrantEnd.FORMAT);
    tree.put("grant", grant.toString());
    tree.put("subject", subject.toString());
    tree.put("cause", cause.word());
    tree.put("at", at.toString());
    tree.put("published", published);
    tree.put("received", received);
    tree.put("refused", refused);
    return CanonicalJson.encode(tree);
  }

  private static GrantEnd.Cause cause(JsonPart part) {
    for (GrantEnd.Cause cause : GrantEnd.Cause.values()) {
      if (cause.word().equals(part.text())) {
        return cause;
      }
    }
    throw part.refused("is no reason for a grant to end");
  }
}
