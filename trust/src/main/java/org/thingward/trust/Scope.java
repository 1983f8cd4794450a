package org.thingward.trust;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which devices an operator may see and act on: those in one of its areas. Without an area, none.
 *
 * @param areas none of them within another, in order
 */
public record Scope(List<Area> areas) {
  /** Every device, whatever it is. */
  public static final Scope EVERYWHERE = of(Set.of(), Set.of());

  /** No device. */
  public static final Scope NOWHERE = new Scope(List.of());

  private static final Comparator<Area> ORDER =
      Comparator.comparing((Area area) -> new TreeSet<>(area.regions()).toString())
          .thenComparing(area -> new TreeSet<>(area.products()).toString());

  /**
   * The devices of some products in some regions.
   *
   * @param regions empty for every region
   * @param products empty for every product
   */
  public record Area(Set<String> regions, Set<String> products) {
    public Area {
      regions = Set.copyOf(regions);
      products = Set.copyOf(products);
    }

    /** Whether devices of this product in this region are of it. */
    public boolean contains(String region, String product) {
      return isIn(regions, region) && isIn(products, product);
    }

    private boolean covers(Area other) {
      return coversAll(regions, other.regions) && coversAll(products, other.products);
    }

    private static boolean isIn(Set<String> names, String name) {
      return names.isEmpty() || names.contains(name);
    }

    private static boolean coversAll(Set<String> names, Set<String> others) {
      return names.isEmpty() || (!others.isEmpty() && names.containsAll(others));
    }

    /** What is in both: an area, or nothing at all, which no area can say. */
    private List<Area> and(Area other) {
      if (areApart(regions, other.regions) || areApart(products, other.products)) {
        return List.of();
      }
      return List.of(new Area(common(regions, other.regions), common(products, other.products)));
    }

    private static boolean areApart(Set<String> names, Set<String> others) {
      return !names.isEmpty() && !others.isEmpty() && common(names, others).isEmpty();
    }

    private static Set<String> common(Set<String> names, Set<String> others) {
      if (names.isEmpty()) {
        return others;
      }
      Set<String> common = new TreeSet<>(names);
      if (!others.isEmpty()) {
        common.retainAll(others);
      }
      return common;
    }
  }

  /** Leaves out each area that another one covers. */
  public Scope {
    List<Area> kept = new ArrayList<>();
    for (Area area : areas) {
      if (kept.stream().noneMatch(other -> other.covers(area))) {
        kept.removeIf(area::covers);
        kept.add(area);
      }
    }
    kept.sort(ORDER);
    areas = List.copyOf(kept);
  }

  /**
   * The devices of some products in some regions.
   *
   * @param regions empty for every region
   * @param products empty for every product
   */
  public static Scope of(Set<String> regions, Set<String> products) {
    return new Scope(List.of(new Area(regions, products)));
  }

  /** Whether devices of this product in this region are in it. */
  public boolean contains(String region, String product) {
    for (Area area : areas) {
      if (area.contains(region, product)) {
        return true;
      }
    }
    return false;
  }

  /** Whether devices of this product may be in it, in some region at least. */
  public boolean reachesProduct(String product) {
    return areas.stream().anyMatch(area -> Area.isIn(area.products(), product));
  }

  /** Whether all devices of this product are in it, wherever they are. */
  public boolean holdsProduct(String product) {
    return areas.stream()
        .anyMatch(area -> area.regions().isEmpty() && Area.isIn(area.products(), product));
  }

  /** Whether it has every device. */
  public boolean isEverywhere() {
    return areas.stream().anyMatch(area -> area.regions().isEmpty() && area.products().isEmpty());
  }

  /** Whether it has no device. */
  public boolean isNowhere() {
    return areas.isEmpty();
  }

  /** What is in both. */
  public Scope and(Scope other) {
    List<Area> both = new ArrayList<>();
    for (Area area : areas) {
      other.areas.forEach(another -> both.addAll(area.and(another)));
    }
    return new Scope(both);
  }

  /** What is in either. */
  public Scope or(Scope other) {
    List<Area> either = new ArrayList<>(areas);
    either.addAll(other.areas);
    return new Scope(either);
  }

  /** Whether each area of {@code other} is in one of this. */
  public boolean covers(Scope other) {
    return other.areas.stream().allMatch(area -> areas.stream().anyMatch(own -> own.covers(area)));
  }
}
