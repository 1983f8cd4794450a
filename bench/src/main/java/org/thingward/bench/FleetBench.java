package org.thingward.bench;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.thingward.inventory.Inventory;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.trust.Caller;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Impact;
import org.thingward.trust.Posture;
import org.thingward.trust.Reason;
import org.thingward.trust.Receipt;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;

/**
 * How long a page of the fleet takes to find, counts of all facets included, among 100,000 devices
 * of which each has a posture: through the operator's route, without HTTP. Beside it the database's
 * count of the devices that meet what the same query asks of records, without postures and facets.
 */
public final class FleetBench {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final Digest NONE = Digest.of(new byte[0]);
  private static final int IMPORTED_AT_ONCE = 20_000;
  private static final List<String> QUERIES =
      List.of(
          "",
          "tier:contraindicated",
          "tier:warning product:product-1",
          "product:product-1 region:region-2 firmware:<2",
          "stale:>1y -tier:affirming",
          "device-0042");

  private FleetBench() {}

  /** Runs it. Arguments: a folder, devices (100000), searches of each kind (50). */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int devices = Integer.parseInt(arguments[1]);
    int times = Integer.parseInt(arguments[2]);
    try (Storage storage = Storage.open(folder)) {
      Database database = storage.database();
      Inventory inventory =
          new Inventory(
              database, storage.ledger(), new Nowhere(), pieces -> Impact.NOTHING, storage.time());
      inventory.stood(postures(devices).stream());
      fill(inventory, devices);
      OperatorRoute search = route(inventory, "fleet.search");
      double first = millis(() -> answered(search, ""));
      System.out.printf("first search, which reads the records: %.1f ms%n", first);
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int i = -times / 5; i < times; i++) {
        for (String query : QUERIES) {
          double took = millis(() -> answered(search, query));
          double counted = millis(() -> counted(database));
          if (i >= 0) {
            ours.add(took);
            theirs.add(counted);
          }
        }
      }
      String what = "page of a fleet of %,d searched, p99 of %,d".formatted(devices, ours.size());
      Figure.once(what, "ms", p99(ours), "the database's count alone", p99(theirs), "< 100 ms")
          .print();
    }
    System.exit(0);
  }

  /** Postures are given in this benchmark, and do not follow from what is stated. */
  private static final class Nowhere implements EvidenceSink {
    @Override
    public Receipt state(Evidence evidence) {
      return new Receipt(Digest.of(evidence.canonical()));
    }

    @Override
    public Optional<Stated> newest(Subject subject, String kind) {
      return Optional.empty();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double millis(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double p99(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(it -> it).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length * 99 / 100];
  }

  private static void counted(Database database) {
    long count =
        database
            .jdbc()
            .sql("SELECT count(*) FROM inventory.device WHERE product = ? AND region <> ?")
            .param("product-1")
            .param("region-2")
            .query(Long.class)
            .single();
    if (count == 0) {
      throw new IllegalStateException("there are some");
    }
  }

  private static void answered(OperatorRoute search, String query) throws Exception {
    OperatorResponse response =
        search
            .handler()
            .handle(
                new OperatorRequest(
                    Caller.inPerson(Subject.operator("ada")),
                    Scope.EVERYWHERE,
                    DevicePlaces.UNKNOWN,
                    9443,
                    Map.of(),
                    Map.of("query", query, "order", "tier", "limit", "50"),
                    Map.of(),
                    new byte[0]));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    response.body().writeTo(out);
    if (!out.toString(StandardCharsets.UTF_8).contains("\"id\":\"device-")) {
      throw new IllegalStateException("'" + query + "' finds some");
    }
  }

  private static OperatorRoute route(Inventory inventory, String verb) {
    return inventory.routes().stream()
        .filter(route -> route.verb().equals(verb))
        .findFirst()
        .orElseThrow();
  }

  private static void fill(Inventory inventory, int devices) throws Exception {
    OperatorRoute load = route(inventory, "device.import");
    StringBuilder catalogue = new StringBuilder("{\"products\":[");
    StringBuilder releases = new StringBuilder("],\"releases\":[");
    for (int product = 0; product < 5; product++) {
      String comma = product == 0 ? "" : ",";
      catalogue.append(comma).append("{\"name\":\"product-%d\"}".formatted(product));
      for (int release = 1; release < 4; release++) {
        releases
            .append(comma.isEmpty() && release == 1 ? "" : ",")
            .append(
                "{\"product\":\"product-%d\",\"version\":\"%d.0\",\"released\":\"202%d-01-01\"}"
                    .formatted(product, release, 2 + release));
      }
    }
    take(load, catalogue.append(releases).append("],\"devices\":[]}").toString(), "json");
    for (int from = 0; from < devices; from += IMPORTED_AT_ONCE) {
      StringBuilder rows = new StringBuilder("device,product,release,owner,region,lifecycle\n");
      for (int i = from; i < Math.min(devices, from + IMPORTED_AT_ONCE); i++) {
        rows.append(
            "device-%06d,product-%d,%d.0,,region-%d,active%n"
                .formatted(i, i % 5, 1 + i % 3, i % 7));
      }
      take(load, rows.toString(), "csv");
    }
  }

  private static void take(OperatorRoute load, String content, String format) throws Exception {
    String type = format.equals("csv") ? "text/csv" : "application/json";
    load.handler()
        .handle(
            new OperatorRequest(
                Caller.inPerson(Subject.operator("ada")),
                Scope.EVERYWHERE,
                DevicePlaces.UNKNOWN,
                9443,
                Map.of(),
                Map.of(),
                Map.of("content-type", type),
                content.getBytes(StandardCharsets.UTF_8)))
        .body()
        .writeTo(OutputStream.nullOutputStream());
  }

  /** Nine of ten are trusted, one of two hundred is contraindicated. */
  private static List<Posture> postures(int devices) {
    List<Posture> postures = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      Tier tier = i % 200 == 0 ? Tier.CONTRAINDICATED : i % 10 == 1 ? Tier.WARNING : Tier.AFFIRMING;
      Reason reason =
          new Reason(Component.EXECUTABLES, tier, "policy:1", "why", Optional.empty(), false);
      postures.add(
          new Posture(
              Subject.device("device-%06d".formatted(i)),
              tier,
              new TrustVector(Map.of(Component.EXECUTABLES, tier)),
              List.of(reason),
              new TreeSet<>(),
              new TreeSet<>(),
              true,
              List.of(),
              NONE,
              NONE,
              NOW,
              Evidence.NO_END));
    }
    return postures;
  }
}
