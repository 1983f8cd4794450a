package org.thingward.attestation;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.thingward.ledger.Ledger;
import org.thingward.platform.AttestationKeyAuthority;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.HardwareEnrolment;
import org.thingward.platform.HardwareKeys;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.ResidentKeys;
import org.thingward.platform.ResultKey;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.verify.tpm.Signatures;

/** The room: what devices attest, a TPM's quotes among it, becomes evidence. */
public final class Attestation {
  static final String BASE = "/.well-known/thingward/attestation/";

  private final List<DeviceRoute> routes;
  private final List<OperatorRoute> operatorRoutes;

  /**
   * Opens the room; brings its schema up to date.
   *
   * @param endorsers whom a TPM's endorsement is believed of
   * @param authority certifies attestation keys
   * @param enrolment lets devices enrol by their TPM
   * @param signatures verify quotes
   * @param sink where it states evidence, as the source {@code attestation}
   * @param key signs attestation results
   * @param postures what results are of
   * @param policy the one in force, which says how often a product's devices attest
   * @param goodBoots the measured boots that are right for a device, by its release
   * @param ledger where results are put on record
   * @param changed hears of devices of whose keys in hardware another thing is known
   */
  public Attestation(
      Endorsers endorsers,
      AttestationKeyAuthority authority,
      HardwareEnrolment enrolment,
      Signatures signatures,
      Database database,
      EvidenceSink sink,
      Consumer<Subject> changed,
      ResultKey key,
      Function<Subject, Optional<Posture>> postures,
      Supplier<Policy> policy,
      Function<Subject, SortedSet<Digest>> goodBoots,
      Ledger ledger,
      Time time,
      Randomness randomness) {
    Statements statements = new Statements(sink, time);
    AllowedKeys allowed = new AllowedKeys(database, sink, time);
    TpmKeyStore store = new TpmKeyStore(database);
    Activation activation = new Activation(endorsers, time, randomness);
    Function<Subject, Optional<Subject>> productOf =
        device -> postures.apply(device).flatMap(Posture::product);
    KeyRoutes keys =
        new KeyRoutes(
            activation,
            store,
            allowed,
            new Survivors(statements, allowed, postures, enrolment),
            productOf,
            authority,
            statements,
            changed,
            time);
    FirstKeyRoutes first =
        new FirstKeyRoutes(
            activation,
            store,
            allowed,
            productOf,
            enrolment,
            statements,
            changed,
            time,
            randomness);
    Boots boots = new Boots(new BootStore(database), sink, goodBoots, time);
    EvidenceRoutes evidence =
        new EvidenceRoutes(
            List.of(
                new TpmQuote(statements, boots, changed, signatures),
                new SoftwareAttestation(statements, time)),
            device -> policy.get().requiredOf(productOf.apply(device)).attest(),
            time,
            randomness);
    Results results = new Results(key, database, postures, ledger, time);
    ResidentKeyRoutes resident = new ResidentKeyRoutes(statements, changed);
    this.operatorRoutes =
        Stream.of(
                results.operatorRoutes(),
                new BootRoutes(boots).routes(),
                new AllowedKeyRoutes(allowed).routes())
            .flatMap(List::stream)
            .toList();
    this.routes =
        Stream.of(
                keys.routes(),
                first.routes(),
                evidence.routes(),
                resident.routes(),
                results.deviceRoutes())
            .flatMap(List::stream)
            .toList();
  }

  /** Which keys are known to be in devices' TPMs, by what was stated to this sink. */
  public static HardwareKeys hardwareKeys(EvidenceSink sink, Time time) {
    return new Statements(sink, time)::isResident;
  }

  /**
   * Whether a device's TPM is known, and as no other device's, by what this room stated.
   *
   * @param sink where it states evidence
   */
  public static Predicate<Subject> soleTpm(EvidenceSink sink, Time time) {
    Statements statements = new Statements(sink, time);
    return device -> statements.keys(device).isPresent();
  }

  /**
   * Takes up keys of which a device's TPM spoke to another room.
   *
   * @param sink where this room states evidence
   */
  public static ResidentKeys residentKeys(EvidenceSink sink, Time time) {
    Statements statements = new Statements(sink, time);
    return (device, key, raw) -> {
      Receipt unused = statements.resident(device, statements.keys(device).orElseThrow(), key, raw);
    };
  }

  /** What devices reach. */
  public List<DeviceRoute> deviceRoutes() {
    return routes;
  }

  /** What operators reach. */
  public List<OperatorRoute> operatorRoutes() {
    return operatorRoutes;
  }

  /** The device whose certificate the request came with. */
  static Subject device(DeviceRequest request) {
    Subject subject = request.requirePeer().subject();
    if (subject.kind() != SubjectKind.DEVICE) {
      throw new Problem(403, "no-device", "Devices attest; " + subject + " is none.");
    }
    return subject;
  }

  static Problem refused(String why) {
    return new Problem(422, "attestation-refused", why);
  }
}
