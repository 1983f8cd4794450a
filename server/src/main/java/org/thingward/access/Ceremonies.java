package org.thingward.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thingward.ledger.Ledger;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Place;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The steps by which a page registers a passkey and logs in: {@code begin} gives a challenge and
 * what the browser is to ask for, {@code finish} takes the authenticator's answer.
 */
final class Ceremonies {
  /** Names that no operator can have: they mean something else. */
  static final Set<String> TAKEN = Set.of(Access.BOOTSTRAP.name(), "me");

  private static final int SMALL = 4 << 10;
  private static final int ANSWER = 64 << 10;

  private final RelyingParty party;
  private final Passkeys passkeys;
  private final Operators operators;
  private final Challenges challenges;
  private final FirstLink link;
  private final Sessions sessions;
  private final Ledger ledger;
  private final InsiderWatch watch;
  private final Digest bootstrap;
  private final Time time;

  Ceremonies(
      RelyingParty party,
      Passkeys passkeys,
      Operators operators,
      Challenges challenges,
      FirstLink link,
      Sessions sessions,
      Ledger ledger,
      InsiderWatch watch,
      Digest bootstrap,
      Time time) {
    this.party = party;
    this.passkeys = passkeys;
    this.operators = operators;
    this.challenges = challenges;
    this.link = link;
    this.sessions = sessions;
    this.ledger = ledger;
    this.watch = watch;
    this.bootstrap = bootstrap;
    this.time = time;
  }

  List<CeremonyRoute> routes() {
    return List.of(
        new CeremonyRoute("/registration/begin", SMALL, this::beginRegistration),
        new CeremonyRoute("/registration/finish", ANSWER, this::finishRegistration),
        new CeremonyRoute("/login/begin", SMALL, this::beginLogin),
        new CeremonyRoute("/login/finish", ANSWER, this::finishLogin));
  }

  private OperatorResponse beginRegistration(CeremonyRequest request) {
    Fields fields = Fields.read(request.body());
    link.require(fields.text("link"));
    Subject operator = operator(fields.text("operator"));
    Challenge challenge = challenges.make(Purpose.REGISTRATION, operator.name());
    return OperatorResponse.json(creation(party, challenge, operator, challenge.userHandle()));
  }

  /** What a browser is to ask an authenticator for: a passkey that verifies its user. */
  static Map<String, Object> creation(
      RelyingParty party, Challenge challenge, Subject operator, String user) {
    return Map.of(
        "challenge", challenge.text(),
        "rp", Map.of("id", party.console().name(), "name", "Thingward"),
        "user", Map.of("id", user, "name", operator.name(), "displayName", operator.name()),
        "pubKeyCredParams",
            RelyingParty.ALGORITHMS.stream()
                .map(number -> Map.of("type", "public-key", "alg", number))
                .toList(),
        "authenticatorSelection",
            Map.of(
                "residentKey", "required",
                "requireResidentKey", true,
                "userVerification", "required"),
        "attestation", party.conveyance(),
        "timeout", Challenges.LIFE.toMillis());
  }

  /** One at a time: of two answers by one link, one registers. */
  private synchronized OperatorResponse finishRegistration(CeremonyRequest request) {
    Fields fields = Fields.read(request.body());
    Challenge challenge = challenges.take(Purpose.REGISTRATION, fields.text("challenge"));
    link.require(fields.text("link"));
    Subject operator = operator(challenge.about());
    byte[] attestationObject = fields.object("response").bytes("attestationObject");
    byte[] clientData = fields.object("response").bytes("clientDataJSON");
    party.register(challenge, request.port(), attestationObject, clientData);
    Registration registration =
        new Registration(
            operator,
            challenge.userHandle(),
            party.console(),
            time.now(),
            request.port(),
            attestationObject,
            clientData);
    byte[] entry = registration.record(vouching(registration));
    var unused = ledger.append(EntryType.PASSKEY, operator, entry);
    passkeys.add(registration.passkey(party));
    operators.first(operator, registration.at(), entry);
    link.end();
    return OperatorResponse.json(Map.of("operator", operator.name()));
  }

  /** The link was given for the very first passkey, or after a recovery. */
  private Map<String, Object> vouching(Registration registration) {
    return operators
        .history()
        .recovery()
        .map(open -> Recovery.vouching(open.entry(), registration, ledger))
        .orElseGet(() -> Vouching.byBootstrap(bootstrap));
  }

  private OperatorResponse beginLogin(CeremonyRequest request) {
    operators.requireComplete();
    Challenge challenge = challenges.make(Purpose.LOGIN, "");
    return OperatorResponse.json(
        Map.of(
            "challenge", challenge.text(),
            "rpId", party.console().name(),
            "userVerification", "required",
            "timeout", Challenges.LIFE.toMillis()));
  }

  /** One at a time: a counter is compared and noted in one go. */
  private synchronized OperatorResponse finishLogin(CeremonyRequest request) {
    operators.requireComplete();
    Fields fields = Fields.read(request.body());
    Challenge challenge = challenges.take(Purpose.LOGIN, fields.text("challenge"));
    RelyingParty.Assertion assertion = RelyingParty.Assertion.read(fields.object("response"));
    Passkey passkey =
        passkeys
            .find(fields.text("id"))
            .filter(it -> it.user().equals(assertion.user()))
            .orElseThrow(() ->
                new Problem(
                    422, "passkey-unknown", "This passkey is not registered here. Use another."));
    long counter =
        party.verify(passkey, passkeys.counter(passkey), challenge, request.port(), assertion);
    Session session =
        sessions.next(
            passkey, request.headers().getOrDefault("user-agent", ""), Place.of(request.address()));
    var unused =
        ledger.append(
            EntryType.LOGIN,
            passkey.operator(),
            PasskeyRecord.login(passkey, counter, session, assertion));
    passkeys.used(passkey.id(), counter);
    passkeys.loggedIn(passkey.operator(), session.began());
    watch.loggedIn(passkey.operator(), session.browser(), session.network().name());
    endPresented(request);
    return OperatorResponse.json(Map.of("operator", passkey.operator().name()))
        .with(Map.of("set-cookie", SessionCookie.give(sessions.begin(session))));
  }

  /** Whoever logs in leaves the session behind that the browser had. */
  private void endPresented(CeremonyRequest request) {
    SessionCookie.secret(request.headers().getOrDefault("cookie", ""))
        .flatMap(sessions::find)
        .ifPresent(earlier -> {
          var unused = sessions.end(earlier.operator(), earlier.id());
        });
  }

  /**
   * The operator of this name, whether there is one or not.
   *
   * @throws Problem 422 if none can have it
   */
  static Subject operator(String name) {
    if (TAKEN.contains(name)) {
      throw new Problem(422, "operator-name", "'" + name + "' is no name for an operator.");
    }
    try {
      return Subject.operator(name);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          422,
          "operator-name",
          "An operator's name has letters, digits and . _ : - and begins with a letter or digit; 64 at most.");
    }
  }
}
