package org.thingward.inventory;

import java.util.List;

/**
 * An import, read but not yet checked.
 *
 * @param products rows of {@link Columns#PRODUCT}
 * @param releases rows of {@link Columns#RELEASE}
 * @param devices rows of {@link Columns#DEVICE} or {@link Columns#DEVICE_MEMBERS}
 * @param idColumn which of their columns holds the id
 */
record Rows(List<Row> products, List<Row> releases, List<Row> devices, String idColumn) {
  /** Rows an import may hold, of all kinds together. */
  static final int LIMIT = 100_000;

  static final Rows NONE = ofJson(List.of(), List.of(), List.of());

  static Rows ofCsv(List<Row> devices) {
    return new Rows(List.of(), List.of(), devices, "device");
  }

  static Rows ofJson(List<Row> products, List<Row> releases, List<Row> devices) {
    return new Rows(products, releases, devices, "id");
  }
}
