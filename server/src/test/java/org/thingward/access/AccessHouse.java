package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.ListedOpenings;
import org.thingward.ledger.Openings;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorAuthentication.Presented;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Randomness;
import org.thingward.platform.Routes;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The room over a log in memory, at a time that is set by hand. */
final class AccessHouse implements Ledger, Time {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PORT = 9443;

  final List<ListedOpenings.Item> log = new ArrayList<>();

  /** The entries whose keys somebody erased, past the ledger. */
  final Set<Receipt> erased = new HashSet<>();

  final Map<String, DevicePlaces.Place> places = new HashMap<>();
  Digest policy = Digest.of(new byte[2]);
  List<String> quorums = List.of();
  ApproverAuthenticators authenticators = ApproverAuthenticators.any();
  ApprovalNotices notices = ApprovalNotices.NONE;
  Access access;
  String link = "";

  /** Where requests come from. */
  String address = "127.0.0.1";

  /** The key that connections prove. */
  Optional<Digest> proven = Optional.empty();

  /** By how much the clock on the wall is wrong. */
  Duration skew = Duration.ZERO;

  private Duration passed = Duration.ZERO;

  AccessHouse() {
    restart("localhost");
  }

  /** Starts the room again on the same log. */
  void restart(String console) {
    access =
        new Access(
            new ConsoleName(console),
            Digest.of(new byte[1]),
            this,
            new Surroundings(
                device -> Optional.ofNullable(places.get(device)),
                () -> new Checkpoint("test.example/log", log.size(), Digest.of(), List.of()),
                () -> policy,
                lowered -> lowered > 5,
                10,
                quorums,
                new InsiderWatch(this, this),
                authenticators,
                notices),
            this,
            new Randomness(this));
    link = access.firstLink(PORT).map(url -> url.substring(url.indexOf('=') + 1)).orElse("none");
  }

  void pass(Duration time) {
    passed = passed.plus(time);
  }

  JsonNode call(String path, Map<String, ?> body) {
    return tree(answer(path, JSON.writeValueAsString(body), ""));
  }

  JsonNode call(String path, Map<String, ?> body, String cookie) {
    return tree(answer(path, JSON.writeValueAsString(body), cookie));
  }

  OperatorResponse answer(String path, String body, String cookie) {
    CeremonyRoute route =
        access.ceremonies().stream().filter(it -> it.path().equals(path)).findFirst().orElseThrow();
    return route
        .handler()
        .handle(
            new CeremonyRequest(
                PORT,
                address,
                proven,
                Map.of("cookie", cookie, "user-agent", "a browser"),
                body.getBytes(StandardCharsets.UTF_8)));
  }

  /** The challenge of a ceremony that begins. */
  String beginRegistration() {
    return call("/registration/begin", Map.of("link", link, "operator", "ada"))
        .path("challenge")
        .asString();
  }

  String beginLogin() {
    return call("/login/begin", Map.of()).path("challenge").asString();
  }

  String userHandle(String challenge) {
    return new Challenge(
            Purpose.REGISTRATION, "ada", java.util.Base64.getUrlDecoder().decode(challenge))
        .userHandle();
  }

  void finishRegistration(String challenge, byte[] attestationObject, byte[] clientData) {
    var unused =
        call(
            "/registration/finish",
            Map.of(
                "challenge", challenge,
                "link", link,
                "response",
                    Map.of(
                        "attestationObject", SoftwareAuthenticator.base64(attestationObject),
                        "clientDataJSON", SoftwareAuthenticator.base64(clientData))));
  }

  /** Registers, and returns the user handle. */
  String register(SoftwareAuthenticator key) {
    String challenge = beginRegistration();
    finishRegistration(
        challenge, key.attestationObject(), key.clientData("webauthn.create", challenge));
    return userHandle(challenge);
  }

