/**
 * Decides again, under another policy, what was decided: from the evidence on record, at the moment
 * at which each decision was made.
 *
 * <p>Way in: {@link org.thingward.verify.replay.Replay}. Pure: whoever has the records can repeat
 * it.
 *
 * <p>Never: count as a difference of policy what the policy of that time does not repeat either.
 */
package org.thingward.verify.replay;
