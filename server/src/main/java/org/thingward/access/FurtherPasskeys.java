package org.thingward.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.ledger.Ledger;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The steps by which an operator who is logged in registers a further passkey: {@code begin} gives
 * a challenge for the new one, {@code offer} takes its answer and gives a challenge over the whole
 * registration, {@code finish} takes the signature of a passkey that is registered already.
 */
final class FurtherPasskeys {
  private static final int SMALL = 4 << 10;
  private static final int ANSWER = 64 << 10;

  /** How many an operator has at most. */
  static final int MOST = 10;

  private final RelyingParty party;
  private final Passkeys passkeys;
  private final Challenges challenges;
  private final Sessions sessions;
  private final Ledger ledger;
  private final Time time;

  // By operator: of two offers the later one counts.
  private final Map<Subject, Registration> offered = new HashMap<>();

  FurtherPasskeys(
      RelyingParty party,
      Passkeys passkeys,
      Challenges challenges,
      Sessions sessions,
      Ledger ledger,
      Time time) {
    this.party = party;
    this.passkeys = passkeys;
    this.challenges = challenges;
    this.sessions = sessions;
    this.ledger = ledger;
    this.time = time;
  }

  List<CeremonyRoute> routes() {
    return List.of(
        new CeremonyRoute("/passkey/begin", SMALL, this::begin),
        new CeremonyRoute("/passkey/offer", ANSWER, this::offer),
        new CeremonyRoute("/passkey/finish", ANSWER, this::finish));
  }

  private OperatorResponse begin(CeremonyRequest request) {
    Subject operator = operator(request);
    List<Passkey> own = passkeys.of(operator);
    if (own.size() >= MOST) {
      throw new Problem(409, "passkeys-full", "An operator has " + MOST + " passkeys at most.");
    }
    Challenge challenge = challenges.make(Purpose.REGISTRATION, operator.name());
    Map<String, Object> options =
        new HashMap<>(Ceremonies.creation(party, challenge, operator, own.getFirst().user()));
    options.put("excludeCredentials", credentials(own));
    return OperatorResponse.json(options);
  }

  private synchronized OperatorResponse offer(CeremonyRequest request) {
    Subject operator = operator(request);
    Fields fields = Fields.read(request.body());
    Challenge challenge = challenges.take(Purpose.REGISTRATION, fields.text("challenge"));
    requireAbout(challenge, operator);
    byte[] attestationObject = fields.object("response").bytes("attestationObject");
    byte[] clientData = fields.object("response").bytes("clientDataJSON");
    party.register(challenge, request.port(), attestationObject, clientData);
    List<Passkey> own = passkeys.of(operator);
    Registration registration =
        new Registration(
            operator,
            own.getFirst().user(),
            party.console(),
            time.now(),
            request.port(),
            attestationObject,
            clientData);
    if (passkeys.find(registration.passkey(party).id()).isPresent()) {
      throw new Problem(409, "passkey-known", "This passkey is registered already.");
    }
    offered.put(operator, registration);
    Challenge vouching = challenges.put(registration.vouching());
    return OperatorResponse.json(
        Map.of(
            "challenge", vouching.text(),
            "rpId", party.console().name(),
            "userVerification", "required",
            "allowCredentials", credentials(own),
            "timeout", Challenges.LIFE.toMillis()));
  }

  private synchronized OperatorResponse finish(CeremonyRequest request) {
    Subject operator = operator(request);
    Fields fields = Fields.read(request.body());
    Challenge challenge = challenges.take(Purpose.VOUCHING, fields.text("challenge"));
    requireAbout(challenge, operator);
    Registration registration = offered.remove(operator);
    if (registration == null || !registration.vouching().text().equals(challenge.text())) {
      throw new Problem(409, "challenge-over", "Another passkey was offered since. Begin again.");
    }
    OwnSignature signed =
        OwnSignature.check(party, passkeys, operator, fields, challenge, request.port());
    var unused =
        ledger.append(
            EntryType.PASSKEY,
            operator,
            registration.record(Vouching.byPasskey(signed.passkey(), signed.assertion())));
    signed.note(passkeys);
    passkeys.add(registration.passkey(party));
    return OperatorResponse.json(Map.of("operator", operator.name()));
  }

  private Subject operator(CeremonyRequest request) {
    return sessions.operator(request.headers().getOrDefault("cookie", ""));
  }

  private static void requireAbout(Challenge challenge, Subject operator) {
    if (!challenge.about().equals(operator.name())) {
      throw new Problem(409, "challenge-purpose", "This challenge was made for somebody else.");
    }
  }

  static List<Map<String, Object>> credentials(List<Passkey> passkeys) {
    return passkeys.stream()
        .map(passkey -> Map.<String, Object>of("type", "public-key", "id", passkey.id()))
        .toList();
  }
}
