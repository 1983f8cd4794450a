package org.thingward.attestation;

import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.HardwareEnrolment;
import org.thingward.platform.JsonFields;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * How a device without any certificate begins by its TPM alone: one that an operator listed for its
 * product gets a token. What is refused here states nothing: anybody can ask (rule T2).
 */
final class FirstKeyRoutes {
  private static final Duration LIFE = Duration.ofMinutes(2);
  private static final int MAX_BODY = 32 << 10;
  private static final int MOST = 1_000;
  private static final int NAME = 16;

  /** Who is asked to open what. */
  private record Asked(Subject device, Activation.Challenge challenge) {}

  private final Activation activation;
  private final TpmKeyStore store;
  private final AllowedKeys allowed;
  private final Function<Subject, Optional<Subject>> productOf;
  private final HardwareEnrolment enrolment;
  private final Statements statements;
  private final Consumer<Subject> changed;
  private final Outstanding<String, Asked> outstanding;
  private final Randomness randomness;

  FirstKeyRoutes(
      Activation activation,
      TpmKeyStore store,
      AllowedKeys allowed,
      Function<Subject, Optional<Subject>> productOf,
      HardwareEnrolment enrolment,
      Statements statements,
      Consumer<Subject> changed,
      Time time,
      Randomness randomness) {
    this.activation = activation;
    this.store = store;
    this.allowed = allowed;
    this.productOf = productOf;
    this.enrolment = enrolment;
    this.statements = statements;
    this.changed = changed;
    this.outstanding = new Outstanding<>(LIFE, MOST, time);
    this.randomness = randomness;
  }

  List<DeviceRoute> routes() {
    Admission open = new Admission.Open();
    return List.of(
        new DeviceRoute("POST", Attestation.BASE + "first", open, MAX_BODY, this::show),
        new DeviceRoute("POST", Attestation.BASE + "first/proof", open, 1 << 10, this::prove));
  }

  private DeviceResponse show(DeviceRequest request) {
    Set<String> members = new HashSet<>(Activation.KEYS);
    members.add("device");
    JsonFields body = JsonFields.read(request.body(), members);
    Subject device = device(body.text("device"));
    Activation.Challenge challenge = activation.challenge(body, Digest.of(request.body()));
    requireListed(device, challenge);
    String name = HexFormat.of().formatHex(randomness.bytes(NAME));
    outstanding.ask(name, new Asked(device, challenge));
    return Activation.json(
        Map.of(
            "challenge", name,
            "credential", Base64.getEncoder().encodeToString(challenge.sealed()),
            "seconds", LIFE.toSeconds()));
  }

  private DeviceResponse prove(DeviceRequest request) {
    JsonFields body = JsonFields.read(request.body(), Set.of("challenge", "secret"));
    Asked asked =
        outstanding
            .answered(body.text("challenge"))
            .orElseThrow(() ->
                new Problem(
                    409, "nothing-asked", "There is no such challenge now; show the keys first."));
    asked.challenge().requireOpened(body.bytes("secret"));
    Subject device = asked.device();
    requireListed(device, asked.challenge());
    requireItsOwn(device, asked.challenge());
    Statements.Keys keys = asked.challenge().keys();
    if (!store.claim(device, keys.endorsement()).equals(device)
        || !store.claim(device, keys.attestation()).equals(device)) {
      throw new Problem(409, "tpm-taken", "This TPM is another device's. An operator must decide.");
    }
    String token =
        enrolment
            .first(device)
            .orElseThrow(() ->
                new Problem(
                    409,
                    "enrolled-before",
                    "This device had a certificate before: attest by it, or ask for a token."));
    Receipt receipt =
        statements.holder(device, keys, Statements.Holder.SOLE, asked.challenge().raw());
    changed.accept(device);
    return Activation.json(
        Map.of(
            "device", device.toString(),
            "receipt", receipt.entry().toString(),
            "token", token));
  }

  /** Nobody learns here which devices there are: of one that is unknown the answer is the same. */
  private void requireListed(Subject device, Activation.Challenge challenge) {
    boolean listed =
        productOf
            .apply(device)
            .filter(product -> allowed.lists(product, challenge.endorsement()))
            .isPresent();
    if (!listed) {
      throw new Problem(
          403,
          "tpm-not-listed",
          "No list of a product with this device names this TPM: thingward tpm allow, or enrol with a token.");
    }
  }

  /** Said to who has proved the TPM alone: nobody else learns whose it is to be. */
  private void requireItsOwn(Subject device, Activation.Challenge challenge) {
    if (!allowed.allows(productOf.apply(device), device, challenge.endorsement())) {
      throw new Problem(
          403,
          "tpm-listed-for-another",
          "This TPM is listed for another device, and begins as that one alone: thingward tpm list.");
    }
  }

  private static Subject device(String name) {
    try {
      return Subject.device(name);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-body", "'device': " + e.getMessage() + ".");
    }
  }
}
