package org.thingward.inventory;

import java.util.List;

/** The columns of CSV and members of JSON, by what a row is about. */
final class Columns {
  /** Of devices in CSV, where a row has to say of what it gives the id. */
  static final List<String> DEVICE =
      List.of("device", "product", "release", "owner", "region", "lifecycle");

  /** Of devices in JSON. */
  static final List<String> DEVICE_MEMBERS =
      List.of("id", "product", "release", "owner", "region", "lifecycle");

  static final List<String> RELEASE = List.of("product", "version", "released", "support-ends");
  static final List<String> PRODUCT = List.of("name", "maker");

  private Columns() {}

  /** The members of an element of the list {@code part} in a JSON document. */
  static List<String> of(String part) {
    return switch (part) {
      case "products" -> PRODUCT;
      case "releases" -> RELEASE;
      case "devices" -> DEVICE_MEMBERS;
      default -> throw new IllegalArgumentException("no part " + part);
    };
  }

  /** What goes before a member's name in an error, so that rows of two lists are told apart. */
  static String prefix(String part) {
    return part.equals("devices") ? "" : part + ".";
  }
}
