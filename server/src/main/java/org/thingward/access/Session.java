package org.thingward.access;

import java.time.Instant;
import java.util.UUID;
import org.thingward.platform.Place;
import org.thingward.trust.Subject;

/**
 * A stretch of time in which a browser acts for an operator.
 *
 * @param id its name; opens nothing
 * @param operator who
 * @param passkey the id of the passkey that it was begun with
 * @param began when the operator logged in
 * @param ends when it ends at the latest
 * @param browser what the browser called itself, shortened; empty if it did not
 * @param network where the operator logged in from, no closer than a {@link Place}
 */
record Session(
    UUID id,
    Subject operator,
    String passkey,
    Instant began,
    Instant ends,
    String browser,
    Place network) {}
