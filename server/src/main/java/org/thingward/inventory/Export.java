package org.thingward.inventory;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the inventory out, page by page, so that no transaction stays open for a slow reader: each
 * row is as it was when it was read.
 */
final class Export {
  private static final int PAGE = 2_000;

  private final InventoryStore devices;
  private final CatalogueStore catalogue;

  Export(InventoryStore devices, CatalogueStore catalogue) {
    this.devices = devices;
    this.catalogue = catalogue;
  }

  void csv(DeviceFilter filter, OutputStream out) throws IOException {
    Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    writeLine(text, Columns.DEVICE);
    for (List<Device> page = page(filter, ""); !page.isEmpty(); page = pageAfter(filter, page)) {
      for (Device device : page) {
        writeLine(text, cells(device));
      }
    }
    text.flush();
  }

  /**
   * Products and releases of the scope are written whole, so that the document can be imported
   * elsewhere.
   */
  void json(DeviceFilter filter, OutputStream out) {
    try (JsonGenerator json = JsonText.to(out)) {
      json.writeStartObject();
      json.writeNumberProperty("inventory", JsonRows.FORMAT);
      json.writeArrayPropertyStart("products");
      catalogue.products().stream()
          .filter(product -> filter.scope().reachesProduct(product.name()))
          .forEach(product -> JsonText.product(json, product));
      json.writeEndArray();
      json.writeArrayPropertyStart("releases");
      catalogue.releases().stream()
          .filter(release -> filter.scope().reachesProduct(release.product()))
          .forEach(release -> JsonText.release(json, release));
      json.writeEndArray();
      json.writeArrayPropertyStart("devices");
      for (List<Device> page = page(filter, ""); !page.isEmpty(); page = pageAfter(filter, page)) {
        page.forEach(device -> JsonText.record(json, device));
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private List<Device> pageAfter(DeviceFilter filter, List<Device> page) {
    return page.size() < PAGE ? List.of() : page(filter, page.getLast().id());
  }

  private List<Device> page(DeviceFilter filter, String after) {
    return devices.list(filter, after, PAGE);
  }

  private static List<String> cells(Device device) {
    return List.of(
        device.id(),
        device.product(),
        device.release(),
        device.owner(),
        device.region(),
        device.lifecycle().word());
  }

  /** Writes one line as {@link CsvReader} reads it. */
  static void writeLine(Writer text, List<String> cells) throws IOException {
    List<String> written = new ArrayList<>();
    cells.forEach(cell -> written.add(quoted(FormulaGuard.add(cell))));
    text.write(String.join(",", written));
    text.write("\r\n");
  }

  private static String quoted(String cell) {
    boolean needed = cell.chars().anyMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
    return needed ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }
}
