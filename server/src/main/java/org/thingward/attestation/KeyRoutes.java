package org.thingward.attestation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
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
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.tpm.TpmPublic;
import org.thingward.verify.tpm.TpmRefused;
import org.thingward.verify.tpm.VerifiedQuote;

/**
 * How a device's attestation key comes to be known as its TPM's: the device shows the endorsement
 * key's certificate and both public areas, gets a secret sealed to that TPM and that key, and shows
 * that it opened it.
 */
final class KeyRoutes {
  private static final Duration LIFE = Duration.ofMinutes(2);
  private static final int MAX_BODY = 32 << 10;
  private static final int SECRET = 32;

  /** What a device is to open. */
  private record Sealed(
      byte[] secret,
      Statements.Keys keys,
      PublicKey attestationKey,
      Digest endorsement,
      Digest raw) {}

  private final Endorsers endorsers;
  private final TpmKeyStore store;
  private final AllowedKeys allowed;
  private final Survivors survivors;
  private final Function<Subject, Optional<Subject>> productOf;
  private final AttestationKeyAuthority authority;
  private final Statements statements;
  private final Consumer<Subject> changed;
  private final Outstanding<Sealed> outstanding;
  private final Time time;
  private final Randomness randomness;

  KeyRoutes(
      Endorsers endorsers,
      TpmKeyStore store,
      AllowedKeys allowed,
      Survivors survivors,
      Function<Subject, Optional<Subject>> productOf,
      AttestationKeyAuthority authority,
      Statements statements,
      Consumer<Subject> changed,
      Time time,
      Randomness randomness) {
    this.endorsers = endorsers;
    this.store = store;
    this.allowed = allowed;
    this.survivors = survivors;
    this.productOf = productOf;
    this.authority = authority;
    this.statements = statements;
    this.changed = changed;
    this.outstanding = new Outstanding<>(LIFE, time);
    this.time = time;
    this.randomness = randomness;
  }

  List<DeviceRoute> routes() {
    Admission admission = new Admission.ByCertificate(RequestKind.ATTEST);
    return List.of(
        new DeviceRoute("POST", Attestation.BASE + "key", admission, MAX_BODY, this::show),
        new DeviceRoute("POST", Attestation.BASE + "key/proof", admission, 1 << 10, this::prove));
  }

  private DeviceResponse show(DeviceRequest request) {
    Subject device = Attestation.device(request);
    JsonFields body = JsonFields.read(request.body(), Set.of("ek-certificate", "ek", "ak"));
    X509Certificate certificate = endorsers.endorsed(body.bytes("ek-certificate"), time.now());
    try {
      TpmPublic endorsement = TpmPublic.readSized(body.bytes("ek"));
      requireEndorsementKey(endorsement, certificate);
      TpmPublic attestation = TpmPublic.readSized(body.bytes("ak"));
      VerifiedQuote.requireAttestationKey(attestation);
      byte[] secret = randomness.bytes(SECRET);
      byte[] sealed = SealedSecret.of(secret, endorsement, attestation, randomness);
      Statements.Keys keys =
          new Statements.Keys(Statements.digest(endorsement), Statements.digest(attestation));
      outstanding.ask(
          device,
          new Sealed(
              secret,
              keys,
              attestation.key(),
              Digest.of(endorsement.key().getEncoded()),
              Digest.of(request.body())));
      return json(
          Map.of(
              "credential", Base64.getEncoder().encodeToString(sealed),
              "seconds", LIFE.toSeconds()));
    } catch (TpmRefused refused) {
      throw Attestation.refused(String.valueOf(refused.getMessage()));
    }
  }

  private static void requireEndorsementKey(TpmPublic endorsement, X509Certificate certificate) {
    if (!MessageDigest.isEqual(
        endorsement.key().getEncoded(), certificate.getPublicKey().getEncoded())) {
      throw Attestation.refused("The certificate is of another key than 'ek'.");
    }
    if (!endorsement.attributes().endorses()
        || !endorsement.attributes().staysInTpm()
        || !endorsement.nameHash().isStrong()
        || endorsement.symmetricBits() == 0) {
      throw Attestation.refused(
          "'ek' is no endorsement key: it is not restricted to opening what is sealed to its TPM.");
    }
  }

  private DeviceResponse prove(DeviceRequest request) {
    Subject device = Attestation.device(request);
    JsonFields body = JsonFields.read(request.body(), Set.of("secret"));
    Sealed sealed =
        outstanding
            .answered(device)
            .orElseThrow(() ->
                new Problem(
                    409,
                    "nothing-asked",
                    "Nothing is sealed for this device now; show its keys first."));
    if (!MessageDigest.isEqual(sealed.secret(), body.bytes("secret"))) {
      throw new Problem(
          403, "not-opened", "That is not the secret that was sealed; show the keys once more.");
    }
    if (!allowed.allows(productOf.apply(device), sealed.endorsement())) {
      statements.unlisted(device, sealed.keys(), sealed.raw());
      changed.accept(device);
      throw new Problem(
          403,
          "tpm-not-allowed",
          "This TPM is none of those that devices of its product may have. This is on record.");
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
    answer.put("certificate", pem(chain));
    token.ifPresent(text -> answer.put("token", text));
    return json(answer);
  }

  private static String pem(List<X509Certificate> chain) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    StringBuilder text = new StringBuilder();
    for (X509Certificate each : chain) {
      try {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(lines.encodeToString(each.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate of ours has no encoding", e);
      }
    }
    return text.toString();
  }

  private static DeviceResponse json(Map<String, ?> members) {
    return DeviceResponse.json(new String(CanonicalJson.encode(members), StandardCharsets.UTF_8));
  }
}
