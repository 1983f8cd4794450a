package org.thingward.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.Permission;
import org.thingward.verify.log.EntryType;

/** What operators see of themselves, and how they end their sessions. */
final class SessionRoutes {
  private static final String CURRENT = "current";

  private final Operators operators;
  private final Passkeys passkeys;
  private final Sessions sessions;
  private final Ledger ledger;
  private final Time time;

  SessionRoutes(
      Operators operators, Passkeys passkeys, Sessions sessions, Ledger ledger, Time time) {
    this.operators = operators;
    this.passkeys = passkeys;
    this.sessions = sessions;
    this.ledger = ledger;
    this.time = time;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/operators/me", Permission.VIEW, Reach.OWN, "operator.me", 0, this::me),
        new OperatorRoute(
            "DELETE",
            "/operators/me/sessions/{id}",
            Permission.VIEW,
            Reach.OWN,
            "operator.end-session",
            0,
            Operation.unweighed("It only takes away: a session of one's own.", this::end)));
  }

  private OperatorResponse me(OperatorRequest request) {
    Optional<Session> current = current(request);
    return OperatorResponse.json(
        Map.of(
            "operator",
            request.operator().name(),
            "roles",
            operators.find(request.operator()).map(Operator::roles).stream()
                .flatMap(roles -> Assignment.trees(roles).stream())
                .toList(),
            "teams",
            operators.find(request.operator()).map(Operator::teamsInOrder).orElse(List.of()),
            "passkeys",
            passkeys.of(request.operator()).stream().map(SessionRoutes::item).toList(),
            "sessions",
            sessions.of(request.operator()).stream()
                .map(session -> item(session, current.filter(session::equals).isPresent()))
                .toList(),
            "idle-seconds",
            Sessions.IDLE.toSeconds()));
  }

  /** Ends a session at once; that it ended is on record as soon as the ledger takes it. */
  private OperatorResponse end(OperatorRequest request) {
    if (!request.caller().isInPerson()) {
      throw new Problem(403, "token-may-not", "A token ends no session. Log in to do that.");
    }
    Optional<Session> current = current(request);
    Session ended =
        id(request.variable("id"), current)
            .flatMap(id -> sessions.end(request.operator(), id))
            .orElseThrow(
                () -> new Problem(404, "no-such-session", "There is no such session of yours."));
    var unused =
        ledger.appendSoon(
            EntryType.LOGIN, request.operator(), PasskeyRecord.sessionEnd(ended, time.now()));
    return current.filter(ended::equals).isPresent()
        ? OperatorResponse.nothing().with(Map.of("set-cookie", SessionCookie.takeBack()))
        : OperatorResponse.nothing();
  }

  private static Optional<UUID> id(String text, Optional<Session> current) {
    if (text.equals(CURRENT)) {
      return current.map(Session::id);
    }
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Session> current(OperatorRequest request) {
    return SessionCookie.secret(request.headers().getOrDefault("cookie", ""))
        .flatMap(sessions::find);
  }

  static Map<String, Object> item(Passkey passkey) {
    return Map.of(
        "id", passkey.id(),
        "registered", passkey.registered().toString(),
        "syncable", passkey.isSyncable());
  }

  private static Map<String, Object> item(Session session, boolean current) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", session.id().toString());
    item.put("began", session.began().toString());
    item.put("ends", session.ends().toString());
    item.put("browser", session.browser());
    item.put("current", current);
    return item;
  }
}
