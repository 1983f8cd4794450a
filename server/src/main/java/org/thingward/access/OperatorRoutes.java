package org.thingward.access;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Reach;
import org.thingward.platform.Stakes;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who the operators are, and the changes of that. A change is asked for, and then made by an
 * assertion over exactly it: whoever finds a session open cannot make one.
 */
final class OperatorRoutes {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int CHANGE = 32 << 10;
  private static final int SECRET = 32;
  private static final int ANSWER = 64 << 10;

  private final RelyingParty party;
  private final Passkeys passkeys;
  private final Operators operators;
  private final Challenges challenges;
  private final Sessions sessions;
  private final Ledger ledger;
  private final Randomness randomness;
  private final Time time;

  // By who asks: of two changes the later one counts.
  private final Map<Subject, Asked> asked = new HashMap<>();

  /** A change that is to be signed, and the secret of the link that it makes; empty if none. */
  private record Asked(SignedChange change, String secret) {}

  OperatorRoutes(
      RelyingParty party,
      Passkeys passkeys,
      Operators operators,
      Challenges challenges,
      Sessions sessions,
      Ledger ledger,
      Randomness randomness,
      Time time) {
    this.party = party;
    this.passkeys = passkeys;
    this.operators = operators;
    this.challenges = challenges;
    this.sessions = sessions;
    this.ledger = ledger;
    this.randomness = randomness;
    this.time = time;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/operators", Permission.VIEW, Reach.FLEET, "operator.list", 0, this::list),
        new OperatorRoute(
            "POST",
            "/operators/changes",
            Permission.ADMINISTER_ACCESS,
            Reach.FLEET,
            "operator.ask-change",
            CHANGE,
            Operation.weighed(this::asking)),
        new OperatorRoute(
            "POST",
            "/operators/changes/{challenge}",
            Permission.ADMINISTER_ACCESS,
            Reach.FLEET,
            "operator.change",
            ANSWER,
            Operation.unweighed(
                "What it makes was weighed when it was asked for, and is signed exactly so.",
                this::change)),
        new OperatorRoute(
            "POST",
            "/operators/me/passkeys/{passkey}/withdraw",
            Permission.VIEW,
            Reach.OWN,
            "operator.ask-own-change",
            CHANGE,
            Operation.unweighed(
                "It asks to take a passkey of one's own away, and raises nobody.", this::askOwn)),
        new OperatorRoute(
            "POST",
            "/operators/me/changes/{challenge}",
            Permission.VIEW,
            Reach.OWN,
            "operator.own-change",
            ANSWER,
            Operation.unweighed(
                "What it makes was weighed when it was asked for, and is signed exactly so.",
                this::change)));
  }

  /** Giving more than an operator has takes others; who is invited waits for another anyway. */
  private Operation.Prepared asking(OperatorRequest request) {
    Digest last = operators.history().last();
    return new Operation.Prepared(stake(request), () -> ask(request, last));
  }

  private Stakes.Stake stake(OperatorRequest request) {
    JsonNode body = Fields.read(request.body()).tree();
    boolean gives =
        body.path("kind").asString("").equals("roles")
            && OperatorChange.of(body) instanceof OperatorChange.Roles roles
            && operators.find(roles.operator()).filter(one -> one.holds(roles)).isEmpty();
    return new Stakes.Stake(gives ? Set.of(Stakes.Matter.ACCESS) : Set.of(), Impact.NOTHING);
  }

  private OperatorResponse list(OperatorRequest request) {
    return OperatorResponse.json(
        Map.of(
            "items",
            operators.all().stream().map(this::item).toList(),
            "separation-of-duties",
            operators.accessAdministrators() > 1,
            "invitations",
            operators.invitations().stream().map(OperatorRoutes::item).toList(),
            "recoveries",
            operators.history().recoveries().stream().map(Recovery::item).toList()));
  }

  private static Map<String, Object> item(Invited invited) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("operator", invited.invitation().operator().name());
    item.put("roles", Assignment.trees(invited.invitation().roles()));
    item.put("teams", List.copyOf(new TreeSet<>(invited.invitation().teams())));
    item.put("by", invited.by().name());
    item.put("at", invited.at().toString());
    item.put("link-ends", invited.linkEnds().toString());
    invited.registered().ifPresent(digest -> item.put("registration", digest.toString()));
    invited.waitsUntil().ifPresent(until -> item.put("waits-until", until.toString()));
    return item;
  }

  private Map<String, Object> item(Operator operator) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("operator", operator.name().name());
    item.put("state", operator.isActive() ? "active" : "withdrawn");
    item.put("roles", Assignment.trees(operator.roles()));
    item.put("teams", operator.teamsInOrder());
    item.put("since", operator.since().toString());
    operator.withdrawn().ifPresent(at -> item.put("withdrawn", at.toString()));
    passkeys.lastLogin(operator.name()).ifPresent(at -> item.put("last-login", at.toString()));
    item.put("passkeys", passkeys.of(operator.name()).stream().map(SessionRoutes::item).toList());
    return item;
  }

  /** Says whether the change may be made, and gives the challenge that is to be signed for it. */
  private synchronized OperatorResponse ask(OperatorRequest request, Digest last) {
    requireInPerson(request);
    if (!operators.history().last().equals(last)) {
      throw Operation.changedMeanwhile("Something about operators was changed");
    }
    JsonNode body = Fields.read(request.body()).tree();
    String secret = Base64Url.encode(randomness.bytes(SECRET));
    boolean invites = body.path("kind").asString("").equals("invitation");
    if (invites && body instanceof ObjectNode invitation) {
      invitation.put("link", InvitationCeremony.digest(secret).toString());
    }
    return draft(request, OperatorChange.of(body), invites ? secret : "");
  }

  /** The same for a passkey of one's own, which takes no permission. */
  private synchronized OperatorResponse askOwn(OperatorRequest request) {
    requireInPerson(request);
    Map<String, Object> change =
        Map.of(
            "kind",
            "passkey-withdrawal",
            "operator",
            request.operator().name(),
            "passkey",
            request.variable("passkey"),
            "reason",
            Fields.read(request.body()).text("reason"));
    return draft(request, OperatorChange.of(JSON.valueToTree(change)), "");
  }

  private OperatorResponse draft(OperatorRequest request, OperatorChange asks, String secret) {
    SignedChange change =
        new SignedChange(
            asks,
            request.operator(),
            operators.history().last(),
            time.now(),
            party.console(),
            request.port());
    operators.require(change);
    operators.requireNotTheNext(change);
    asked.put(request.operator(), new Asked(change, secret));
    Challenge challenge = challenges.put(change.challenge());
    return OperatorResponse.json(
        Map.of(
            "challenge", challenge.text(),
            "rpId", party.console().name(),
            "userVerification", "required",
            "allowCredentials", FurtherPasskeys.credentials(signers(change)),
            "timeout", Challenges.LIFE.toMillis(),
            "signed", change.tree()));
  }

  /** Those of whoever asks that may sign it: of their own passkeys one that stays. */
  private List<Passkey> signers(SignedChange change) {
    return passkeys.of(change.by()).stream()
        .filter(passkey ->
            !(change.change() instanceof OperatorChange.PasskeyWithdrawal gone
                && gone.passkey().equals(passkey.id())))
        .toList();
  }

  /** One at a time: what is in the log is what was allowed when it got there. */
  private synchronized OperatorResponse change(OperatorRequest request) {
    requireInPerson(request);
    Challenge challenge = challenges.take(Purpose.ADMINISTRATION, request.variable("challenge"));
    Asked draft = asked.remove(request.operator());
    if (draft == null || !draft.change().challenge().text().equals(challenge.text())) {
      throw new Problem(409, "challenge-over", "Another change was asked for since. Begin again.");
    }
    SignedChange change = draft.change();
    Fields fields = Fields.read(request.body());
    OwnSignature signed =
        OwnSignature.check(party, passkeys, request.operator(), fields, challenge, request.port());
    if (signers(change).stream().noneMatch(one -> one.id().equals(signed.passkey().id()))) {
      throw new Problem(
          422,
          "passkey-goes",
          "Sign with a passkey that stays: the one that is withdrawn may be in other hands.");
    }
    operators.require(change);
    byte[] entry = change.record(signed.passkey(), signed.assertion());
    var unused = ledger.append(EntryType.OPERATOR, change.change().operator(), entry);
    signed.note(passkeys);
    operators.apply(change, entry);
    endSessions(change.change());
    return OperatorResponse.json(made(draft, request.port()));
  }

  private Map<String, Object> made(Asked draft, int port) {
    Subject name = draft.change().change().operator();
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("separation-of-duties", operators.accessAdministrators() > 1);
    operators.find(name).ifPresent(operator -> made.put("operator", item(operator)));
    operators.invited(name).ifPresent(invited -> made.put("invitation", item(invited)));
    if (!draft.secret().isEmpty()) {
      made.put("link", party.console().origin(port) + "/#invite=" + draft.secret());
    }
    return made;
  }

  private void endSessions(OperatorChange change) {
    switch (change) {
      case OperatorChange.Withdrawal gone -> sessions.endAll(gone.operator());
      case OperatorChange.PasskeyWithdrawal one -> sessions.endAllOf(one.passkey());
      // Who recovers a name may not be who has its sessions.
      case OperatorChange.Activation activation -> sessions.endAll(activation.operator());
      // What is held is asked of each request: no session has to end for that.
      case OperatorChange.Roles roles -> {}
      case OperatorChange.Invitation invitation -> {}
      case OperatorChange.InvitationEnd end -> {}
    }
  }

  private static void requireInPerson(OperatorRequest request) {
    if (!request.caller().isInPerson()) {
      throw new Problem(
          403, "token-may-not", "No token changes who may do what. Log in to do that.");
    }
  }
}
