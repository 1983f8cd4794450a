package org.thingward.access;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.CeremonyRoute.From;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * The steps by which a command line gets a token (device authorisation, RFC 8628): it begins and
 * asks again and again; on a page of the console an operator sees what is asked, and signs for
 * exactly that, or refuses.
 */
final class PairingRoutes {
  private static final int SMALL = 4 << 10;
  private static final int ANSWER = 64 << 10;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** How many codes that nobody shows an operator may type within the life of one. */
  static final int WRONG_CODES = 10;

  private final ConsoleName console;
  private final Passkeys passkeys;
  private final Pairings pairings;
  private final ApiTokenMaking making;
  private final ApiTokens tokens;
  private final Sessions sessions;
  private final Time time;
  private final Map<Subject, Deque<Long>> wrongCodes = new HashMap<>();

  PairingRoutes(
      ConsoleName console,
      Passkeys passkeys,
      Pairings pairings,
      ApiTokenMaking making,
      ApiTokens tokens,
      Sessions sessions,
      Time time) {
    this.console = console;
    this.passkeys = passkeys;
    this.pairings = pairings;
    this.making = making;
    this.tokens = tokens;
    this.sessions = sessions;
    this.time = time;
  }

  List<CeremonyRoute> routes() {
    return List.of(
        new CeremonyRoute("/device/begin", From.PROGRAM, SMALL, this::begin),
        new CeremonyRoute("/device/poll", From.PROGRAM, SMALL, this::poll),
        new CeremonyRoute("/device/show", From.OWN_PAGE, SMALL, this::show),
        new CeremonyRoute("/device/confirm", From.OWN_PAGE, ANSWER, this::confirm),
        new CeremonyRoute("/device/refuse", From.OWN_PAGE, SMALL, this::refuse));
  }

  private OperatorResponse begin(CeremonyRequest request) {
    if (!passkeys.wereRegistered()) {
      throw new Problem(
          409,
          "no-passkey",
          "No passkey is registered yet that could confirm this. Until then the bootstrap certificate is the login.");
    }
    Fields fields = Fields.read(request.body());
    Wanted wanted = Wanted.read(fields);
    String host = fields.text("host");
    if (!HOST.matcher(host).matches()) {
      throw new Problem(422, "host", "'host' is no name of a machine.");
    }
    Optional<Digest> key = request.clientKey().or(() -> ApiTokenRoutes.key(fields));
    Pairings.Begun begun = pairings.begin(wanted, key, host, request.address());
    String page = console.origin(request.port()) + "/";
    return OperatorResponse.json(
        Map.of(
            "device-code", begun.deviceCode(),
            "user-code", begun.pairing().userCode(),
            "verification-uri", page,
            "verification-uri-complete", page + "#device=" + begun.pairing().userCode(),
            "expires-in", Pairing.LIFE.toSeconds(),
            "interval", Pairings.INTERVAL.toSeconds()));
  }

  private OperatorResponse poll(CeremonyRequest request) {
    Pairing.Stage.Confirmed confirmed =
        pairings.fetch(Fields.read(request.body()).text("device-code"));
    return OperatorResponse.json(ApiTokenRoutes.made(confirmed.token(), confirmed.text()));
  }

  /** What is asked, what the operator would give, and what a passkey is to sign for it. */
  private OperatorResponse show(CeremonyRequest request) {
    Subject operator = operator(request);
    Pairing pairing = pairing(operator, Fields.read(request.body()));
    ApiTokenMaking.Draft draft =
        making.draw(
            operator,
            pairing.wanted(),
            pairing.key(),
            Optional.of(pairing.asker()),
            request.port());
    Map<String, Object> shown = new HashMap<>(ApiTokenRoutes.item(draft.token()));
    shown.put("wanted-permissions", ApiToken.words(pairing.wanted().permissions()));
    shown.put("wanted-scope", ApiToken.areas(pairing.wanted().scope()));
    shown.put("whole", draft.whole());
    shown.put("sign", making.ask(draft));
    return OperatorResponse.json(shown);
  }

  private OperatorResponse confirm(CeremonyRequest request) {
    Subject operator = operator(request);
    Fields fields = Fields.read(request.body());
    Pairing pairing = pairing(operator, fields);
    ApiTokenMaking.Draft made =
        making.make(request, operator, Optional.of(pairing.userCode()), fields);
    Pairing.Stage confirmed = new Pairing.Stage.Confirmed(made.text(), made.token());
    if (!pairings.answer(pairing.userCode(), confirmed)) {
      boolean unused = tokens.withdraw(made.token().id(), operator, false);
      throw over();
    }
    return OperatorResponse.json(ApiTokenRoutes.item(made.token()));
  }

  private OperatorResponse refuse(CeremonyRequest request) {
    Pairing pairing = pairing(operator(request), Fields.read(request.body()));
    if (!pairings.answer(pairing.userCode(), new Pairing.Stage.Refused())) {
      throw over();
    }
    return OperatorResponse.nothing();
  }

  private Subject operator(CeremonyRequest request) {
    return sessions.operator(request.headers().getOrDefault("cookie", ""));
  }

  private synchronized Pairing pairing(Subject operator, Fields fields) {
    long now = time.nanos();
    Deque<Long> wrong = wrongCodes.computeIfAbsent(operator, it -> new ArrayDeque<>());
    wrong.removeIf(at -> now - at >= Pairing.LIFE.toNanos());
    if (wrong.size() >= WRONG_CODES) {
      throw new Problem(429, "too-many-codes", "Too many wrong codes. Wait ten minutes.");
    }
    return pairings
        .find(fields.text("user-code"))
        .orElseThrow(() -> {
          wrong.add(now);
          return over();
        });
  }

  private static Problem over() {
    return new Problem(
        404,
        "no-such-login",
        "No command line waits with this code. It may have been answered already, or is older than ten minutes: run thingward login again.");
  }
}
