package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.thingward.platform.FilteredPage;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.RedTeam;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Foresight;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.verify.policy.Durations;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Enrolment tokens in the operator API. */
final class TokenRoutes {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_BODY = 4096;
  private static final List<String> MEMBERS =
      List.of("device", "service", "profile", "names", "ttl", "acme", "cmp");

  private final Tokens tokens;
  private final List<String> ownNames;
  private final Authority authority;
  private final Foresight foresight;
  private final Time time;

  TokenRoutes(
      Tokens tokens, List<String> ownNames, Authority authority, Foresight foresight, Time time) {
    this.tokens = tokens;
    this.ownNames = ownNames;
    this.authority = authority;
    this.foresight = foresight;
    this.time = time;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
                "POST",
                "/tokens",
                Permission.OPERATE,
                Reach.FILTERED,
                "token.create",
                MAX_BODY,
                Operation.weighed(this::creating))
            .forDrills(RedTeam::asksForToken),
        new OperatorRoute(
            "GET", "/tokens", Permission.VIEW, Reach.FILTERED, "token.list", 0, this::list),
        new OperatorRoute(
            "DELETE",
            "/tokens/{id}",
            Permission.OPERATE,
            Reach.FILTERED,
            "token.withdraw",
            0,
            Operation.unweighed(
                "It only takes away: nobody enrols by that token any more.", this::withdraw)));
  }

  /**
   * A token by which a device that is held comes back under a new key releases it (rule I3). It is
   * as of its weighing: a device that falls meanwhile falls after it, and the token is void.
   */
  private Operation.Prepared creating(OperatorRequest request) {
    JsonNode body = object(request.body(), MEMBERS);
    Optional<Duration> life = text(body, "ttl").map(TokenRoutes::life);
    Subject subject = subject(body);
    request.requireMayTouch(subject);
    Profile profile = profile(body, subject);
    boolean acme = acme(body, profile);
    boolean cmp = flag(body, "cmp");
    Tokens.Asked asked =
        new Tokens.Asked(subject, profile, names(body, profile), life, acme || cmp);
    Instant at = time.now();
    Impact enrolled = foresight.of(Statements.ofNewLine(subject, AssuranceLevel.L3, at));
    Impact impact =
        enrolled.released().contains(subject)
            ? new Impact(
                new TreeSet<>(Set.of(subject)),
                new TreeSet<>(Set.of(subject)),
                new TreeSet<>(),
                false,
                enrolled.notes())
            : Impact.NOTHING;
    return Operation.Prepared.of(
        impact, () -> create(tokens.make(asked, request.operator(), at), acme, cmp));
  }

  private OperatorResponse create(Tokens.Made made, boolean acme, boolean cmp) {
    Map<String, Object> tree = tree(made.record());
    tree.put("token", made.secret().reveal());
    tree.put("authority", authority.fingerprint().toString());
    if (cmp) {
      tree.put("cmp-reference", made.record().id().toString());
      tree.put("cmp-secret", made.macSecret().orElseThrow().reveal());
    }
    if (acme) {
      String key = AcmeBinding.key(made.macSecret().orElseThrow());
      tree.put("acme", Map.of("kid", made.record().id().toString(), "hmac-key", key));
    }
    return OperatorResponse.json(201, JSON.writeValueAsString(tree));
  }

  private OperatorResponse list(OperatorRequest request) {
    int limit = FilteredPage.limit(request.query());
    Optional<UUID> after = Optional.ofNullable(request.query().get("cursor")).map(TokenRoutes::id);
    List<TokenRecord> page = tokens.page(after, limit, token -> request.sees(token.subject()));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("items", page.stream().map(this::tree).toList());
    if (page.size() == limit) {
      tree.put("next", page.getLast().id().toString());
    }
    return OperatorResponse.json(JSON.writeValueAsString(tree));
  }

  private OperatorResponse withdraw(OperatorRequest request) {
    tokens.withdraw(id(request.variable("id")), request::mayTouch);
    return OperatorResponse.nothing();
  }

  private Map<String, Object> tree(TokenRecord token) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", token.id().toString());
    tree.put("subject", token.subject().toString());
    tree.put("profile", token.profile().word());
    if (!token.names().isEmpty()) {
      tree.put("names", token.names());
    }
    if (token.derived()) {
      tree.put("derived", true);
    }
    tree.put("status", token.status(time.now()));
    tree.put("made", token.made().toString());
    tree.put("made-by", token.madeBy());
    tree.put("ends", token.ends().toString());
    return tree;
  }

  private static Subject subject(JsonNode body) {
    Optional<String> device = text(body, "device");
    Optional<String> service = text(body, "service");
    if (device.isPresent() == service.isPresent()) {
      throw new Problem(400, "token-subject", "Give either \"device\" or \"service\", a name.");
    }
    SubjectKind kind = device.isPresent() ? SubjectKind.DEVICE : SubjectKind.SERVICE;
    Subject subject = subject(kind, device.or(() -> service).orElseThrow());
    if (subject.equals(ServerCertificates.SERVER)) {
      throw new Problem(400, "token-subject", "The name thingward is this server's own.");
    }
    return subject;
  }

  private static Profile profile(JsonNode body, Subject subject) {
    Optional<String> asked = text(body, "profile");
    Profile profile = asked.map(TokenRoutes::profile).orElseGet(() -> Profile.usual(subject));
    if (!profile.suits(subject)) {
      throw new Problem(
          400,
          "profile",
          "A %s has no certificate of profile %s."
              .formatted(subject.kind().word(), profile.word()));
    }
    return profile;
  }

  private static Profile profile(String word) {
    return Profile.ofWord(word)
        .orElseThrow(() ->
            new Problem(
                400, "profile", "A token's profile is device, commissioning, service or server."));
  }

  private List<String> names(JsonNode body, Profile profile) {
    JsonNode given = body.path("names");
    if (profile != Profile.SERVER && given.isMissingNode()) {
      return List.of();
    }
    if (profile != Profile.SERVER || !given.isArray()) {
      throw new Problem(
          400, "names", "\"names\" are the DNS names of a token of profile server, in a list.");
    }
    List<String> texts = new ArrayList<>();
    given.forEach(name -> texts.add(name.asString("")));
    return ServerNames.read(texts, ownNames);
  }

  /** Whether an account over ACME may be bound to it; a server's token is for nothing else. */
  private static boolean acme(JsonNode body, Profile profile) {
    boolean asked = flag(body, "acme");
    if (asked && profile == Profile.SERVICE) {
      throw new Problem(
          400, "profile", "ACME gives no certificates of profile service; EST and CMP do.");
    }
    return asked || profile == Profile.SERVER;
  }

  static Subject subject(SubjectKind kind, String name) {
    try {
      return new Subject(kind, name);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "name", e.getMessage() + ".");
    }
  }

  static Duration life(String text) {
    try {
      Duration life = Durations.parse(text);
      if (life.isPositive()) {
        return life;
      }
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "duration", "\"ttl\": " + e.getMessage() + ".");
    }
    throw new Problem(400, "duration", "\"ttl\": a token lives for some time, e.g. 24h.");
  }

  /**
   * A body that is an object of these members at most.
   *
   * @throws Problem 400 if it is none
   */
  static JsonNode object(byte[] body, List<String> members) {
    try {
      JsonNode tree = JSON.readTree(body);
      if (tree.isObject()) {
        tree.propertyNames().forEach(member -> requireKnown(member, members));
        return tree;
      }
    } catch (JacksonException e) {
      throw new Problem(400, "json", "The body is no JSON: " + e.getOriginalMessage() + ".");
    }
    throw new Problem(400, "json", "The body must be a JSON object.");
  }

  private static void requireKnown(String member, List<String> members) {
    if (!members.contains(member)) {
      String shown = member.substring(0, Math.min(40, member.length()));
      throw new Problem(
          400, "member", "A token has no member '" + shown + "'; it has " + members + ".");
    }
  }

  static Optional<String> text(JsonNode body, String member) {
    JsonNode value = body.path(member);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw new Problem(400, "member", "\"" + member + "\" must be a text.");
    }
    return Optional.of(value.asString());
  }

  static boolean flag(JsonNode body, String member) {
    JsonNode value = body.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new Problem(400, "member", "\"" + member + "\" must be true or false.");
    }
    return value.asBoolean(false);
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "id", "A token's id is a UUID.");
    }
  }
}
