package org.thingward.inventory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.thingward.platform.DevicePlaces.Place;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Scope;
import org.thingward.trust.SubjectKind;

/**
 * All devices that are registered or of which anything is stated, to be searched. Kept in memory:
 * it follows each change of records and postures, and reads the records of the database once, when
 * the first search comes. Whoever tells it of a change never waits for a search.
 */
final class Fleet {
  private static final int READ_AT_ONCE = 10_000;

  private final InventoryStore store;
  private final CatalogueStore catalogue;
  private final ConcurrentSkipListMap<String, FleetRow> rows = new ConcurrentSkipListMap<>();
  private volatile boolean isRead;

  Fleet(InventoryStore store, CatalogueStore catalogue) {
    this.store = store;
    this.catalogue = catalogue;
  }

  /** These records are committed, in place of any former ones. */
  void changed(List<Device> devices) {
    devices.forEach(device -> put(device.id(), row -> row.with(device)));
  }

  /** These postures are in force, in place of any former ones. */
  void changed(Collection<PostureChange> changes) {
    for (PostureChange change : changes) {
      if (change.subject().kind() == SubjectKind.DEVICE) {
        put(change.subject().name(), row -> row.with(change.after()));
      }
    }
  }

  /** So these stood when changes began to be told. */
  void stood(Stream<Posture> postures) {
    postures
        .filter(posture -> posture.subject().kind() == SubjectKind.DEVICE)
        .forEach(posture ->
            put(
                posture.subject().name(),
                row -> row.posture().isPresent() ? row : row.with(posture)));
  }

  private void put(String id, UnaryOperator<FleetRow> change) {
    rows.compute(
        id,
        (key, row) ->
            change.apply(row == null ? new FleetRow(id, Optional.empty(), Optional.empty()) : row));
  }

  /** The order in which devices are listed. */
  enum Order {
    ID((row, known) -> ""),
    /** The least trusted first. */
    TIER((row, known) -> row.tier()),
    /** The oldest firmware first, then what is not known. */
    FIRMWARE((row, known) ->
        row.running(known).map(release -> release.released().toString()).orElse("~"));

    /** Rows of the same rank are in order of id. */
    private final BiFunction<FleetRow, Catalogue, Comparable<?>> rank;

    Order(BiFunction<FleetRow, Catalogue, Comparable<?>> rank) {
      this.rank = rank;
    }
  }

  /**
   * What a search found.
   *
   * @param rows the page that was asked for
   * @param known the releases that there are
   * @param found how many there are in all
   * @param of how many devices the fleet has within the scope
   * @param facets for each field, how many devices each value has among those that meet all that is
   *     asked of other fields: what is found if that value alone is asked of this one
   */
  record Found(
      List<FleetRow> rows,
      Catalogue known,
      int found,
      int of,
      Map<FleetField, SortedMap<String, Integer>> facets) {}

  /** Where a device is; empty if none with this id is registered. */
  Optional<Place> place(String id) {
    FleetRow row = rows.get(id);
    if (row == null || row.device().isEmpty()) {
      readOnce();
      row = rows.get(id);
    }
    return row == null
        ? Optional.empty()
        : row.device().map(device -> new Place(device.region(), device.product()));
  }

  /**
   * Searches within {@code scope}; the page begins after {@code skip} rows and has {@code limit} at
   * most.
   */
  Found search(FleetQuery query, Scope scope, Order order, int skip, int limit) {
    readOnce();
    Catalogue known = catalogue.read();
    FacetCounts facets = new FacetCounts();
    SortedMap<Comparable<?>, List<FleetRow>> ranked = new TreeMap<>();
    int found = 0;
    int of = 0;
    for (FleetRow row : rows.values()) {
      if (!row.isWithin(scope)) {
        continue;
      }
      of++;
      FleetQuery.Match match = query.match(row, known);
      facets.add(row, match);
      if (match instanceof FleetQuery.Match.All) {
        found++;
        ranked.computeIfAbsent(order.rank.apply(row, known), rank -> new ArrayList<>()).add(row);
      }
    }
    List<FleetRow> page =
        ranked.values().stream().flatMap(List::stream).skip(skip).limit(limit).toList();
    return new Found(page, known, found, of, facets.most());
  }

  private void readOnce() {
    if (!isRead) {
      read();
    }
  }

  private synchronized void read() {
    if (isRead) {
      return;
    }
    String after = "";
    List<Device> page;
    do {
      page = store.list(DeviceFilter.ALL, after, READ_AT_ONCE);
      // What was told meanwhile is newer than what was read.
      page.forEach(
          device -> put(device.id(), row -> row.device().isPresent() ? row : row.with(device)));
      after = page.isEmpty() ? after : page.getLast().id();
    } while (page.size() == READ_AT_ONCE);
    isRead = true;
  }
}
