package org.thingward.identity;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Database;
import org.thingward.platform.HardwareKeys;
import org.thingward.platform.Randomness;
import org.thingward.platform.ResidentKeys;
import org.thingward.platform.Time;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Foresight;
import org.thingward.trust.Subject;

/**
 * What this room stands on and works with.
 *
 * @param database where certificates and tokens are kept
 * @param ledger where issuance is put on record
 * @param evidence takes what the source {@code identity} states
 * @param decisions who may enrol
 * @param statedBefore finds a piece of evidence about a subject, by its id, that the subject's
 *     posture names as a reason
 * @param foresight tells what evidence would do
 * @param registered whether a device is in the inventory; asked for certificates of other
 *     authorities
 * @param retired whether a subject's id is out of use for good (rule G9)
 * @param soleTpm whether a device's TPM is known, and as no other device's
 * @param resident takes up keys of which a TPM said that they are in it
 * @param longestTokenLife how long the policy in force lets a token live
 * @param hardware which keys are known to be held in devices' hardware
 * @param time the clock
 * @param randomness for keys, serial numbers and tokens
 */
public record IdentityPorts(
    Database database,
    Ledger ledger,
    EvidenceSink evidence,
    DecisionPoint decisions,
    BiFunction<Subject, Digest, Optional<Evidence>> statedBefore,
    Foresight foresight,
    Predicate<Subject> registered,
    Predicate<Subject> retired,
    Predicate<Subject> soleTpm,
    ResidentKeys resident,
    Supplier<Duration> longestTokenLife,
    HardwareKeys hardware,
    Time time,
    Randomness randomness) {}
