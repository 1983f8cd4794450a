package org.thingward.inventory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.RedTeam;
import org.thingward.platform.Stakes;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;

/** What an operator can ask and change about single devices. */
final class DeviceRoutes {
  private static final int BODY = 16 * 1_024;
  private static final List<String> WITHOUT_ID =
      Columns.DEVICE_MEMBERS.subList(1, Columns.DEVICE_MEMBERS.size());

  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final Changes changes;

  DeviceRoutes(InventoryStore devices, CatalogueStore catalogue, Changes changes) {
    this.devices = devices;
    this.catalogue = catalogue;
    this.changes = changes;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/devices", Permission.VIEW, Reach.FILTERED, "device.list", 0, this::list),
        new OperatorRoute(
                "POST",
                "/devices",
                Permission.OPERATE,
                Reach.FILTERED,
                "device.add",
                BODY,
                Operation.weighed(request -> changes.prepare(adding(request), this::added)))
            .forDrills(RedTeam::registersDevice),
        new OperatorRoute(
            "GET", "/devices/{id}", Permission.VIEW, Reach.DEVICE, "device.show", 0, this::show),
        new OperatorRoute(
            "PUT",
            "/devices/{id}",
            Permission.OPERATE,
            Reach.DEVICE,
            "device.change",
            BODY,
            Operation.weighed(request -> changes.prepare(changing(request), answering(request)))),
        new OperatorRoute(
            "POST",
            "/devices/{id}/reinstate",
            Permission.RELEASE,
            Reach.DEVICE,
            "device.reinstate",
            0,
            Operation.weighed(request ->
                changes
                    .prepare(reinstating(request), answering(request))
                    .about(Stakes.Matter.RELEASE))));
  }

  private OperatorResponse list(OperatorRequest request) {
    Query query = Query.withFilter(request.query(), "cursor", "limit");
    int limit = query.limit();
    List<Device> found =
        devices.list(query.filter(changes.today(), request.scope()), query.after(), limit + 1);
    List<Device> page = found.subList(0, Math.min(limit, found.size()));
    Catalogue known = catalogue.read();
    return OperatorResponse.json(
        JsonText.of(json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("items");
          page.forEach(device -> JsonText.device(json, device, known, changes.today()));
          json.writeEndArray();
          if (found.size() > limit) {
            json.writeStringProperty("next", Query.cursor(page.getLast().id()));
          }
          json.writeEndObject();
        }));
  }

  private OperatorResponse show(OperatorRequest request) {
    Query.of(request.query());
    return answer(200, find(request.variable("id")));
  }

  private Device find(String id) {
    return Optional.of(id)
        .filter(CellCheck::isName)
        .flatMap(devices::find)
        .orElseThrow(() -> unknown(id));
  }

  private Function<ImportPlan, OperatorResponse> answering(OperatorRequest request) {
    return done -> answer(200, find(request.variable("id")));
  }

  private OperatorResponse added(ImportPlan done) {
    String id = done.changes().getFirst().device();
    return new OperatorResponse(
        201,
        Map.of("content-type", "application/json", "location", "/api/v1/devices/" + id),
        answer(201, find(id)).body());
  }

  private Supplier<ImportPlan> adding(OperatorRequest request) {
    Query.of(request.query());
    RowErrors errors = new RowErrors();
    Row row = JsonRows.object(request.body(), Columns.DEVICE_MEMBERS, errors);
    return planning(row, request.scope(), errors, DeviceRoutes::requireNew);
  }

  private static void requireNew(DeviceChange change) {
    if (!change.isNew()) {
      throw new Problem(
          409,
          "device-exists",
          "Device '%s' is already registered. To change its record, import it again with the new values."
              .formatted(change.device()));
    }
  }

  private Supplier<ImportPlan> changing(OperatorRequest request) {
    Query.of(request.query());
    String id = request.variable("id");
    RowErrors errors = new RowErrors();
    Row body = JsonRows.object(request.body(), WITHOUT_ID, errors);
    Map<String, String> cells = new HashMap<>(body.cells());
    cells.put("id", id);
    cells.putIfAbsent("lifecycle", "");
    Row row = new Row(body.number(), cells, body.sound());
    return planning(row, request.scope(), errors, DeviceRoutes::requireKnown);
  }

  private static void requireKnown(DeviceChange change) {
    if (change.isNew()) {
      throw unknown(change.device());
    }
  }

  /** Plans the change of the one device in {@code row}. */
  private Supplier<ImportPlan> planning(
      Row row, Scope scope, RowErrors errors, Consumer<DeviceChange> precondition) {
    errors.refuseIfAny();
    RowCheck check = new RowCheck(changes.today(), scope, errors);
    return () -> {
      Rows rows = Rows.ofJson(List.of(), List.of(), List.of(row));
      ImportPlan plan =
          ImportPlan.of(rows, devices, catalogue.read(), changes.onRecord(), check, errors);
      precondition.accept(plan.changes().getFirst());
      return plan;
    };
  }

  private Supplier<ImportPlan> reinstating(OperatorRequest request) {
    Query.of(request.query());
    String id = request.variable("id");
    return () -> {
      Device former = find(id);
      if (former.lifecycle() != Lifecycle.RETIRED) {
        throw new Problem(409, "device-not-retired", "Device '" + id + "' is not retired.");
      }
      if (!changes.onRecord().counts(former)) {
        throw new Problem(
            409,
            "record-changed",
            "The record of device '%s' in the database is not the one on record. Give it again: PUT /devices/%s."
                .formatted(id, id));
      }
      Device next =
          new Device(
              id,
              former.product(),
              former.release(),
              former.owner(),
              former.region(),
              Lifecycle.ACTIVE);
      return new ImportPlan(List.of(), List.of(), List.of(next), List.of());
    };
  }

  private OperatorResponse answer(int status, Device device) {
    Catalogue known = catalogue.read();
    return OperatorResponse.json(
        status, JsonText.of(json -> JsonText.device(json, device, known, changes.today())));
  }

  private static Problem unknown(String id) {
    return new Problem(
        404, "device-unknown", "No device '" + CellCheck.brief(id) + "' is registered.");
  }
}
