package org.thingward.trust;

/**
 * A claim that the policy knows.
 *
 * @param name the claim's name, e.g. {@code boot.measurement}
 * @param of the kind of evidence that makes it, e.g. {@code boot}
 * @param type what values it takes
 */
public record ClaimDeclaration(String name, String of, ClaimType type) {}
