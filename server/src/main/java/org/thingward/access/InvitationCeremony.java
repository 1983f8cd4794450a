package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.ledger.Ledger;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryType;

/**
 * The steps by which who was invited registers a passkey. It opens nothing until an administrator
 * activates it.
 */
final class InvitationCeremony {
  private static final int SMALL = 4 << 10;
  private static final int ANSWER = 64 << 10;

  private final RelyingParty party;
  private final Passkeys passkeys;
  private final Operators operators;
  private final Challenges challenges;
  private final Ledger ledger;
  private final Time time;

  InvitationCeremony(
      RelyingParty party,
      Passkeys passkeys,
      Operators operators,
      Challenges challenges,
      Ledger ledger,
      Time time) {
    this.party = party;
    this.passkeys = passkeys;
    this.operators = operators;
    this.challenges = challenges;
    this.ledger = ledger;
    this.time = time;
  }

  List<CeremonyRoute> routes() {
    return List.of(
        new CeremonyRoute("/invitation/begin", SMALL, this::begin),
        new CeremonyRoute("/invitation/finish", ANSWER, this::finish));
  }

  /** The digest by which a link's secret is known. */
  static Digest digest(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
  }

  private OperatorResponse begin(CeremonyRequest request) {
    Invited invited = invited(Fields.read(request.body()));
    Challenge challenge =
        challenges.make(Purpose.REGISTRATION, invited.invitation().operator().name());
    Map<String, Object> options =
        new HashMap<>(
            Ceremonies.creation(
                party, challenge, invited.invitation().operator(), challenge.userHandle()));
    options.put("invited-by", invited.by().name());
    options.put("roles", Assignment.trees(invited.invitation().roles()));
    return OperatorResponse.json(options);
  }

  /** One at a time: of two answers by one link, one registers. */
  private synchronized OperatorResponse finish(CeremonyRequest request) {
    Fields fields = Fields.read(request.body());
    Challenge challenge = challenges.take(Purpose.REGISTRATION, fields.text("challenge"));
    Invited invited = invited(fields);
    if (!challenge.about().equals(invited.invitation().operator().name())) {
      throw new Problem(409, "challenge-purpose", "This challenge was made for somebody else.");
    }
    byte[] attestationObject = fields.object("response").bytes("attestationObject");
    byte[] clientData = fields.object("response").bytes("clientDataJSON");
    party.register(challenge, request.port(), attestationObject, clientData);
    Registration registration =
        new Registration(
            invited.invitation().operator(),
            challenge.userHandle(),
            party.console(),
            time.now(),
            request.port(),
            attestationObject,
            clientData);
    if (passkeys.find(registration.passkey(party).id()).isPresent()) {
      throw new Problem(409, "passkey-known", "This passkey is registered already.");
    }
    Digest link = invited.invitation().link();
    var unused =
        ledger.append(
            EntryType.PASSKEY,
            registration.operator(),
            registration.record(Vouching.byInvitation(link)));
    Invited waiting = operators.registered(registration, link).orElseThrow(() -> over());
    return OperatorResponse.json(
        Map.of(
            "operator", registration.operator().name(),
            "invited-by", invited.by().name(),
            "waits-until", waiting.waitsUntil().orElseThrow().toString()));
  }

  private Invited invited(Fields fields) {
    operators.requireComplete();
    return operators.invited(digest(fields.text("link")), time.now()).orElseThrow(() -> over());
  }

  private static Problem over() {
    return new Problem(
        403,
        "link-over",
        "This link was used, has ended or was withdrawn. Ask who invited you for a new one.");
  }
}
