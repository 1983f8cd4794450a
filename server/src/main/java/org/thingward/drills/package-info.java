/**
 * What the red team found: runs of drills, asked for by operators, carried out and reported by a
 * runner outside the server. Nothing here attacks anything, and nothing here judges: a report is
 * the word of whoever reported it, by name, in the ledger.
 *
 * <p>Way in: {@link org.thingward.drills.Drills}. The words: a {@link org.thingward.drills.Plan} is
 * one drill as its runner describes it, a {@link org.thingward.drills.Result} what came of it, a
 * {@link org.thingward.drills.Run} several of them together; a {@link org.thingward.drills.Runner}
 * waits for runs that are asked for.
 *
 * <p>Nothing of it is in the database: runs are read from the log at start.
 */
package org.thingward.drills;
