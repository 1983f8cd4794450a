package org.thingward.attestation;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.thingward.platform.Admission;
import org.thingward.platform.AttestationKeyAuthority;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.JsonFields;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

/**
 * How a device's attestation key comes to be known as its TPM's: the device shows the endorsement
 * key's certificate and both public areas, gets a secret sealed to that TPM and that key, and shows
 * that it opened it.
 */
final class KeyRoutes {
  private static final Duration LIFE = Duration.ofMinutes(2);
  private static final int MAX_BODY = 32 << 10;

  private final Activation activation;
  private final TpmKeyStore store;
  private final AllowedKeys allowed;
  private final Survivors survivors;
  private final Function<Subject, Optional<Subject>> productOf;
  private final AttestationKeyAuthority authority;
  private final Statements statements;
  private final Consumer<Subject> changed;
  private final Outstanding<Subject, Activation.Challenge> outstanding;

  KeyRoutes(
      Activation activation,
      TpmKeyStore store,
      AllowedKeys allowed,
      Survivors survivors,
      Function<Subject, Optional<Subject>> productOf,
      AttestationKeyAuthority authority,
      Statements statements,
      Consumer<Subject> changed,
      Time time) {
    this.activation = activation;
    this.store = store;
    this.allowed = allowed;
    this.survivors = survivors;
    this.productOf = productOf;
    this.authority = authority;
    this.statements = statements;
    this.changed = changed;
    this.outstanding = new Outstanding<>(LIFE, time);
  }

  List<DeviceRoute> routes() {
    Admission admission = new Admission.ByCertificate(RequestKind.ATTEST);
    return List.of(
        new DeviceRoute("POST", Attestation.BASE + "key", admission, MAX_BODY, this::show),
        new DeviceRoute("POST", Attestation.BASE + "key/proof", admission, 1 << 10, this::prove));
  }

  private DeviceResponse show(DeviceRequest request) {
    Subject device = Attestation.device(request);
    JsonFields body = JsonFields.read(request.body(), Activation.KEYS);
    Activation.Challenge challenge = activation.challenge(body, Digest.of(request.body()));
    outstanding.ask(device, challenge);
    return Activation.json(
        Map.of(
            "credential", Base64.getEncoder().encodeToString(challenge.sealed()),
            "seconds", LIFE.toSeconds()));
  }

  private DeviceResponse prove(DeviceRequest request) {
    Subject device = Attestation.device(request);
    JsonFields body = JsonFields.read(request.body(), Set.of("secret"));
    Activation.Challenge sealed =
        outstanding
            .answered(device)
            .orElseThrow(() ->
                new Problem(
                    409,
                    "nothing-asked",
                    "Nothing is sealed for this device now; show its keys first."));
    sealed.requireOpened(body.bytes("secret"));
    if (!allowed.allows(productOf.apply(device), device, sealed.endorsement())) {
      statements.unlisted(device, sealed.keys(), sealed.raw());
      changed.accept(device);
      throw new Problem(
          403,
          "tpm-not-allowed",
          "This TPM is none of those that this device of its product may have. This is on record.");
    }
    boolean sole =
        store.claim(device, sealed.keys().endorsement()).equals(device)
            && store.claim(device, sealed.keys().attestation()).equals(device);
    Optional<String> token = sole ? survivors.token(device, sealed.keys()) : Optional.empty();
    Receipt receipt =
        statements.holder(
            device,
            sealed.keys(),
            sole ? Statements.Holder.SOLE : Statements.Holder.CONTESTED,
            sealed.raw());
    changed.accept(device);
    if (!sole) {
      throw new Problem(
          409,
          "tpm-taken",
          "Another device has shown this TPM before. This is on record; an operator must decide.");
    }
    List<X509Certificate> chain =
        authority.certify(device, sealed.attestationKey(), sealed.endorsement());
    Map<String, String> answer = new TreeMap<>();
    answer.put("device", device.toString());
    answer.put("receipt", receipt.entry().toString());
    answer.put("certificate", Activation.pem(chain));
    token.ifPresent(text -> answer.put("token", text));
    return Activation.json(answer);
  }
}
