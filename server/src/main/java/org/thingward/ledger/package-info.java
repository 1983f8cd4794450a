/**
 * The transparency log's writer: a C2SP tiled log whose leaves hold commitments, never data.
 *
 * <p>Way in: {@link org.thingward.ledger.Ledger}. Everyone may append. {@link
 * org.thingward.ledger.TiledLedger} is the one there is: it also proves, opens and erases entries.
 *
 * <p>An append walks through {@code Sequencer} (one order, group commit into {@code WriteAhead}) to
 * {@code Publisher} (sealed contents, tiles, checkpoint); {@code OutboxDrain} brings what was
 * committed with a database transaction; {@code LogRecovery} completes what a crash left.
 *
 * <p>Never: decide anything, or acknowledge what is not durable.
 */
package org.thingward.ledger;
