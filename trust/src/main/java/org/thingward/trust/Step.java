package org.thingward.trust;

import java.time.Instant;

/**
 * From {@code from} on, a claim's value gives {@code tier}.
 *
 * @param from when it begins
 * @param tier the tier
 * @param text what is seen, for a person, without anything that changes with time
 */
record Step(Instant from, Tier tier, String text) {}
