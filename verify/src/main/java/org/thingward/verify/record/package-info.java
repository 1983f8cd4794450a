/**
 * Reads back what {@code trust} writes: evidence, postures, decisions, ends of grants and reference
 * values, from their canonical forms.
 *
 * <p>Way in: {@link org.thingward.verify.record.Records}.
 *
 * <p>Never: accept bytes that are not exactly the canonical form of what it returns.
 */
package org.thingward.verify.record;
