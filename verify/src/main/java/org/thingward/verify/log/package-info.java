/**
 * The transparency log as anyone can check it: leaves, Merkle proofs, checkpoints, tiles.
 *
 * <p>Way in: {@link org.thingward.verify.log.EntryType} and the readers beside it.
 *
 * <p>Never: write a log. That is the server's ledger.
 */
package org.thingward.verify.log;
