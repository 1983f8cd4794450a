/**
 * A witness of logs (C2SP tlog-witness), without the network: it remembers of each log that it
 * knows the newest checkpoint, and cosigns only what continues it.
 *
 * <p>Way in: {@link org.thingward.verify.witness.Witness}. {@code thingward witness} puts it behind
 * HTTP.
 *
 * <p>Never: see an entry, or sign what it has not stored before.
 */
package org.thingward.verify.witness;
