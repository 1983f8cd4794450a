/**
 * The transparency log's writer: a C2SP tiled log whose leaves hold commitments, never data.
 *
 * <p>Way in: {@link org.thingward.ledger.Ledger}. Everyone may append.
 *
 * <p>Never: decide anything, or acknowledge what is not durable.
 */
package org.thingward.ledger;
