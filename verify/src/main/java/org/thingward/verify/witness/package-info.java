/**
 * A witness of logs (C2SP tlog-witness): a small server for whoever is not the log's operator. It
 * remembers of each log that it knows the newest checkpoint, and cosigns only what continues it.
 *
 * <p>Way in: {@link org.thingward.verify.witness.WitnessServer}; {@link
 * org.thingward.verify.witness.Witness} is what it does, without the network.
 *
 * <p>Never: see an entry, or sign what it has not stored before.
 */
package org.thingward.verify.witness;
