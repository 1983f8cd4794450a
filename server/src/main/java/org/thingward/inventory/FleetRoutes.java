package org.thingward.inventory;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;
import org.thingward.trust.Posture;
import tools.jackson.core.JsonGenerator;

/** The search of the fleet, and its tiers over time, as operators ask for them. */
final class FleetRoutes {
  private static final List<String> ORDERS = List.of("id", "tier", "firmware");

  private final Fleet fleet;
  private final Supplier<LocalDate> today;

  FleetRoutes(Fleet fleet, Supplier<LocalDate> today) {
    this.fleet = fleet;
    this.today = today;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/fleet", Permission.VIEW, Reach.FILTERED, "fleet.search", 0, this::search),
        new OperatorRoute(
            "GET",
            "/fleet/history",
            Permission.VIEW,
            Reach.FILTERED,
            "fleet.history",
            0,
            this::history));
  }

  private OperatorResponse history(OperatorRequest request) {
    Query asked = Query.of(request.query(), "query", "over");
    FleetQuery query = FleetQueryReader.read(asked.text("query"), today.get());
    String over = asked.oneOf("over", TierHistory.Span.WORDS);
    TierHistory.Span span = TierHistory.Span.valueOf(over.toUpperCase(Locale.ROOT));
    List<TierHistory.Count> counts = fleet.history(query, request.scope(), span);
    return OperatorResponse.json(
        JsonText.of(json -> {
          json.writeStartObject();
          json.writeStringProperty("over", over);
          json.writeArrayPropertyStart("items");
          counts.forEach(count -> write(json, count));
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  private static void write(JsonGenerator json, TierHistory.Count count) {
    json.writeStartObject();
    json.writeStringProperty("at", count.at().toString());
    count.devices().forEach((tier, devices) -> json.writeNumberProperty(tier.word(), devices));
    json.writeEndObject();
  }

  private OperatorResponse search(OperatorRequest request) {
    Query asked = Query.of(request.query(), "query", "order", "skip", "limit");
    FleetQuery query = FleetQueryReader.read(asked.text("query"), today.get());
    String order = asked.oneOf("order", ORDERS);
    Fleet.Order by = Fleet.Order.valueOf(order.toUpperCase(Locale.ROOT));
    Fleet.Found found = fleet.search(query, request.scope(), by, asked.skip(), asked.limit());
    return OperatorResponse.json(JsonText.of(json -> write(json, found)));
  }

  private static void write(JsonGenerator json, Fleet.Found found) {
    json.writeStartObject();
    json.writeNumberProperty("found", found.found());
    json.writeNumberProperty("of", found.of());
    json.writeArrayPropertyStart("items");
    found.rows().forEach(row -> write(json, row, found.known()));
    json.writeEndArray();
    json.writeObjectPropertyStart("facets");
    found.facets().forEach((field, values) -> facet(json, field, values));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void facet(
      JsonGenerator json, FleetField field, SortedMap<String, Integer> values) {
    json.writeObjectPropertyStart(field.word());
    values.forEach(json::writeNumberProperty);
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, FleetRow row, Catalogue known) {
    json.writeStartObject();
    json.writeStringProperty("id", row.id());
    row.device().ifPresent(device -> JsonText.membersButId(json, device));
    row.traits()
        .running(known)
        .ifPresent(release -> json.writeStringProperty("released", release.released().toString()));
    json.writeNumberProperty("tier", row.traits().tier().value());
    json.writeStringProperty("assurance", row.traits().assurance().name());
    row.posture().ifPresent(posture -> write(json, posture));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Posture posture) {
    json.writeObjectPropertyStart("vector");
    posture.vector().numbers().forEach(json::writeNumberProperty);
    json.writeEndObject();
    if (!posture.reasons().isEmpty()) {
      json.writeStringProperty("reason", posture.reasons().getFirst().text());
    }
    json.writeStringProperty("at", posture.at().toString());
  }
}
