package org.thingward.attestation;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.thingward.platform.JsonFields;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.Peer;
import org.thingward.platform.Problem;
import org.thingward.platform.Recent;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.boot.BootLogRefused;
import org.thingward.verify.tpm.Signatures;
import org.thingward.verify.tpm.TpmClock;
import org.thingward.verify.tpm.TpmPublic;
import org.thingward.verify.tpm.TpmRefused;
import org.thingward.verify.tpm.VerifiedQuote;

/**
 * What a device with a known attestation key quotes of its boot (TPM2_Quote), with the logs that
 * explain the values.
 */
final class TpmQuote implements EvidenceType {
  private static final int MAX_BODY = 4 << 20;

  /** Known keys as they were read, by the digest of all their bytes; some 10 MB. */
  private static final int REMEMBERED = 8_192;

  private static final Set<String> MEMBERS =
      Set.of("ak", "quote", "signature", "pcrs", "event-log", "files");

  private final Statements statements;
  private final Boots boots;
  private final Consumer<Subject> changed;
  private final Signatures signatures;
  private final OneAtATime<Subject> taking = new OneAtATime<>();
  private final AgreedLogs logs = new AgreedLogs();
  private final Recent<Digest, TpmPublic> read = new Recent<>(REMEMBERED);

  TpmQuote(Statements statements, Boots boots, Consumer<Subject> changed, Signatures signatures) {
    this.statements = statements;
    this.boots = boots;
    this.changed = changed;
    this.signatures = signatures;
  }

  @Override
  public String name() {
    return "quote";
  }

  @Override
  public int longest() {
    return MAX_BODY;
  }

  @Override
  public Receipt take(Peer peer, byte[] sent, byte[] nonce) {
    Subject device = peer.subject();
    JsonFields body = JsonFields.read(sent, MEMBERS);
    try {
      byte[] area = body.bytes("ak");
      Digest ofArea = Digest.of(area);
      Optional<TpmPublic> before = read.find(ofArea);
      TpmPublic key = before.orElseGet(() -> TpmPublic.readSized(area).readyFor(signatures));
      Statements.Keys keys = statements.requireKnown(device, key);
      if (before.isEmpty()) {
        read.keep(ofArea, key);
      }
      VerifiedQuote quote =
          VerifiedQuote.of(
              key,
              body.bytes("quote"),
              body.bytes("signature"),
              body.bytes("pcrs"),
              nonce,
              signatures);
      Optional<byte[]> log = body.ifBytes("event-log");
      BootClaims claims = BootClaims.of(quote, log, body.ifBytes("files"), logs);
      Digest raw = Digest.of(sent);
      Receipt receipt = taking.alone(device, () -> taken(device, keys, quote, claims, raw));
      boots.quoted(device, MeasuredBoot.of(quote, claims, log), claims.log());
      return receipt;
    } catch (TpmRefused | BootLogRefused refused) {
      throw Attestation.refused(String.valueOf(refused.getMessage()));
    }
  }

  /** One of a device at a time: its TPM's time is compared and noted in one go. */
  private Receipt taken(
      Subject device, Statements.Keys keys, VerifiedQuote quote, BootClaims claims, Digest raw) {
    Optional<TpmClock> before = statements.clock(device, keys);
    if (before.filter(quote.clock()::goesBackBehind).isPresent()) {
      var unused = statements.holder(device, keys, Statements.Holder.COPIED, raw);
      changed.accept(device);
      throw new Problem(
          403,
          "tpm-copied",
          "The TPM's time went back: a copy of its state is in use. This is on record.");
    }
    return statements.boot(device, keys, quote.clock(), claims.claims(), raw);
  }
}
