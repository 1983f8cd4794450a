package org.thingward.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Time;
import org.thingward.posture.Postures;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.diff.Compared;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.record.Records;

/**
 * How long a replay of a million decisions takes, through the operator's route, from the real
 * database: 2,000 devices with three pieces of evidence, half of which the other policy lowers.
 * Four decisions of each are made by the real decision point; SQL repeats their rows over a day.
 * Beside it each decision read, appraised and decided by itself, reckoned from some thousand.
 */
public final class ReplayBench {
  private static final int KINDS = 4;
  private static final int SINGLY = 5_000;
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Instant END = Instant.parse("2999-01-01T00:00:00Z");

  private final Postures postures;
  private final Database database;
  private final Time time;
  private final Map<Subject, List<Evidence>> evidence = new HashMap<>();

  private ReplayBench(Postures postures, Database database, Time time) {
    this.postures = postures;
    this.database = database;
    this.time = time;
  }

  /** Runs it. Arguments: a folder, devices (2000), decisions (1000000). */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int devices = Integer.parseInt(arguments[1]);
    int decisions = Integer.parseInt(arguments[2]);
    try (Storage storage = Storage.open(folder);
        Postures postures = storage.postures()) {
      ReplayBench bench = new ReplayBench(postures, storage.database(), storage.time());
      bench.prepare(devices, decisions);
      Policy other = variant();
      double singly = bench.singly(other) * decisions;
      bench.replay(decisions);
      double[] ours = {bench.replay(decisions), bench.replay(decisions), bench.replay(decisions)};
      new Figure(
              "replay of %,d decisions about %,d devices, from the database"
                  .formatted(decisions, devices),
              "s",
              ours,
              "each appraised and decided by itself, reckoned from %,d".formatted(SINGLY),
              new double[] {singly},
              "< 10 s")
          .print();
    }
  }

  private static Policy variant() {
    return PolicyReader.read(variantText());
  }

  private static byte[] variantText() {
    return new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
        .replace("over: {100: warning}", "over: {50: warning}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void prepare(int devices, int decisions) throws Exception {
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      Subject device = Subject.device("meter-" + i);
      List<Evidence> own =
          List.of(
              stated(
                  device,
                  "identity.credential",
                  "identity",
                  "credential.accepted",
                  new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE)))),
              stated(
                  device,
                  "identity.holder",
                  "identity",
                  "credential.holder",
                  new ClaimValue.Word("sole")),
              stated(
                  device,
                  "traffic.refused",
                  "gateway",
                  "refused.packets",
                  new ClaimValue.Count(i % 2 == 0 ? 20 : 80)));
      evidence.put(device, own);
      all.add(() -> {
        for (Evidence piece : own) {
          var unused = postures.sinkFor(piece.source()).state(piece);
        }
        boolean permitted = true;
        for (RequestKind kind : kinds()) {
          permitted &= postures.decide(request(kind, device)).decision().permits();
        }
        return permitted;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
      for (Future<Boolean> done : threads.invokeAll(all)) {
        if (!done.get()) {
          throw new IllegalStateException("every one of these is a permit");
        }
      }
    }
    repeat(devices * KINDS, decisions);
  }

  /** Repeats the rows until there are as many as wanted. */
  private void repeat(int made, int decisions) throws InterruptedException {
    while (count() < made) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    int rows =
        database
            .jdbc()
            .sql(
                "INSERT INTO posture.decision (subject, verdict, at, receipt, alike, canonical)"
                    + " SELECT subject, verdict, at + n * interval '1 second',"
                    + " sha256(receipt || int8send(n)), alike, canonical"
                    + " FROM posture.decision, generate_series(1, :more) AS n")
            .param("more", decisions / made - 1)
            .update();
    int unused = database.jdbc().sql("ANALYZE posture.decision").update();
    System.out.printf("%,d rows repeated, %,d in all%n", rows, count());
  }

  private long count() {
    return database.jdbc().sql("SELECT count(*) FROM posture.decision").query(Long.class).single();
  }

  private double replay(int decisions) throws Exception {
    OperatorRoute route =
        postures.routes().stream()
            .filter(each -> each.path().equals("/policy/replay"))
            .findFirst()
            .orElseThrow();
    Map<String, String> query =
        Map.of(
            "from", Instant.EPOCH.toString(),
            "until", time.now().plus(Duration.ofDays(2)).toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long start = System.nanoTime();
    route
        .handler()
        .handle(
            new OperatorRequest(
                Caller.inPerson(Subject.operator("bench")),
                Scope.EVERYWHERE,
                DevicePlaces.UNKNOWN,
                9443,
                Map.of(),
                query,
                Map.of(),
                variantText()))
        .body()
        .writeTo(out);
    double seconds = (System.nanoTime() - start) / 1e9;
    String answer = out.toString(StandardCharsets.UTF_8);
    if (!answer.contains("\"decisions\":" + decisions + ",\"subjects\"")) {
      throw new IllegalStateException(answer);
    }
    System.out.printf("%.2f s%n", seconds);
    return seconds;
  }

  /** Seconds for one decision that is read, appraised and decided by itself. */
  private double singly(Policy other) {
    List<byte[]> records =
        database
            .jdbc()
            .sql("SELECT canonical FROM posture.decision LIMIT :limit")
            .param("limit", SINGLY)
            .query((row, n) -> row.getBytes(1))
            .list();
    int differ = 0;
    long start = System.nanoTime();
    for (byte[] record : records) {
      Decision decision = Records.decision(record);
      List<Evidence> own = evidence.getOrDefault(decision.request().subject(), List.of());
      Compared compared =
          Compared.of(
              postures.policy(),
              other,
              own,
              ReferenceValues.NONE,
              decision.request(),
              decision.at());
      differ += compared.changes().isEmpty() ? 0 : 1;
    }
    System.out.printf("%d of %d differ%n", differ, records.size());
    return (System.nanoTime() - start) / 1e9 / records.size();
  }

  private static List<RequestKind> kinds() {
    return List.of(RequestKind.CONNECT, RequestKind.RENEW, RequestKind.ATTEST, RequestKind.INSTALL);
  }

  private static Request request(RequestKind kind, Subject device) {
    return new Request(kind, device, CERTIFICATE, END);
  }

  private Evidence stated(
      Subject device, String kind, String source, String claim, ClaimValue value) {
    return new Evidence(
        device,
        kind,
        source,
        AssuranceLevel.L3,
        new TreeMap<>(Map.of(claim, value)),
        time.now(),
        Evidence.NO_END,
        CERTIFICATE);
  }
}
