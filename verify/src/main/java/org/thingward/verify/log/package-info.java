/**
 * The transparency log as anyone can check it: leaves, Merkle proofs, checkpoints, tiles.
 *
 * <p>Way in: {@link org.thingward.verify.log.LogVerifier} checks a whole log, {@link
 * org.thingward.verify.log.TiledTree} reads proofs from its tiles, {@link
 * org.thingward.verify.log.Checkpoint} is its signed head, {@link org.thingward.verify.log.Leaf}
 * what it shows of an entry and {@link org.thingward.verify.log.Opening} what the entry means.
 *
 * <p>Never: write a log. That is the server's ledger.
 */
package org.thingward.verify.log;
