package org.thingward.inventory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.trust.Scope;

/** The names of products and releases that a row may refer to. */
final class KnownNames {
  private final Set<String> products = new TreeSet<>();
  private final Map<String, Set<String>> versions = new HashMap<>();

  /**
   * Those of {@code catalogue} in this scope and those of the rows that come with it, also where
   * such a row is wrong: that is said of the row itself, not of all that refer to it.
   */
  KnownNames(Catalogue catalogue, Scope scope, List<Row> productRows, List<Row> releaseRows) {
    for (String product : catalogue.products()) {
      if (scope.reachesProduct(product)) {
        products.add(product);
        versions.put(product, new TreeSet<>(catalogue.versions(product)));
      }
    }
    productRows.forEach(row -> products.add(row.cell("name")));
    releaseRows.forEach(row ->
        versions
            .computeIfAbsent(row.cell("product"), product -> new TreeSet<>())
            .add(row.cell("version")));
  }

  Set<String> products() {
    return products;
  }

  Set<String> versions(String product) {
    return versions.getOrDefault(product, Set.of());
  }
}
