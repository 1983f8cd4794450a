package org.thingward.verify.bundle;

import org.thingward.verify.log.ConsistencyProof;
import org.thingward.verify.log.KeyChange;

/**
 * A change of the log's keys, and that the bundle's log is the one in which it happened.
 *
 * @param change the change, which proves itself
 * @param continued the proof that the bundle's checkpoint continues that of the change
 */
public record BundledKeyChange(KeyChange change, ConsistencyProof continued) {}
