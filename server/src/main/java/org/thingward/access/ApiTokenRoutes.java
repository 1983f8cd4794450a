package org.thingward.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.CeremonyRoute.From;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;

/** How operators make, list and withdraw API tokens. To make one takes a session and a passkey. */
final class ApiTokenRoutes {
  private static final String LESS = "It only takes away: no program acts by that token any more.";
  private static final int SMALL = 4 << 10;
  private static final int ANSWER = 64 << 10;
  private static final String CURRENT = "current";

  private final ApiTokens tokens;
  private final ApiTokenMaking making;
  private final Sessions sessions;

  ApiTokenRoutes(ApiTokens tokens, ApiTokenMaking making, Sessions sessions) {
    this.tokens = tokens;
    this.making = making;
    this.sessions = sessions;
  }

  List<CeremonyRoute> ceremonies() {
    return List.of(
        new CeremonyRoute("/token/begin", From.OWN_PAGE, SMALL, this::begin),
        new CeremonyRoute("/token/finish", From.OWN_PAGE, ANSWER, this::finish));
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET",
            "/operators/me/tokens",
            Permission.VIEW,
            Reach.OWN,
            "api-token.own",
            0,
            this::own),
        new OperatorRoute(
            "DELETE",
            "/operators/me/tokens/{id}",
            Permission.VIEW,
            Reach.OWN,
            "api-token.end",
            0,
            Operation.unweighed(LESS, this::withdrawOwn)),
        new OperatorRoute(
            "GET",
            "/api-tokens",
            Permission.ADMINISTER_ACCESS,
            Reach.OWN,
            "api-token.list",
            0,
            request -> OperatorResponse.json(Map.of("items", items(tokens.all())))),
        new OperatorRoute(
            "DELETE",
            "/api-tokens/{id}",
            Permission.ADMINISTER_ACCESS,
            Reach.OWN,
            "api-token.withdraw",
            0,
            Operation.unweighed(LESS, this::withdraw)));
  }

  private OperatorResponse begin(CeremonyRequest request) {
    Subject operator = operator(request);
    Fields fields = Fields.read(request.body());
    Wanted wanted = Wanted.read(fields);
    ApiTokenMaking.Draft draft =
        making.draw(operator, wanted, key(fields), Optional.empty(), request.port());
    if (!draft.whole()) {
      throw new Problem(
          422, "token-rights", "A token is given no more than you hold: ask for less.");
    }
    Map<String, Object> shown = new HashMap<>(item(draft.token()));
    shown.put("sign", making.ask(draft));
    return OperatorResponse.json(shown);
  }

  /** The key that a token is to be bound to, where one is named. */
  static Optional<Digest> key(Fields fields) {
    String text = fields.text("client-key", "");
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "client-key", "'client-key': " + e.getMessage() + ".");
    }
  }

  private OperatorResponse finish(CeremonyRequest request) {
    ApiTokenMaking.Draft made =
        making.make(request, operator(request), Optional.empty(), Fields.read(request.body()));
    return OperatorResponse.json(made(made.token(), made.text()));
  }

  private Subject operator(CeremonyRequest request) {
    return sessions.operator(request.headers().getOrDefault("cookie", ""));
  }

  private OperatorResponse own(OperatorRequest request) {
    return OperatorResponse.json(Map.of("items", items(tokens.of(request.operator()))));
  }

  /** A program may end the token that it came with; other ones if it may operate at all. */
  private OperatorResponse withdrawOwn(OperatorRequest request) {
    Optional<String> presented = request.caller().token();
    String asked = request.variable("id");
    String id = asked.equals(CURRENT) ? presented.orElse(asked) : asked;
    if (presented.isPresent()
        && !presented.get().equals(id)
        && !request.caller().atMost().contains(Permission.OPERATE)) {
      throw new Problem(
          403,
          "token-may-not",
          "Without the permission operate a token may end itself, and no other one.");
    }
    requireDone(id(id).filter(it -> tokens.withdraw(it, request.operator(), false)).isPresent());
    return OperatorResponse.nothing();
  }

  private OperatorResponse withdraw(OperatorRequest request) {
    requireDone(
        id(request.variable("id"))
            .filter(it -> tokens.withdraw(it, request.operator(), true))
            .isPresent());
    return OperatorResponse.nothing();
  }

  private static void requireDone(boolean done) {
    if (!done) {
      throw new Problem(404, "no-such-token", "There is no such token that you may withdraw.");
    }
  }

  private static Optional<UUID> id(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<Map<String, Object>> items(List<ApiToken> some) {
    return some.stream()
        .map(token -> {
          Map<String, Object> item = item(token);
          tokens.lastUsed(token).ifPresent(at -> item.put("last-used", at.toString()));
          return item;
        })
        .toList();
  }

  /** What anyone who may see a token is shown of it. */
  static Map<String, Object> item(ApiToken token) {
    Map<String, Object> item = new HashMap<>(token.tree());
    item.remove(ApiToken.TOKEN);
    item.remove("secret");
    item.remove("port");
    return item;
  }

  /** A token with its text: the only time that it is shown. */
  static Map<String, Object> made(ApiToken token, ApiTokenText text) {
    Map<String, Object> made = item(token);
    made.put("token", text.text());
    return made;
  }
}
