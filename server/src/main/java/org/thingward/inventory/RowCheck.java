package org.thingward.inventory;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thingward.platform.NearestWord;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/** Turns rows into records, or says of each cell what is wrong with it. */
final class RowCheck {
  private final LocalDate today;
  private final Scope scope;
  private final RowErrors errors;

  /** Of rows that an operator with this scope gives. */
  RowCheck(LocalDate today, Scope scope, RowErrors errors) {
    this.today = today;
    this.scope = scope;
    this.errors = errors;
  }

  /** Within which its devices, products and releases must be. */
  Scope scope() {
    return scope;
  }

  List<Product> products(List<Row> rows) {
    Map<String, Integer> seen = new HashMap<>();
    List<Product> products = new ArrayList<>();
    for (Row row : rows) {
      CellCheck check = new CellCheck(row, Columns.prefix("products"), errors);
      product(check, row)
          .filter(product -> isNew(check, "name", product.name(), seen, row))
          .ifPresent(products::add);
    }
    return products;
  }

  private static Optional<Product> product(CellCheck check, Row row) {
    if (!row.sound()) {
      return Optional.empty();
    }
    Product product = new Product(check.name("name", Subject::product), check.text("maker"));
    return check.passed() ? Optional.of(product) : Optional.empty();
  }

  List<Release> releases(List<Row> rows, Set<String> products) {
    Map<String, Integer> seen = new HashMap<>();
    List<Release> releases = new ArrayList<>();
    for (Row row : rows) {
      if (errors.full()) {
        return releases;
      }
      CellCheck check = new CellCheck(row, Columns.prefix("releases"), errors);
      release(check, row, products)
          .filter(release -> isNew(check, "version", release.subject().name(), seen, row))
          .ifPresent(releases::add);
    }
    return releases;
  }

  private Optional<Release> release(CellCheck check, Row row, Set<String> products) {
    if (!row.sound()) {
      return Optional.empty();
    }
    String product = check.required("product");
    requireProduct(check, product, products);
    String version = check.word("version");
    Optional<LocalDate> released = check.date("released");
    @Nullable LocalDate supportEnds = check.date("support-ends").orElse(null);
    if (row.cell("released").isEmpty()) {
      check.refuse("released", "must not be empty");
    } else if (released.isPresent()) {
      requireOrder(check, released.get(), supportEnds);
    }
    return check.passed()
        ? Optional.of(new Release(product, version, released.orElseThrow(), supportEnds))
        : Optional.empty();
  }

  private void requireOrder(CellCheck check, LocalDate released, @Nullable LocalDate supportEnds) {
    if (released.isAfter(today.plusDays(1))) {
      check.refuse("released", released + " is still to come; register a release once it is out");
    }
    if (supportEnds != null && supportEnds.isBefore(released)) {
      check.refuse("support-ends", supportEnds + " is before the release came out, " + released);
    }
  }

  /** The devices of {@code rows}, all of whose products and releases must be in {@code known}. */
  List<CheckedDevice> devices(List<Row> rows, String idColumn, KnownNames known) {
    Map<String, Integer> seen = new HashMap<>();
    List<CheckedDevice> devices = new ArrayList<>();
    for (Row row : rows) {
      if (errors.full()) {
        return devices;
      }
      CellCheck check = new CellCheck(row, "", errors);
      device(check, row, idColumn, known)
          .filter(device -> isNew(check, idColumn, device.id(), seen, row))
          .ifPresent(device -> devices.add(new CheckedDevice(row.number(), device)));
    }
    return devices;
  }

  private Optional<Device> device(CellCheck check, Row row, String idColumn, KnownNames known) {
    if (!row.sound()) {
      return Optional.empty();
    }
    String id = check.name(idColumn, Subject::device);
    String product = check.required("product");
    String release = row.cell("release");
    if (requireProduct(check, product, known.products())) {
      requireRelease(check, product, release, known.versions(product));
    }
    String owner = check.text("owner");
    String region = check.word("region");
    Lifecycle lifecycle = lifecycle(check, row);
    return check.passed()
        ? Optional.of(new Device(id, product, release, owner, region, lifecycle))
        : Optional.empty();
  }

  private static boolean requireProduct(CellCheck check, String product, Set<String> known) {
    if (product.isEmpty() || known.contains(product)) {
      return !product.isEmpty();
    }
    check.refuse(
        "product",
        "no product '%s' is registered.%s"
            .formatted(
                CellCheck.brief(product),
                hintOr(NearestWord.hint(product, known), "thingward product add")));
    return false;
  }

  private static void requireRelease(
      CellCheck check, String product, String release, Set<String> versions) {
    if (!release.isEmpty() && !versions.contains(release)) {
      check.refuse(
          "release",
          "no release '%s' of '%s' is registered.%s"
              .formatted(
                  CellCheck.brief(release),
                  product,
                  hintOr(NearestWord.hint(release, versions), "thingward release add")));
    }
  }

  private static String hintOr(String hint, String command) {
    return hint.isEmpty() ? " Register it first: " + command + "." : hint;
  }

  /** In JSON it may be left out of a device in service. */
  private static Lifecycle lifecycle(CellCheck check, Row row) {
    if (!row.cells().containsKey("lifecycle")) {
      return Lifecycle.ACTIVE;
    }
    String word = check.required("lifecycle");
    Optional<Lifecycle> lifecycle = Lifecycle.ofWord(word);
    if (lifecycle.isEmpty() && !word.isEmpty()) {
      check.refuse(
          "lifecycle",
          "'%s' is no state; one of %s.%s"
              .formatted(
                  CellCheck.brief(word),
                  String.join(", ", Lifecycle.WORDS),
                  NearestWord.hint(word, Lifecycle.WORDS)));
    }
    return lifecycle.orElse(Lifecycle.PLANNED);
  }

  private static boolean isNew(
      CellCheck check, String column, String name, Map<String, Integer> seen, Row row) {
    Integer former = seen.putIfAbsent(name, row.number());
    if (former != null) {
      check.refuse(column, "'%s' is already in row %d".formatted(name, former));
    }
    return former == null;
  }
}
