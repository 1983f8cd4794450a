package org.thingward.trust;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The end of a grant, with what was used of it.
 *
 * @param grant the grant that ended
 * @param cause why
 * @param at when it stopped to count
 * @param published messages passed on for the subject
 * @param received messages delivered to the subject
 * @param refused packets refused under it
 */
public record GrantEnd(
    Grant grant, Cause cause, Instant at, long published, long received, long refused) {
  /** The version of the canonical form, its first member. */
  public static final int FORMAT = 1;

  /** Why a grant ends. */
  public enum Cause {
    /** The subject left, or its connection was lost. */
    LEFT,
    /** Its own end came. */
    EXPIRED,
    /** Another grant took its place: posture or policy changed what it may do. */
    REPLACED,
    /** The subject fell out of trust, and its session was cut. */
    CUT,
    /** A new connection of the same identity took the session. */
    TAKEN_OVER,
    /** The gateway stopped. */
    STOPPED;

    /** The lower-case word used in the ledger and the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("grant-end", FORMAT);
    tree.put("grant", grant.id().toString());
    tree.put("subject", grant.subject().toString());
    tree.put("cause", cause.word());
    tree.put("at", at.toString());
    tree.put("published", published);
    tree.put("received", received);
    tree.put("refused", refused);
    return CanonicalJson.encode(tree);
  }
}
