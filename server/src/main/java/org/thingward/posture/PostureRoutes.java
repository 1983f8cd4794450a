package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.RedTeam;
import org.thingward.platform.Stakes;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Foresight;
import org.thingward.trust.Permission;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;
import tools.jackson.databind.JsonNode;

/** What operators see of postures and evidence, and the evidence they state themselves. */
final class PostureRoutes {
  static final String SOURCE = "operator";
  static final String ORDER_CLAIM = "order";
  private static final String ORDER = "operator.order";
  private static final int SMALL = 16 * 1024;

  private final Postures postures;
  private final PostureStore store;
  private final Standings standings;
  private final Ledger ledger;
  private final Time time;
  private final EvidenceSink sink;
  private final Foresight foreseen;

  PostureRoutes(
      Postures postures,
      PostureStore store,
      Standings standings,
      Ledger ledger,
      Time time,
      Foresight foreseen) {
    this.postures = postures;
    this.store = store;
    this.standings = standings;
    this.ledger = ledger;
    this.time = time;
    this.foreseen = foreseen;
    this.sink = postures.sinkFor(SOURCE);
  }

  List<OperatorRoute> routes() {
    return List.of(
        view("/postures", "posture.list", this::list),
        view("/postures/{subject}", "posture.show", this::show)
            .forDrills(request -> RedTeam.ownsSubject(request.variable("subject"))),
        view("/evidence", "evidence.list", this::evidence),
        new OperatorRoute(
            "POST",
            "/evidence",
            Permission.OPERATE,
            Reach.FILTERED,
            "evidence.send",
            SMALL,
            Operation.weighed(request -> prepared(Set.of(), sent(request)))),
        order("quarantine", Permission.OPERATE, Set.of())
            .forDrills(RedTeam.in(OperatorRoute.DEVICE)),
        order("revoke", Permission.OPERATE, Set.of()).forDrills(RedTeam.in(OperatorRoute.DEVICE)),
        order("release", Permission.RELEASE, Set.of(Stakes.Matter.RELEASE)));
  }

  private static OperatorRoute view(String path, String verb, OperatorRoute.Handler handler) {
    return new OperatorRoute("GET", path, Permission.VIEW, Reach.FILTERED, verb, 0, handler);
  }

  private OperatorRoute order(String order, Permission permission, Set<Stakes.Matter> matters) {
    String path = "/devices/{id}/" + order;
    return new OperatorRoute(
        "POST",
        path,
        permission,
        Reach.DEVICE,
        "device." + order,
        SMALL,
        Operation.weighed(request -> prepared(matters, ordered(request, order))));
  }

  /**
   * What is stated is as of its weighing: what speaks against the subject and came meanwhile is
   * newer, and is not ended by it (rule T4).
   */
  private Operation.Prepared prepared(Set<Stakes.Matter> matters, Evidence evidence) {
    return new Operation.Prepared(
        new Stakes.Stake(matters, foreseen.of(List.of(evidence))), () -> stated(evidence));
  }

  private OperatorResponse show(OperatorRequest request) {
    Subject subject = Bodies.subject(request.variable("subject"));
    request.requireSees(subject);
    Standing.Current current =
        standings
            .find(subject)
            .flatMap(Standing::current)
            .orElseThrow(() ->
                new Problem(
                    404, "unknown-subject", "Nothing was ever stated about " + subject + "."));
    return OperatorResponse.json(
        Page.with(recorded(current), "may", may(current.posture().tier())));
  }

  /** The posture, and where and since when it is on record, once it is. */
  private String recorded(Standing.Current current) {
    Posture posture = current.posture();
    String item = text(posture);
    Optional<Stored> stored = store.posture(current.recorded());
    if (stored.isPresent()) {
      Receipt receipt = stored.get().receipt();
      item = Page.item(item.getBytes(UTF_8), receipt, ledger.index(receipt));
    }
    Optional<Instant> since = store.tierSince(posture.subject(), posture.tier());
    return since.isPresent() ? Page.with(item, "since", "\"" + since.get() + "\"") : item;
  }

  /** Its form on record, and in any case the assurance, which goes without saying there. */
  private static String text(Posture posture) {
    String canonical = new String(posture.canonical(), UTF_8);
    return posture.assurance() == Posture.usual(posture.credentials(), posture.anyCredential())
        ? Page.with(canonical, "assurance", "\"" + posture.assurance() + "\"")
        : canonical;
  }

