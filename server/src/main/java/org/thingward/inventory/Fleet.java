package org.thingward.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.thingward.platform.DevicePlaces.Place;
import org.thingward.platform.PastTiers;
import org.thingward.platform.Time;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Scope;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/**
 * All devices that are registered or of which anything is stated, to be searched. Kept in memory:
 * it follows each change of records and postures, and reads the records of the database once, after
 * the start or when the first search comes. Whoever tells it of a change never waits for a search.
 */
final class Fleet {
  private static final int READ_AT_ONCE = 10_000;
  private static final int FORGOTTEN_AT = 200_000;

  private final InventoryStore store;
  private final CatalogueStore catalogue;
  private final ConcurrentSkipListMap<String, FleetRow> rows = new ConcurrentSkipListMap<>();

  // A search is quick by it and right without it: rows of equal traits may have different ones.
  private final Map<FleetTraits, FleetTraits> alike = new ConcurrentHashMap<>();
  private final TierHistory history = new TierHistory();
  private final Time time;
  private volatile PastTiers past = PastTiers.FORGOTTEN;
  private volatile boolean isRead;

  Fleet(InventoryStore store, CatalogueStore catalogue, Time time) {
    this.store = store;
    this.catalogue = catalogue;
    this.time = time;
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
        became(change.subject().name(), change.after().at(), change.after().tier());
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

  /** So they stood before; it is asked when the records are read. */
  void remembers(PastTiers told) {
    past = told;
    isRead = false;
  }

  private void became(String id, Instant at, Tier tier) {
    history.became(id, at, tier, time.now());
  }

  private void put(String id, UnaryOperator<FleetRow> change) {
    rows.compute(
        id,
        (key, row) -> {
          FleetRow before =
              row == null ? new FleetRow(id, Optional.empty(), Optional.empty()) : row;
          FleetRow after = change.apply(before);
          return after == row ? row : after.with(common(after.traits()));
        });
  }

  /** One object for all who are alike. That of some who no longer are is forgotten in time. */
  private FleetTraits common(FleetTraits traits) {
    if (alike.size() > FORGOTTEN_AT) {
      alike.clear();
    }
    FleetTraits known = alike.putIfAbsent(traits, traits);
    return known == null ? traits : known;
  }

  /** The order in which devices are listed. */
  enum Order {
    ID((traits, known) -> ""),
    /** The least trusted first. */
    TIER((traits, known) -> traits.tier()),
    /** The oldest firmware first, then what is not known. */
    FIRMWARE((traits, known) ->
        traits.running(known).map(release -> release.released().toString()).orElse("~"));

    /** Rows of the same rank are in order of id. */
    private final BiFunction<FleetTraits, Catalogue, Comparable<?>> rank;

    Order(BiFunction<FleetTraits, Catalogue, Comparable<?>> rank) {
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
    SortedMap<Comparable<?>, List<FleetRow>> ranked = new TreeMap<>();
    Map<FleetTraits, Alike> all = new IdentityHashMap<>();
    for (FleetRow row : rows.values()) {
      Alike alike = all.get(row.traits());
      if (alike == null) {
        alike = Alike.begin(row, query.matchTraits(row, known), scope);
        Comparable<?> rank = order.rank.apply(row.traits(), known);
        alike.listed = ranked.computeIfAbsent(rank, same -> new ArrayList<>());
        all.put(row.traits(), alike);
      }
      alike.of++;
      if (alike.mayBeFound && query.asksForThis(row, known)) {
        alike.met++;
        if (alike.match instanceof FleetQuery.Match.All && alike.listed.size() < skip + limit) {
          alike.listed.add(row);
        }
      }
    }
    List<FleetRow> page =
        ranked.values().stream().flatMap(List::stream).skip(skip).limit(limit).toList();
    return summed(page, known, all.values());
  }

  /** How many of the devices that the query finds now stood in each tier, over time. */
  List<TierHistory.Count> history(FleetQuery query, Scope scope, TierHistory.Span span) {
    readOnce();
    Catalogue known = catalogue.read();
    Map<FleetTraits, Boolean> asked = new IdentityHashMap<>();
    List<String> found = new ArrayList<>();
    for (FleetRow row : rows.values()) {
      boolean mayBeFound =
          asked.computeIfAbsent(
              row.traits(),
              traits ->
                  traits.areWithin(scope)
                      && query.matchTraits(row, known) instanceof FleetQuery.Match.All);
      if (mayBeFound && query.asksForThis(row, known)) {
        found.add(row.id());
      }
    }
    return history.count(found, span, time.now());
  }

  /** Devices of the same traits, in a search. */
  private static final class Alike {
    private final FleetTraits traits;
    private final boolean isWithin;
    private final FleetQuery.Match match;
    private final boolean mayBeFound;

    /** Where those that are found are listed, up to the page's end, with others of their rank. */
    private List<FleetRow> listed = List.of();

    /** How many there are. */
    private int of;

    /** How many meet all that is asked of ids. */
    private int met;

    private Alike(FleetTraits traits, boolean isWithin, FleetQuery.Match match) {
      this.traits = traits;
      this.isWithin = isWithin;
      this.match = match;
      this.mayBeFound = isWithin && !(match instanceof FleetQuery.Match.No);
    }

    static Alike begin(FleetRow first, FleetQuery.Match match, Scope scope) {
      return new Alike(first.traits(), first.traits().areWithin(scope), match);
    }
  }

  private static Found summed(List<FleetRow> page, Catalogue known, Collection<Alike> all) {
    FacetCounts facets = new FacetCounts();
    int found = 0;
    int of = 0;
    for (Alike alike : all) {
      if (alike.isWithin) {
        of += alike.of;
        facets.add(alike.traits, alike.match, alike.met);
        found += alike.match instanceof FleetQuery.Match.All ? alike.met : 0;
      }
    }
    return new Found(page, known, found, of, facets.most());
  }

  /** Reads the records of the database and what is remembered, unless that was done. */
  void readOnce() {
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
    past.tell(TierHistory.oldest(time.now()), this::became);
    isRead = true;
  }
}
