package org.thingward.verify.replay;

import java.time.Instant;
import org.thingward.trust.Decision;

/**
 * One decision on record.
 *
 * @param recorded it, or one that is alike but for times and posture: the same request, verdict,
 *     tier, reasons, rights and policy. The same object for all that are alike, so that they are
 *     decided again together
 * @param at when this one was made
 */
public record Asked(Decision recorded, Instant at) {}