  /** Which requests the policy permits in this tier. */
  private String may(Tier tier) {
    Set<RequestKind> permitted = postures.policy().rightsOf(tier).may();
    return Arrays.stream(RequestKind.values())
        .map(kind -> "\"%s\":%b".formatted(kind.word(), permitted.contains(kind)))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private OperatorResponse list(OperatorRequest request) {
    String tier = request.query().getOrDefault("tier", "");
    Optional<Tier> wanted = tier.isEmpty() ? Optional.empty() : Optional.of(tier(tier));
    String cursor = request.query().getOrDefault("cursor", "");
    int limit = Page.limit(request.query());
    List<String> items = new ArrayList<>();
    String next = "";
    for (Standing standing : standings.appraised().stream().sorted().toList()) {
      Optional<Posture> posture =
          standing.posture().filter(now -> wanted.isEmpty() || wanted.get() == now.tier());
      if (posture.isPresent()
          && request.sees(standing.subject)
          && (cursor.isEmpty() || standing.subject.compareTo(Bodies.subject(cursor)) > 0)) {
        if (items.size() == limit) {
          return Page.of(items, next);
        }
        items.add(text(posture.get()));
        next = standing.subject.toString();
      }
    }
    return Page.of(items, "");
  }

  private static Tier tier(String word) {
    try {
      return Tier.ofWord(word);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-query", String.valueOf(e.getMessage()));
    }
  }

  private OperatorResponse evidence(OperatorRequest request) {
    Subject subject = Bodies.subject(request.query().getOrDefault("subject", ""));
    request.requireSees(subject);
    List<String> items = new ArrayList<>();
    for (Stored stored : store.evidenceAbout(subject, Page.limit(request.query()))) {
      Receipt receipt = stored.receipt();
      items.add(Page.evidence(stored.canonical(), receipt, ledger.index(receipt)));
    }
    return Page.of(items, "");
  }

  /** Evidence that an operator writes: {@code {"subject":…,"kind":…,"claims":{…}}}. */
  private Evidence sent(OperatorRequest request) {
    JsonNode body = Bodies.object(request.body());
    Bodies.only(body, "subject", "kind", "claims");
    Subject subject = Bodies.subject(Bodies.text(body, "subject"));
    request.requireMayTouch(subject);
    return evidence(
        subject,
        Bodies.text(body, "kind"),
        new TreeMap<>(Bodies.claims(body, postures.policy())),
        request);
  }

  private Evidence ordered(OperatorRequest request, String order) {
    Subject device = Bodies.subject(SubjectKind.DEVICE.word() + ":" + request.variable("id"));
    if (standings.find(device).isEmpty()) {
      throw new Problem(404, "unknown-device", "There is no " + device + ". Check the name.");
    }
    JsonNode body = Bodies.object(request.body());
    Bodies.only(body, "reason");
    TreeMap<String, ClaimValue> claims = new TreeMap<>();
    claims.put(ORDER_CLAIM, new ClaimValue.Word(order));
    claims.put("order.reason", new ClaimValue.Word(Bodies.sentence(body, "reason")));
    return evidence(device, ORDER, claims, request);
  }

  private Evidence evidence(
      Subject subject, String kind, TreeMap<String, ClaimValue> claims, OperatorRequest request) {
    if (claims.containsValue(new ClaimValue.Word("release")) && !isReleaseRoute(request)) {
      throw new Problem(
          403, "release-apart", "A release takes its own permission: POST /devices/{id}/release.");
    }
    try {
      return new Evidence(
          subject,
          kind,
          SOURCE,
          AssuranceLevel.L5,
          claims,
          time.now(),
          Evidence.NO_END,
          Digest.of(request.operator().toString().getBytes(UTF_8), request.body()));
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  private OperatorResponse stated(Evidence evidence) {
    try {
      Receipt receipt = sink.state(evidence);
      byte[] canonical = evidence.canonical();
      return OperatorResponse.json(201, Page.evidence(canonical, receipt, ledger.index(receipt)));
    } catch (EvidenceRefused | IllegalArgumentException e) {
      throw refused(e);
    }
  }

  private static Problem refused(RuntimeException e) {
    return new Problem(422, "evidence-refused", String.valueOf(e.getMessage()));
  }

  private static boolean isReleaseRoute(OperatorRequest request) {
    return request.variables().containsKey("id");
  }
}
