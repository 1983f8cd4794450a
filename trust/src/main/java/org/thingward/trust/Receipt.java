package org.thingward.trust;

/**
 * Proof that something was handed to the ledger.
 *
 * @param entry the content commitment of its leaf, known at once; the entry's index is found by it
 *     once the entry is sequenced
 */
public record Receipt(Digest entry) {}
