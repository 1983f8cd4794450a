package org.thingward.trust;

/** A decision and the receipt of its entry in the ledger. A permit's entry is durable already. */
public record RecordedDecision(Decision decision, Receipt receipt) {}
