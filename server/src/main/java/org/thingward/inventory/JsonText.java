package org.thingward.inventory;

import java.io.OutputStream;
import java.io.StringWriter;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes the inventory's records as JSON. */
final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();
  private static final JsonFactory LEAVES_OPEN =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
  private static final int CHANGES_SHOWN = 1_000;

  private JsonText() {}

  /** The text of what {@code content} writes. */
  static String of(Consumer<JsonGenerator> content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      content.accept(json);
    }
    return text.toString();
  }

  /** A generator that writes to {@code out} and leaves it open. */
  static JsonGenerator to(OutputStream out) {
    return LEAVES_OPEN.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** The members that an import reads. */
  static void record(JsonGenerator json, Device device) {
    json.writeStartObject();
    members(json, device);
    json.writeEndObject();
  }

  private static void members(JsonGenerator json, Device device) {
    json.writeStringProperty("id", device.id());
    membersButId(json, device);
  }

  /** What a record says of its device. */
  static void membersButId(JsonGenerator json, Device device) {
    json.writeStringProperty("product", device.product());
    optional(json, "release", device.release());
    optional(json, "owner", device.owner());
    json.writeStringProperty("region", device.region());
    json.writeStringProperty("lifecycle", device.lifecycle().word());
  }

  /** The record, and how old its firmware is today. */
  static void device(JsonGenerator json, Device device, Catalogue catalogue, LocalDate today) {
    json.writeStartObject();
    members(json, device);
    catalogue
        .release(device.product(), device.release())
        .ifPresent(release -> firmware(json, release, catalogue, today));
    json.writeEndObject();
  }

  private static void firmware(
      JsonGenerator json, Release running, Catalogue catalogue, LocalDate today) {
    json.writeObjectPropertyStart("firmware");
    json.writeStringProperty("released", running.released().toString());
    json.writeNumberProperty("age-days", ChronoUnit.DAYS.between(running.released(), today));
    supportEnds(json, running);
    Optional<Release> newest = catalogue.newest(running.product());
    newest.ifPresent(release -> {
      json.writeStringProperty("newest", release.version());
      json.writeNumberProperty(
          "behind-days", ChronoUnit.DAYS.between(running.released(), release.released()));
    });
    json.writeEndObject();
  }

  static void product(JsonGenerator json, Product product) {
    json.writeStartObject();
    json.writeStringProperty("name", product.name());
    optional(json, "maker", product.maker());
    json.writeEndObject();
  }

  static void release(JsonGenerator json, Release release) {
    json.writeStartObject();
    json.writeStringProperty("product", release.product());
    json.writeStringProperty("version", release.version());
    json.writeStringProperty("released", release.released().toString());
    supportEnds(json, release);
    json.writeEndObject();
  }

  private static void supportEnds(JsonGenerator json, Release release) {
    if (release.supportEnds() != null) {
      json.writeStringProperty("support-ends", release.supportEnds().toString());
    }
  }

  /**
   * What an import did or would do, of the changes the first {@value #CHANGES_SHOWN}.
   *
   * @param unstated records of the inventory whose evidence is still to be stated
   */
  static void plan(
      JsonGenerator json, ImportPlan plan, boolean dryRun, Set<String> newRegions, int unstated) {
    long changed = plan.changes().size() - plan.added() - plan.unchanged();
    json.writeStartObject();
    json.writeBooleanProperty("dry-run", dryRun);
    json.writeNumberProperty("added", plan.added());
    json.writeNumberProperty("changed", changed);
    json.writeNumberProperty("unchanged", plan.unchanged());
    json.writeNumberProperty("products", plan.products().size());
    json.writeNumberProperty("releases", plan.releases().size());
    json.writeNumberProperty("unstated", unstated);
    json.writeArrayPropertyStart("new-regions");
    newRegions.forEach(json::writeString);
    json.writeEndArray();
    json.writeArrayPropertyStart("changes");
    plan.changes().stream()
        .filter(change -> !change.changesNothing())
        .limit(CHANGES_SHOWN)
        .forEach(change -> change(json, change));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void change(JsonGenerator json, DeviceChange change) {
    json.writeStartObject();
    json.writeNumberProperty("row", change.row());
    json.writeStringProperty("device", change.device());
    json.writeStringProperty("change", change.isNew() ? "added" : "changed");
    json.writeArrayPropertyStart("columns");
    for (DeviceChange.Cell cell : change.cells()) {
      json.writeStartObject();
      json.writeStringProperty("column", cell.column());
      json.writeStringProperty("from", cell.from());
      json.writeStringProperty("to", cell.to());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void optional(JsonGenerator json, String name, String value) {
    if (!value.isEmpty()) {
      json.writeStringProperty(name, value);
    }
  }
}
