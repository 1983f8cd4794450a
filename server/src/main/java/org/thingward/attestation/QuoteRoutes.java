package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.thingward.platform.Admission;
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
import org.thingward.verify.boot.BootLogRefused;
import org.thingward.verify.tpm.TpmClock;
import org.thingward.verify.tpm.TpmPublic;
import org.thingward.verify.tpm.TpmRefused;
import org.thingward.verify.tpm.VerifiedQuote;

/** How a device with a known attestation key quotes its boot: over a nonce, once. */
final class QuoteRoutes {
  private static final Duration LIFE = Duration.ofMinutes(2);
  private static final int NONCE = 32;
  private static final int MAX_BODY = 4 << 20;
  private static final Set<String> MEMBERS =
      Set.of("ak", "quote", "signature", "pcrs", "event-log", "files");
  private static final int STRIPES = 256;

  private final Statements statements;
  private final Consumer<Subject> changed;
  private final Outstanding<byte[]> nonces;
  private final Randomness randomness;
  private final List<Lock> locks =
      Stream.<Lock>generate(ReentrantLock::new).limit(STRIPES).toList();

  QuoteRoutes(Statements statements, Consumer<Subject> changed, Time time, Randomness randomness) {
    this.statements = statements;
    this.changed = changed;
    this.nonces = new Outstanding<>(LIFE, time);
    this.randomness = randomness;
  }

  List<DeviceRoute> routes() {
    Admission admission = new Admission.ByCertificate(RequestKind.ATTEST);
    return List.of(
        new DeviceRoute("POST", Attestation.BASE + "nonce", admission, 0, this::nonce),
        new DeviceRoute("POST", Attestation.BASE + "quote", admission, MAX_BODY, this::quote));
  }

  private DeviceResponse nonce(DeviceRequest request) {
    Subject device = Attestation.device(request);
    byte[] nonce = randomness.bytes(NONCE);
    nonces.ask(device, nonce);
    return DeviceResponse.json(
        text(
            Map.of(
                "nonce", java.util.HexFormat.of().formatHex(nonce),
                "seconds", LIFE.toSeconds())));
  }

  private DeviceResponse quote(DeviceRequest request) {
    Subject device = Attestation.device(request);
    byte[] nonce =
        nonces
            .answered(device)
            .orElseThrow(() ->
                new Problem(
                    409, "nothing-asked", "No nonce is open for this device; ask for one first."));
    JsonFields body = JsonFields.read(request.body(), MEMBERS);
    try {
      TpmPublic key = TpmPublic.readSized(body.bytes("ak"));
      Statements.Keys keys = statements.requireKnown(device, key);
      VerifiedQuote quote =
          VerifiedQuote.of(
              key, body.bytes("quote"), body.bytes("signature"), body.bytes("pcrs"), nonce);
      BootClaims claims = BootClaims.of(quote, body.ifBytes("event-log"), body.ifBytes("files"));
      return taken(device, keys, quote, claims, Digest.of(request.body()));
    } catch (TpmRefused | BootLogRefused refused) {
      throw Attestation.refused(String.valueOf(refused.getMessage()));
    }
  }

  /** One of a device at a time: its TPM's time is compared and noted in one go. */
  private DeviceResponse taken(
      Subject device, Statements.Keys keys, VerifiedQuote quote, BootClaims claims, Digest raw) {
    Lock lock = locks.get(Math.floorMod(device.hashCode(), STRIPES));
    lock.lock();
    try {
      Optional<TpmClock> before = statements.clock(device, keys);
      if (before.filter(quote.clock()::goesBackBehind).isPresent()) {
        var unused = statements.holder(device, keys, Statements.Holder.COPIED, raw);
        changed.accept(device);
        throw new Problem(
            403,
            "tpm-copied",
            "The TPM's time went back: a copy of its state is in use. This is on record.");
      }
      Receipt receipt = statements.boot(device, keys, quote.clock(), claims.claims(), raw);
      return DeviceResponse.json(
          text(Map.of("device", device.toString(), "receipt", receipt.entry().toString())));
    } finally {
      lock.unlock();
    }
  }

  private static String text(Map<String, ?> members) {
    return new String(CanonicalJson.encode(members), UTF_8);
  }
}
