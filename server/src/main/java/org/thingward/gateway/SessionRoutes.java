package org.thingward.gateway;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;

/** What operators see of live connections. */
final class SessionRoutes {
  private final Sessions sessions;

  SessionRoutes(Sessions sessions) {
    this.sessions = sessions;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/sessions", Permission.VIEW, Reach.FILTERED, "session.list", 0, this::list));
  }

  private OperatorResponse list(OperatorRequest request) {
    Subject subject = subject(request.query().getOrDefault("subject", ""));
    request.requireSees(subject);
    return OperatorResponse.json(
        sessions.of(subject).stream()
            .map(SessionRoutes::item)
            .collect(Collectors.joining(",", "{\"items\":[", "]}")));
  }

  private static Subject subject(String text) {
    try {
      return Subject.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-query", "'subject': " + e.getMessage());
    }
  }

  /** Every member is a word or a time of ours, so that nothing in it needs escaping. */
  private static String item(Session session) {
    return "{\"subject\":\"%s\",\"state\":\"%s\",\"since\":\"%s\",\"credential\":\"%s\",\"mqtt\":\"%s\"}"
        .formatted(
            session.subject(),
            session.state().name().toLowerCase(Locale.ROOT),
            session.since(),
            session.peer().credential(),
            session.isVersion5() ? "5" : "3.1.1");
  }
}
