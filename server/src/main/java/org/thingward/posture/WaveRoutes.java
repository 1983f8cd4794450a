package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.RedTeam;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** Where operators see what the brake holds back, and let it go or call it off (rule T8). */
final class WaveRoutes {
  private static final int SMALL = 4_096;
  private static final int MOST_SHOWN = 1_000;

  private final Waves waves;
  private final WaveStore store;
  private final Ledger ledger;
  private final Consumer<Collection<Subject>> tellAgain;

  WaveRoutes(Waves waves, WaveStore store, Ledger ledger, Consumer<Collection<Subject>> tellAgain) {
    this.waves = waves;
    this.store = store;
    this.ledger = ledger;
    this.tellAgain = tellAgain;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute("GET", "/waves", Permission.VIEW, Reach.FLEET, "wave.list", 0, this::list)
            .forDrills(),
        new OperatorRoute(
            "GET", "/waves/{wave}", Permission.VIEW, Reach.FLEET, "wave.show", 0, this::show),
        new OperatorRoute(
            "POST",
            "/waves/{wave}/release",
            Permission.OPERATE,
            Reach.FLEET,
            "wave.release",
            SMALL,
            Operation.weighed(request ->
                Operation.Prepared.of(
                    Impact.of(Set.of(), waves.heldBy(request.variable("wave"))),
                    () -> release(request)))),
        new OperatorRoute(
                "POST",
                "/waves/{wave}/call-off",
                Permission.RELEASE,
                Reach.FLEET,
                "wave.call-off",
                SMALL,
                Operation.weighed(this::callOff))
            .forDrills(request -> isOfRedTeam(request.variable("wave"))));
  }

  private OperatorResponse list(OperatorRequest request) {
    List<String> items = new ArrayList<>();
    boolean all = request.caller().atMost().contains(Permission.VIEW);
    store.list(Page.limit(request.query())).stream()
        .filter(one -> all || isOfRedTeam(one.wave().id()))
        .forEach(one -> items.add(item(one)));
    return Page.of(items, "");
  }

  /** Whether it holds devices of the red team, and no other. */
  private boolean isOfRedTeam(String wave) {
    SortedSet<Subject> held = waves.heldBy(wave);
    return !held.isEmpty() && held.stream().allMatch(RedTeam::owns);
  }

  /** A wave as it stands; the number it holds is that of this moment. */
  private String item(WaveStore.Listed one) {
    Wave wave = waves.find(one.wave().id()).orElse(one.wave());
    String record = Page.item(wave.canonical(), one.receipt(), ledger.index(one.receipt()));
    return Page.with(record, "held", Integer.toString(waves.heldBy(wave.id()).size()));
  }

  private OperatorResponse show(OperatorRequest request) {
    return OperatorResponse.json(shown(request.variable("wave")));
  }

  private String shown(String id) {
    WaveStore.Listed listed = store.find(id).orElseThrow(() -> unknown(id));
    SortedSet<Subject> held = waves.heldBy(id);
    List<String> names = held.stream().limit(MOST_SHOWN).map(Subject::toString).toList();
    String json = new String(CanonicalJson.encode(names), StandardCharsets.UTF_8);
    return Page.with(item(listed), "devices", json);
  }

  private OperatorResponse release(OperatorRequest request) {
    String id = request.variable("wave");
    tellAgain.accept(waves.release(id, request.operator(), reason(request)));
    return OperatorResponse.json(shown(id));
  }

  /** Whom a wave holds go on as they are; whom it holds by then besides nobody weighed. */
  private Operation.Prepared callOff(OperatorRequest request) {
    String id = request.variable("wave");
    SortedSet<Subject> held = waves.heldBy(id);
    return Operation.Prepared.of(
        Impact.of(held, Set.of()),
        () -> {
          waves.callOff(id, held, request.operator(), reason(request));
          return OperatorResponse.json(shown(id));
        });
  }

  private static String reason(OperatorRequest request) {
    JsonNode body = Bodies.object(request.body());
    Bodies.only(body, "reason");
    return Bodies.sentence(body, "reason");
  }

  static Problem unknown(String id) {
    return new Problem(404, "unknown-wave", "There is no such wave; GET /waves lists them.");
  }

  static Problem conflict(Wave wave) {
    return new Problem(
        409,
        "wave-decided",
        "Wave %s is decided already: %s at %s."
            .formatted(wave.id(), wave.state().word(), wave.at()));
  }
}
