/**
 * The inventory: which devices, products and releases there are, who owns a device, where it
 * stands, and in which state of its life it is.
 *
 * <p>The way in is {@link org.thingward.inventory.Inventory}: it keeps the records, takes them in
 * and gives them out as CSV and JSON, declares the operator routes for them, and states as evidence
 * what a record says, so that the age of a firmware, the end of its support and a device's
 * lifecycle count in its posture.
 *
 * <p>It never decides: what an old release or a retired device means is the appraisal policy's
 * business. It never quarantines or revokes, and knows nothing of certificates or sessions.
 */
@NullMarked
package org.thingward.inventory;

import org.jspecify.annotations.NullMarked;