  /** Logs in by an assertion over {@code challenge}; returns the cookie. */
  String login(SoftwareAuthenticator key, String user, String challenge, String cookie) {
    return login(key, user, challenge, key.clientData("webauthn.get", challenge), cookie);
  }

  String login(
      SoftwareAuthenticator key, String user, String challenge, byte[] data, String cookie) {
    String body = assertion(key, user, challenge, data);
    String given = answer("/login/finish", body, cookie).headers().get("set-cookie");
    return given.substring(0, given.indexOf(';'));
  }

  /** An answer of {@code key} over a challenge, with further members beside it. */
  static Map<String, Object> signed(
      SoftwareAuthenticator key, String challenge, Map<String, Object> more) {
    key.counter++;
    byte[] data = key.clientData("webauthn.get", challenge);
    JsonNode tree = JSON.readTree(assertion(key, "", challenge, data));
    Map<String, Object> all = new java.util.HashMap<>(more);
    tree.properties().forEach(each -> all.put(each.getKey(), each.getValue()));
    return all;
  }

  private static String assertion(
      SoftwareAuthenticator key, String user, String challenge, byte[] data) {
    byte[] authenticatorData = key.authenticatorData(false);
    return JSON.writeValueAsString(
        Map.of(
            "challenge", challenge,
            "id", SoftwareAuthenticator.base64(key.id),
            "response",
                Map.of(
                    "authenticatorData", SoftwareAuthenticator.base64(authenticatorData),
                    "clientDataJSON", SoftwareAuthenticator.base64(data),
                    "signature", SoftwareAuthenticator.base64(key.sign(authenticatorData, data)),
                    "userHandle", user)));
  }

  /** Logs in afresh. */
  String login(SoftwareAuthenticator key, String user) {
    key.counter++;
    return login(key, user, beginLogin(), "");
  }

  Subject who(boolean bootstrap, String cookie) {
    return access.authenticate(new Presented(bootstrap, cookie, "", Optional.empty())).operator();
  }

  /** Whoever has this cookie, in its session. */
  Caller caller(String cookie) {
    return access.authenticate(new Presented(false, cookie, "", Optional.empty()));
  }

  /** The challenge over the registration of {@code next}, which is offered. */
  String offer(SoftwareAuthenticator next, String cookie) {
    String challenge = tree(answer("/passkey/begin", "{}", cookie)).path("challenge").asString();
    return offer(next, cookie, challenge);
  }

  String offer(SoftwareAuthenticator next, String cookie, String challenge) {
    String body =
        JSON.writeValueAsString(
            Map.of(
                "challenge",
                challenge,
                "response",
                Map.of(
                    "attestationObject", SoftwareAuthenticator.base64(next.attestationObject()),
                    "clientDataJSON",
                        SoftwareAuthenticator.base64(
                            next.clientData("webauthn.create", challenge)))));
    return tree(answer("/passkey/offer", body, cookie)).path("challenge").asString();
  }

  /** {@code key} signs for what was offered. */
  void vouch(SoftwareAuthenticator key, String challenge, String cookie) {
    key.counter++;
    byte[] data = key.clientData("webauthn.get", challenge);
    var unused = answer("/passkey/finish", assertion(key, "", challenge, data), cookie);
  }

  /** What a route of an operator answers. */
  OperatorResponse ask(String method, String path, String cookie) {
    return ask(method, path, Map.of(), cookie);
  }

  /** What a route of an operator answers to a body. */
  OperatorResponse ask(String method, String path, Map<String, ?> body, String cookie) {
    return ask(Caller.inPerson(who(false, cookie)), method, path, body, cookie);
  }

  /** What a route of an operator answers to a program that presents this API token. */
  OperatorResponse askBy(String token, String method, String path) {
    return ask(by(token), method, path, Map.of(), "");
  }

  /** Whom this API token lets in. */
  Caller by(String token) {
    return access.authenticate(new Presented(false, "", "Bearer " + token, proven));
  }

