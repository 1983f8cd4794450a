package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A scope is a set of devices: what is computed of scopes is what is true of those sets. */
class ScopeProperties {
  private static final List<String> REGIONS = List.of("eu", "us", "jp");
  private static final List<String> PRODUCTS = List.of("cam-2", "pump", "meter");

  // Some name that no scope here has.
  private static final String OTHER = "other";

  @Property
  void what_is_in_both_is_in_each(
      @ForAll("scopes") Scope one,
      @ForAll("scopes") Scope other,
      @ForAll("regions") String region,
      @ForAll("products") String product) {
    assertThat(one.and(other).contains(region, product))
        .isEqualTo(one.contains(region, product) && other.contains(region, product));
    assertThat(one.or(other).contains(region, product))
        .isEqualTo(one.contains(region, product) || other.contains(region, product));
  }

  @Property
  void nothing_in_common_is_nowhere_and_not_everywhere(
      @ForAll("scopes") Scope one, @ForAll("scopes") Scope other) {
    boolean common =
        REGIONS.stream()
            .anyMatch(region ->
                PRODUCTS.stream()
                    .anyMatch(product ->
                        one.contains(region, product) && other.contains(region, product)));
    boolean withOthers =
        one.contains(OTHER, OTHER) && other.contains(OTHER, OTHER)
            || REGIONS.stream()
                .anyMatch(region -> one.contains(region, OTHER) && other.contains(region, OTHER))
            || PRODUCTS.stream()
                .anyMatch(
                    product -> one.contains(OTHER, product) && other.contains(OTHER, product));
    assertThat(one.and(other).isNowhere()).isEqualTo(!common && !withOthers);
  }

  @Property
  void a_scope_is_everywhere_only_if_it_has_what_no_name_says(@ForAll("scopes") Scope scope) {
    assertThat(scope.isEverywhere()).isEqualTo(scope.contains(OTHER, OTHER));
    assertThat(scope.and(Scope.EVERYWHERE)).isEqualTo(scope);
    assertThat(scope.or(Scope.NOWHERE)).isEqualTo(scope);
    assertThat(scope.and(Scope.NOWHERE)).isEqualTo(Scope.NOWHERE);
  }

  @Property
  void what_covers_another_has_all_that_it_has(
      @ForAll("scopes") Scope one,
      @ForAll("scopes") Scope other,
      @ForAll("regions") String region,
      @ForAll("products") String product) {
    if (one.covers(other) && other.contains(region, product)) {
      assertThat(one.contains(region, product)).isTrue();
    }
    assertThat(one.covers(one.and(other))).isTrue();
    assertThat(one.or(other).covers(one)).isTrue();
  }

  @Property
  void a_product_is_held_if_each_region_is_and_reached_if_one_is(
      @ForAll("scopes") Scope scope, @ForAll("products") String product) {
    boolean some = REGIONS.stream().anyMatch(region -> scope.contains(region, product));
    boolean others = scope.contains(OTHER, product);
    assertThat(scope.reachesProduct(product)).isEqualTo(some || others);
    assertThat(scope.holdsProduct(product)).isEqualTo(others);
  }

  @Test
  void two_regions_have_nothing_in_common() {
    Scope eu = Scope.of(Set.of("eu"), Set.of());
    Scope us = Scope.of(Set.of("us"), Set.of());
    assertThat(eu.and(us)).isEqualTo(Scope.NOWHERE);
    assertThat(eu.and(us).isEverywhere()).isFalse();
    assertThat(eu.or(us)).isEqualTo(us.or(eu));
    assertThat(Scope.of(Set.of("eu", "us"), Set.of()).covers(eu.or(us))).isTrue();
  }

  @Provide
  Arbitrary<Scope> scopes() {
    Arbitrary<Scope.Area> area =
        Combinators.combine(names(REGIONS), names(PRODUCTS)).as(Scope.Area::new);
    return area.list().ofMaxSize(4).map(Scope::new);
  }

  private static Arbitrary<Set<String>> names(List<String> names) {
    return Arbitraries.of(names).set().ofMaxSize(2);
  }

  @Provide
  Arbitrary<String> regions() {
    return Arbitraries.oneOf(Arbitraries.of(REGIONS), Arbitraries.just(OTHER));
  }

  @Provide
  Arbitrary<String> products() {
    return Arbitraries.oneOf(Arbitraries.of(PRODUCTS), Arbitraries.just(OTHER));
  }
}
