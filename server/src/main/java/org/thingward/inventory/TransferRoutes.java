package org.thingward.inventory;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;

/** Import and export of many records at once. */
final class TransferRoutes {
  /** The largest import, in bytes. */
  static final int LARGEST = 16 * 1_024 * 1_024;

  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final Changes changes;
  private final Export export;

  TransferRoutes(InventoryStore devices, CatalogueStore catalogue, Changes changes) {
    this.devices = devices;
    this.catalogue = catalogue;
    this.changes = changes;
    this.export = new Export(devices, catalogue);
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "POST",
            "/devices/import",
            Permission.OPERATE,
            Reach.FILTERED,
            "device.import",
            LARGEST,
            Operation.weighed(this::take)),
        new OperatorRoute(
            "GET",
            "/devices/export",
            Permission.VIEW,
            Reach.FILTERED,
            "device.export",
            0,
            this::give));
  }

  private Operation.Prepared take(OperatorRequest request) {
    boolean dryRun = isDryRun(request);
    Supplier<ImportPlan> planning = planning(request);
    List<String> regions = devices.regions(request.scope());
    Function<ImportPlan, OperatorResponse> answer = plan -> answer(request, plan, regions, dryRun);
    return dryRun
        ? Operation.Prepared.of(Impact.NOTHING, () -> answer.apply(changes.plan(planning)))
        : changes.prepare(planning, answer);
  }

  private OperatorResponse answer(
      OperatorRequest request, ImportPlan plan, List<String> regions, boolean dryRun) {
    Set<String> newRegions = plan.newRegions(regions);
    int unstated = devices.countUnstated(request.scope());
    return OperatorResponse.json(
        JsonText.of(json -> JsonText.plan(json, plan, dryRun, newRegions, unstated)));
  }

  private static boolean isDryRun(OperatorRequest request) {
    return Query.of(request.query(), "dry-run").flag("dry-run");
  }

  private Supplier<ImportPlan> planning(OperatorRequest request) {
    RowErrors errors = new RowErrors();
    Rows rows = rows(request, errors);
    RowCheck check = new RowCheck(changes.today(), request.scope(), errors);
    return () -> ImportPlan.of(rows, devices, catalogue.read(), changes.onRecord(), check, errors);
  }

  private static Rows rows(OperatorRequest request, RowErrors errors) {
    if (request.body().length > LARGEST) {
      throw new Problem(
          413, "too-large", "An import is at most 16 MiB. Split the file; nothing was changed.");
    }
    return switch (contentType(request)) {
      case "text/csv" -> Rows.ofCsv(CsvReader.read(request.body(), Columns.DEVICE, errors));
      case "application/json" -> JsonRows.document(request.body(), errors);
      default ->
          throw new Problem(
              415,
              "content-type",
              "Send text/csv or application/json and say so in Content-Type. Nothing was changed.");
    };
  }

  private static String contentType(OperatorRequest request) {
    String header = request.headers().getOrDefault("content-type", "");
    return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private OperatorResponse give(OperatorRequest request) {
    Query query = Query.withFilter(request.query(), "format");
    DeviceFilter filter = query.filter(changes.today(), request.scope());
    return switch (query.oneOf("format", List.of("csv", "json"))) {
      case "csv" ->
          new OperatorResponse(
              200,
              headers("text/csv; charset=utf-8; header=present", "devices.csv"),
              out -> export.csv(filter, out));
      default ->
          new OperatorResponse(
              200, headers("application/json", "inventory.json"), out -> export.json(filter, out));
    };
  }

  private static Map<String, String> headers(String contentType, String file) {
    return Map.of(
        "content-type",
        contentType,
        "content-disposition",
        "attachment; filename=\"" + file + "\"");
  }
}