  private OperatorResponse ask(
      Caller caller, String method, String path, Map<String, ?> body, String cookie) {
    Routes.Builder<OperatorRoute> routes = new Routes.Builder<>();
    access.routes().forEach(route -> routes.add(route.method(), route.path(), route));
    Routes.Match<OperatorRoute> match = routes.build().find(method, path);
    return match
        .route()
        .handler()
        .handle(
            new OperatorRequest(
                caller,
                Scope.EVERYWHERE,
                DevicePlaces.UNKNOWN,
                9443,
                match.variables(),
                Map.of(),
                Map.of("cookie", cookie),
                JSON.writeValueAsBytes(body)));
  }

  /** Asks for a change of an operator; the challenge that is to be signed for it. */
  String askChange(Map<String, ?> change, String cookie) {
    return tree(ask("POST", "/operators/changes", change, cookie)).path("challenge").asString();
  }

  /** Makes a change of an operator by a signature of {@code key}. */
  JsonNode change(Map<String, ?> change, SoftwareAuthenticator key, String cookie) {
    return sign(askChange(change, cookie), key, cookie);
  }

  /** Signs for what was asked. */
  JsonNode sign(String challenge, SoftwareAuthenticator key, String cookie) {
    return sign("/operators/changes/" + challenge, challenge, key, cookie);
  }

  /** Signs for what was asked of oneself. */
  JsonNode signOwn(String challenge, SoftwareAuthenticator key, String cookie) {
    return sign("/operators/me/changes/" + challenge, challenge, key, cookie);
  }

  private JsonNode sign(String path, String challenge, SoftwareAuthenticator key, String cookie) {
    key.counter++;
    byte[] data = key.clientData("webauthn.get", challenge);
    Map<?, ?> body = JSON.readValue(assertion(key, "", challenge, data), Map.class);
    return tree(
        ask("POST", path, Map.of("id", body.get("id"), "response", body.get("response")), cookie));
  }

  /** Registers a passkey by the link of an invitation. */
  JsonNode follow(String secret, SoftwareAuthenticator next) {
    JsonNode options = call("/invitation/begin", Map.of("link", secret));
    return finishInvitation(secret, options.path("challenge").asString(), next);
  }

  JsonNode finishInvitation(String secret, String challenge, SoftwareAuthenticator next) {
    return call(
        "/invitation/finish",
        Map.of(
            "link", secret,
            "challenge", challenge,
            "response",
                Map.of(
                    "attestationObject", SoftwareAuthenticator.base64(next.attestationObject()),
                    "clientDataJSON",
                        SoftwareAuthenticator.base64(
                            next.clientData("webauthn.create", challenge)))));
  }

  static JsonNode tree(OperatorResponse answer) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    try {
      answer.body().writeTo(out);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return JSON.readTree(out.toByteArray());
  }

  @Override
  public Receipt append(EntryType type, Subject subject, byte[] content) {
    Receipt receipt = new Receipt(Digest.of(content));
    log.add(new ListedOpenings.Item(type, receipt, content));
    return receipt;
  }

  @Override
  public Receipt appendSoon(EntryType type, Subject subject, byte[] content) {
    return append(type, subject, content);
  }

  @Override
  public Receipt appendWithTransaction(EntryType type, Subject subject, byte[] content) {
    return append(type, subject, content);
  }

  @Override
  public byte[] attest(String purpose, byte[] statement) {
    return ListedOpenings.attest(purpose, statement);
  }

  @Override
  public OptionalLong index(Receipt receipt) {
    return OptionalLong.empty();
  }

  @Override
  public Openings openings() {
    return new ListedOpenings(List.copyOf(log), erased);
  }

  @Override
  public Instant now() {
    return Instant.parse("2026-11-26T08:00:00Z").plus(passed).plus(skew);
  }

  @Override
  public long nanos() {
    return passed.toNanos();
  }
}
