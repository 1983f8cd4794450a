package org.thingward.inventory;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which products and releases there are; read once for a request, never changed. */
final class Catalogue {
  private static final Comparator<Release> OLDEST_FIRST =
      Comparator.comparing(Release::released).thenComparing(Release::version);

  private final Map<String, Product> products = new TreeMap<>();
  private final Map<String, Map<String, Release>> releases = new HashMap<>();

  Catalogue(List<Product> products, List<Release> releases) {
    products.forEach(product -> this.products.put(product.name(), product));
    releases.forEach(release ->
        this.releases
            .computeIfAbsent(release.product(), name -> new TreeMap<>())
            .put(release.version(), release));
  }

  /** This one, as it would be once the plan were carried out. */
  Catalogue with(ImportPlan plan) {
    Map<String, Product> allProducts = new TreeMap<>(products);
    plan.products().forEach(product -> allProducts.put(product.name(), product));
    Map<String, Release> allReleases = new TreeMap<>();
    releases
        .values()
        .forEach(versions ->
            versions.values().forEach(one -> allReleases.put(one.subject().name(), one)));
    plan.releases().forEach(one -> allReleases.put(one.subject().name(), one));
    return new Catalogue(List.copyOf(allProducts.values()), List.copyOf(allReleases.values()));
  }

  Set<String> products() {
    return products.keySet();
  }

  Optional<Product> product(String name) {
    return Optional.ofNullable(products.get(name));
  }

  Set<String> versions(String product) {
    return releases.getOrDefault(product, Map.of()).keySet();
  }

  Collection<Release> releases(String product) {
    return releases.getOrDefault(product, Map.of()).values();
  }

  Optional<Release> release(String product, String version) {
    return Optional.ofNullable(releases.getOrDefault(product, Map.of()).get(version));
  }

  /** When the next newer release of its product came out; empty while it is the newest. */
  Optional<Instant> superseded(Release release) {
    return releases(release.product()).stream()
        .filter(other -> other.released().isAfter(release.released()))
        .min(OLDEST_FIRST)
        .map(Release::releasedAt);
  }

  /** The release of {@code product} that came out last. */
  Optional<Release> newest(String product) {
    return releases.getOrDefault(product, Map.of()).values().stream().max(OLDEST_FIRST);
  }
}
