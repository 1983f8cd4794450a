package org.thingward.attestation;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.thingward.platform.Peer;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.verify.eat.EatRefused;
import org.thingward.verify.eat.SoftwareToken;

/**
 * What a device says of its own software, signed by the key of its certificate (EAT as a JSON web
 * token, RFC 9711): of level L3 whatever that key is held in, since nothing but the software that
 * speaks measured it.
 */
final class SoftwareAttestation implements EvidenceType {
  private final Statements statements;
  private final Time time;

  SoftwareAttestation(Statements statements, Time time) {
    this.statements = statements;
    this.time = time;
  }

  @Override
  public String name() {
    return "software";
  }

  @Override
  public int longest() {
    return SoftwareToken.LONGEST;
  }

  @Override
  public Receipt take(Peer device, byte[] sent, byte[] nonce) {
    try {
      SoftwareToken said =
          SoftwareToken.verified(
              new String(sent, StandardCharsets.ISO_8859_1),
              device.certificate().getPublicKey(),
              HexFormat.of().formatHex(nonce),
              time.now());
      return statements.software(device.subject(), said, Digest.of(sent));
    } catch (EatRefused refused) {
      throw Attestation.refused(String.valueOf(refused.getMessage()));
    }
  }
}
