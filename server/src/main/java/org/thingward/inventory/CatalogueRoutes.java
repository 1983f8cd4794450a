package org.thingward.inventory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.platform.RedTeam;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;

/** What an operator can ask and change about products and releases. */
final class CatalogueRoutes {
  private static final int BODY = 16 * 1_024;

  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final Changes changes;

  CatalogueRoutes(InventoryStore devices, CatalogueStore catalogue, Changes changes) {
    this.devices = devices;
    this.catalogue = catalogue;
    this.changes = changes;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/products", Permission.VIEW, Reach.FILTERED, "product.list", 0, this::products),
        new OperatorRoute(
                "PUT",
                "/products/{name}",
                Permission.OPERATE,
                Reach.FILTERED,
                "product.change",
                BODY,
                Operation.weighed(
                    request -> changes.prepare(changingProduct(request), done -> product(request))))
            .forDrills(RedTeam.in("name")),
        new OperatorRoute(
            "GET", "/releases", Permission.VIEW, Reach.FILTERED, "release.list", 0, this::releases),
        new OperatorRoute(
                "PUT",
                "/releases/{product}/{version}",
                Permission.OPERATE,
                Reach.FILTERED,
                "release.change",
                BODY,
                Operation.weighed(
                    request -> changes.prepare(changingRelease(request), done -> release(request))))
            .forDrills(RedTeam.in("product")));
  }

  private OperatorResponse products(OperatorRequest request) {
    Query.of(request.query());
    return OperatorResponse.json(
        JsonText.of(json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("items");
          catalogue.products().stream()
              .filter(product -> request.scope().reachesProduct(product.name()))
              .forEach(product -> JsonText.product(json, product));
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  private OperatorResponse releases(OperatorRequest request) {
    String product = Query.of(request.query(), "product").text("product");
    return OperatorResponse.json(
        JsonText.of(json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("items");
          catalogue.releases().stream()
              .filter(release -> request.sees(release.subject()))
              .filter(release -> product.isEmpty() || release.product().equals(product))
              .forEach(release -> JsonText.release(json, release));
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  private OperatorResponse product(OperatorRequest request) {
    Product product = catalogue.read().product(request.variable("name")).orElseThrow();
    return OperatorResponse.json(JsonText.of(json -> JsonText.product(json, product)));
  }

  private Supplier<ImportPlan> changingProduct(OperatorRequest request) {
    Row row = row(request, List.of("maker"), Map.of("name", request.variable("name")));
    return planning(Rows.ofJson(List.of(row), List.of(), List.of()), request.scope());
  }

  private Supplier<ImportPlan> changingRelease(OperatorRequest request) {
    Row row =
        row(
            request,
            List.of("released", "support-ends"),
            Map.of("product", request.variable("product"), "version", request.variable("version")));
    return planning(Rows.ofJson(List.of(), List.of(row), List.of()), request.scope());
  }

  private OperatorResponse release(OperatorRequest request) {
    String product = request.variable("product");
    String version = request.variable("version");
    Release release = catalogue.read().release(product, version).orElseThrow();
    return OperatorResponse.json(JsonText.of(json -> JsonText.release(json, release)));
  }

  /** The row that the body's members and the path's variables make together. */
  private static Row row(
      OperatorRequest request, List<String> members, Map<String, String> variables) {
    Query.of(request.query());
    RowErrors errors = new RowErrors();
    Row body = JsonRows.object(request.body(), members, errors);
    errors.refuseIfAny();
    Map<String, String> cells = new HashMap<>(body.cells());
    cells.putAll(variables);
    return new Row(body.number(), cells);
  }

  private Supplier<ImportPlan> planning(Rows rows, Scope scope) {
    RowErrors errors = new RowErrors();
    RowCheck check = new RowCheck(changes.today(), scope, errors);
    return () -> ImportPlan.of(rows, devices, catalogue.read(), changes.onRecord(), check, errors);
  }
}
