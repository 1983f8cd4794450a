package org.thingward.access;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalEntry;
import org.thingward.verify.approval.ApprovalEntry.Ended.How;
import org.thingward.verify.approval.Assertion;

/**
 * Where operators see what waits for them, agree by an assertion over exactly that, say no, or take
 * back what they asked. Who may is decided by the quorums of each, not by a permission.
 */
final class ApprovalRoutes {
  private static final int ANSWER = 64 << 10;
  private static final int SMALL = 4 << 10;
  private static final int LONGEST_REASON = 500;

  private final Approvals approvals;
  private final RelyingParty party;
  private final Passkeys passkeys;
  private final Time time;

  ApprovalRoutes(Approvals approvals, RelyingParty party, Passkeys passkeys, Time time) {
    this.approvals = approvals;
    this.party = party;
    this.passkeys = passkeys;
    this.time = time;
  }

  List<OperatorRoute> routes() {
    return List.of(
        route("GET", "/approvals", "approval.list", 0, new Operation.Read(this::list)),
        route("GET", "/approvals/{approval}", "approval.show", 0, new Operation.Read(this::show)),
        route(
            "POST",
            "/approvals/{approval}/approve",
            "approval.approve",
            ANSWER,
            Operation.unweighed(
                "It is the agreement itself, signed over exactly one change.", this::approve)),
        route(
            "POST",
            "/approvals/{approval}/refuse",
            "approval.refuse",
            SMALL,
            Operation.unweighed("It keeps a change from being made.", this::refuse)),
        route(
            "POST",
            "/approvals/{approval}/withdraw",
            "approval.withdraw",
            OperatorRoute.NOTHING_TO_SAY,
            Operation.unweighed(
                "It keeps a change of one's own from being made.", this::withdraw)));
  }

  private static OperatorRoute route(
      String method, String path, String verb, int body, Operation operation) {
    return new OperatorRoute(method, path, Permission.VIEW, Reach.FILTERED, verb, body, operation);
  }

  private OperatorResponse list(OperatorRequest request) {
    String state = request.query().getOrDefault("state", "");
    return OperatorResponse.json(
        200,
        Map.of(
            "items",
            approvals.all().stream()
                .filter(one -> isVisible(one, request))
                .map(one -> ApprovalView.item(one, state(one)))
                .filter(item -> state.isEmpty() || state.equals(item.get("state")))
                .toList()));
  }

  private Pending.State state(Pending one) {
    return one.state(time.now(), approvals.isMet(one));
  }

  /** What it is about may lie outside the scope of who looks. */
  private static boolean isVisible(Pending one, OperatorRequest request) {
    Collection<Subject> devices = Approvals.devices(one);
    return request.scope().isEverywhere()
        || one.request().requester().equals(request.operator())
        || (!devices.isEmpty() && devices.stream().allMatch(request::sees));
  }

  private Pending visible(OperatorRequest request) {
    UUID id = id(request.variable("approval"));
    return approvals
        .find(id)
        .filter(one -> isVisible(one, request))
        .orElseThrow(() -> Approvals.unknown(id));
  }

  static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(404, "unknown-approval", "There is no approval of that name.");
    }
  }

  private OperatorResponse show(OperatorRequest request) {
    return OperatorResponse.json(200, shown(visible(request), request.operator()));
  }

  private Map<String, Object> shown(Pending one, Subject operator) {
    Pending.State state = state(one);
    boolean open = state == Pending.State.OPEN || state == Pending.State.APPROVED;
    boolean own = one.request().requester().equals(operator);
    boolean may = open && approvals.mayAgree(one, operator);
    Map<String, Object> item = new HashMap<>(ApprovalView.full(one, state));
    item.put(
        "you-may",
        Map.of(
            "approve", may && !one.hasAgreed(operator),
            "refuse", may,
            "withdraw", open && own,
            "execute", state == Pending.State.APPROVED && own));
    if (may) {
      item.put("sign", sign(one, operator));
    }
    return item;
  }

  /** What the browser asks the authenticator for. */
  private Map<String, Object> sign(Pending one, Subject operator) {
    return Map.of(
        "challenge", challenge(one).text(),
        "rpId", party.console().name(),
        "userVerification", "required",
        "allowCredentials", FurtherPasskeys.credentials(passkeys.of(operator)),
        "timeout", Challenges.LIFE.toMillis());
  }

  static Challenge challenge(Pending one) {
    return Challenge.over(
        Purpose.APPROVAL, one.request().id().toString(), one.request().canonical());
  }

  /** One at a time: a counter is compared and noted in one go. */
  private synchronized OperatorResponse approve(OperatorRequest request) {
    Pending one = requireMayAgree(request);
    Fields fields = Fields.read(request.body());
    OwnSignature signed =
        OwnSignature.check(
            party, passkeys, request.operator(), fields, challenge(one), request.port());
    ApprovalEntry.Approved approved =
        new ApprovalEntry.Approved(
            one.request().id(),
            request.operator(),
            time.now(),
            request.port(),
            signed.counter(),
            new Assertion(
                signed.passkey().id(),
                signed.assertion().authenticatorData(),
                signed.assertion().clientData(),
                signed.assertion().signature()));
    Pending next = approvals.agree(one.request().id(), approved);
    signed.note(passkeys);
    return OperatorResponse.json(200, shown(next, request.operator()));
  }

  private OperatorResponse refuse(OperatorRequest request) {
    Pending one = requireMayAgree(request);
    String reason = reason(request.body(), "reason");
    return OperatorResponse.json(
        200,
        shown(
            approvals.end(one.request().id(), How.REFUSED, request.operator(), reason),
            request.operator()));
  }

  private OperatorResponse withdraw(OperatorRequest request) {
    Pending one = visible(request);
    if (!one.request().requester().equals(request.operator())) {
      throw new Problem(
          403, "not-the-requester", "Whoever asked takes it back; refuse it instead.");
    }
    Pending next =
        approvals.end(one.request().id(), How.WITHDRAWN, request.operator(), "taken back");
    return OperatorResponse.json(200, shown(next, request.operator()));
  }

  private Pending requireMayAgree(OperatorRequest request) {
    Pending one = visible(request);
    if (!request.caller().isInPerson()) {
      throw new Problem(403, "token-may-not", "No token approves anything. Log in to do that.");
    }
    if (!approvals.mayAgree(one, request.operator())) {
      throw new Problem(
          403,
          "not-an-approver",
          "It takes others: "
              + String.join(", and ", one.request().quorums().stream().map(q -> q.text()).toList())
              + "; and never who asked.");
    }
    return one;
  }

  /** A text that people read. */
  static String reason(byte[] body, String member) {
    String reason = Fields.read(body).text(member);
    boolean controls = reason.chars().anyMatch(Character::isISOControl);
    if (reason.isBlank() || controls || reason.length() > LONGEST_REASON) {
      throw new Problem(
          422, "no-reason", "'%s' is 1 to %d characters.".formatted(member, LONGEST_REASON));
    }
    return reason;
  }
}
