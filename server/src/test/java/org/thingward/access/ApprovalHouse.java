package org.thingward.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.ChangeControl;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.platform.Stakes;
import org.thingward.trust.Caller;
import org.thingward.trust.Impact;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalReport;
import org.thingward.verify.approval.ApprovalVerifier;
import tools.jackson.databind.JsonNode;

/** Ada, who was first and holds every role, and whom she invites; each with a passkey. */
final class ApprovalHouse {
  static final Subject ADA = Subject.operator("ada");
  static final Subject BOB = Subject.operator("bob");

  final AccessHouse house = new AccessHouse();
  final SoftwareAuthenticator ada = key(0);
  private final Map<Subject, SoftwareAuthenticator> keys = new HashMap<>(Map.of(ADA, ada));
  private final Map<Subject, String> users = new HashMap<>();
  private final Map<Subject, String> cookies = new HashMap<>();

  ApprovalHouse() {
    users.put(ADA, house.register(ada));
  }

  static SoftwareAuthenticator key(int number) {
    SoftwareAuthenticator key = new SoftwareAuthenticator();
    key.id[0] += (byte) number;
    return key;
  }

  /** Makes somebody an operator with these roles. */
  void invite(Subject operator, SoftwareAuthenticator key, String... roles) {
    inviteBy(operator, key, ADA, roles);
  }

  /** As before, activated by another than who invites. */
  void inviteBy(Subject operator, SoftwareAuthenticator key, Subject by, String... roles) {
    String cookie = login(ADA);
    List<Map<String, String>> given = List.of(roles).stream().map(r -> Map.of("role", r)).toList();
    JsonNode made =
        house.change(
            Map.of(
                "kind",
                "invitation",
                "operator",
                operator.name(),
                "roles",
                given,
                "teams",
                List.of("soc")),
            ada,
            cookie);
    String link = made.path("link").asString();
    String secret = link.substring(link.indexOf('=') + 1);
    JsonNode options = house.call("/invitation/begin", Map.of("link", secret));
    users.put(operator, options.path("user").path("id").asString());
    keys.put(operator, key);
    var unused = house.finishInvitation(secret, options.path("challenge").asString(), key);
    house.pass(Duration.ofHours(1));
    String again = login(by);
    String registration =
        AccessHouse.tree(house.ask("GET", "/operators", again))
            .path("invitations")
            .get(0)
            .path("registration")
            .asString();
    var done =
        house.change(
            Map.of("kind", "activation", "operator", operator.name(), "registration", registration),
            keys.get(by),
            again);
  }

  void withdraw(Subject operator) {
    var unused =
        house.change(
            Map.of("kind", "withdrawal", "operator", operator.name(), "reason", "left"),
            ada,
            login(ADA));
  }

  /** A session of an operator; a new one if the last is over. */
  String login(Subject operator) {
    String cookie = cookies.getOrDefault(operator, "");
    try {
      if (house.who(false, cookie).equals(operator)) {
        return cookie;
      }
    } catch (Problem over) {
      // A restart and an hour end it.
    }
    String next = house.login(keys.get(operator), users.get(operator));
    cookies.put(operator, next);
    return next;
  }

  ChangeControl control() {
    return house.access.changeControl();
  }

  /** What is answered to a change; its effect is as given. */
  ChangeControl.Weighed weigh(PlannedChange change) {
    return control().weigh(change);
  }

  /** The id of the approval that a change waits for. */
  String awaited(PlannedChange change) {
    OperatorResponse held = weigh(change).held().orElseThrow();
    return AccessHouse.tree(held).path("approval").asString();
  }

  /** Carries a change out as the operator API does, if it would now be {@code again}. */
  void execute(String approval, PlannedChange again) {
    ChangeControl.ApprovedChange approved = control().approved(approval, again.caller());
    control().carryOut(approved, again);
  }

  JsonNode show(String approval, Subject operator) {
    return AccessHouse.tree(house.ask("GET", "/approvals/" + approval, login(operator)));
  }

  /** An assertion of an operator over what that approval asks to be signed. */
  Map<String, ?> assertion(String approval, Subject operator) {
    String challenge = show(approval, operator).path("sign").path("challenge").asString();
    return assertionOver(challenge, operator);
  }

  Map<String, ?> assertionOver(String challenge, Subject operator) {
    SoftwareAuthenticator key = keys.get(operator);
    key.counter++;
    byte[] data = key.authenticatorData(false);
    byte[] client = key.clientData("webauthn.get", challenge);
    return Map.of(
        "id", SoftwareAuthenticator.base64(key.id),
        "response",
            Map.of(
                "authenticatorData", SoftwareAuthenticator.base64(data),
                "clientDataJSON", SoftwareAuthenticator.base64(client),
                "signature", SoftwareAuthenticator.base64(key.sign(data, client)),
                "userHandle", ""));
  }

  JsonNode approve(String approval, Subject operator) {
    return post(approval, "approve", assertion(approval, operator), operator);
  }

  /** Once more, though it is not offered any more. */
  JsonNode approveAgain(String approval, Subject operator) {
    return post(approval, "approve", assertion(approval, operator), operator);
  }

  JsonNode post(String approval, String what, Map<String, ?> body, Subject operator) {
    String path = "/approvals/" + approval + "/" + what;
    return AccessHouse.tree(house.ask("POST", path, body, login(operator)));
  }

  JsonNode post(String path, Map<String, ?> body, Subject operator) {
    return AccessHouse.tree(house.ask("POST", path, body, login(operator)));
  }

  /** What anyone finds who has the openings and nothing else. */
  ApprovalReport verified() {
    ApprovalVerifier verifier = new ApprovalVerifier();
    for (ListedOpenings.Item item : house.log) {
      verifier.add(item.type(), item.content());
    }
    return verifier.report();
  }

  /** A release of these devices, asked by {@code operator}. */
  static PlannedChange release(Subject operator, String... devices) {
    Set<Subject> raised = new TreeSet<>();
    List.of(devices).forEach(device -> raised.add(Subject.device(device)));
    return change(
        operator, "device.release", Set.of(Stakes.Matter.RELEASE), Impact.of(raised, Set.of()));
  }

  static PlannedChange raise(Subject operator, int devices) {
    return change(operator, "evidence.send", Set.of(), Impact.of(some(devices), Set.of()));
  }

  static PlannedChange lower(Subject operator, int devices) {
    return change(operator, "device.quarantine", Set.of(), Impact.of(Set.of(), some(devices)));
  }

  private static Set<Subject> some(int devices) {
    Set<Subject> some = new TreeSet<>();
    for (int i = 0; i < devices; i++) {
      some.add(Subject.device("pump-" + i));
    }
    return some;
  }

  static PlannedChange change(
      Subject operator, String verb, Set<Stakes.Matter> matters, Impact impact) {
    return change(operator, verb, "{}", matters, impact);
  }

  static PlannedChange change(
      Subject operator, String verb, String body, Set<Stakes.Matter> matters, Impact impact) {
    return new PlannedChange(
        Caller.inPerson(operator),
        verb,
        "POST",
        "/api/v1/some/thing",
        Map.of("reason", "because"),
        "application/json",
        body.getBytes(UTF_8),
        new Stakes.Stake(matters, impact));
  }
}
