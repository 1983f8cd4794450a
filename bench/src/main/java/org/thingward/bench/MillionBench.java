package org.thingward.bench;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long an enrolment takes, p99, when the store holds a million certificates, beside when it
 * holds those of the warm-up alone, by the same process: EST's handler without HTTP, 16 devices at
 * the same time.
 *
 * <p>The million are the rows of the real enrolments (certificate, token, both pieces of evidence,
 * posture), repeated by SQL under other names, serial numbers, keys and digests, as many again each
 * time: every index is as large as it would be. They are in no log, and no process that starts on
 * such data takes them for true.
 *
 * <p>{@code MillionBench FOLDER [CERTIFICATES [DEVICES [ROUNDS]]]}: 1,000,000; 2,000 devices a
 * round, 3 rounds each, after 5 unmeasured ones.
 */
public final class MillionBench {
  private static final int THREADS = 16;
  private static final int WARM = 5;

  /** A statement that takes longer than a minute is given up. */
  private static final int AT_ONCE = 64_000;

  private final BenchIdentity identity;
  private final JdbcClient jdbc;

  private MillionBench(BenchIdentity identity) {
    this.identity = identity;
    this.jdbc = identity.storage().database().jdbc();
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int certificates = IssuanceBench.argument(arguments, 1, 1_000_000);
    int devices = IssuanceBench.argument(arguments, 2, 2_000);
    int rounds = IssuanceBench.argument(arguments, 3, 3);
    double[] few = new double[rounds];
    double[] many = new double[rounds];
    try (BenchIdentity identity = new BenchIdentity(folder)) {
      MillionBench bench = new MillionBench(identity);
      double unusedFirst = bench.p99(devices);
      double heap = heapInUse();
      for (int round = 1; round < WARM; round++) {
        double unused = bench.p99(devices);
      }
      System.out.printf(
          Locale.ROOT,
          "heap held for each device: %.1f KB%n",
          (heapInUse() - heap) / 1024 / ((WARM - 1) * devices));
      for (int round = 0; round < rounds; round++) {
        few[round] = bench.p99(devices);
      }
      System.out.printf("with %,d certificates; filling%n", bench.count());
      try (Hurried unused = Hurried.of(identity.storage())) {
        bench.fill(certificates);
      }
      System.out.printf("with %,d certificates%n", bench.count());
      double unused = bench.p99(devices);
      for (int round = 0; round < rounds; round++) {
        many[round] = bench.p99(devices);
      }
    }
    new Figure(
            "enrolment with %,d certificates in store, p99".formatted(certificates),
            "ms",
            many,
            "with those of the warm-up alone",
            few,
            "ratio < 1.5")
        .print();
    PeakMemory.print();
    System.exit(0);
  }

  /** Bytes in use after a collection. */
  private static double heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private double p99(int devices) throws Exception {
    double[] millis = new double[devices];
    List<Callable<byte[]>> work = new ArrayList<>();
    List<BenchIdentity.Newcomer> newcomers = identity.newcomers(devices);
    for (int i = 0; i < devices; i++) {
      int place = i;
      work.add(() -> {
        long began = System.nanoTime();
        byte[] answer = identity.enrol(newcomers.get(place));
        millis[place] = (System.nanoTime() - began) / 1e6;
        return answer;
      });
    }
    ManyAtOnce.Pace unused = ManyAtOnce.of("enrolments", work, THREADS);
    Arrays.sort(millis);
    double p99 = millis[devices * 99 / 100];
    System.out.printf(Locale.ROOT, "p50 %.1f, p99 %.1f ms%n", millis[devices / 2], p99);
    return p99;
  }

  private long count() {
    return jdbc.sql("SELECT count(*) FROM identity.certificate").query(Long.class).single();
  }

  private void fill(int certificates) {
    long there = count();
    for (int round = 1; there < certificates; round++) {
      String text = String.valueOf(round);
      long most = Math.min(Math.min(there, AT_ONCE), certificates - there);
      identity.storage().database().inTransaction(() -> repeat(text, most));
      there = count();
      System.out.printf("with %,d certificates%n", there);
    }
    for (String table :
        List.of("identity.certificate", "identity.token", "posture.evidence", "posture.posture")) {
      int unused = jdbc.sql("VACUUM ANALYZE " + table).update();
    }
  }

  /** Rows of as many devices as there are, at most, once more, as those of others. */
  private void repeat(String copy, long most) {
    update(
        """
        INSERT INTO identity.token (id, digest, subject, made, made_by, ends, key, certificate,
          profile, receipt, names)
        SELECT gen_random_uuid(), sha256(digest || CAST(:copy AS bytea)), subject || '.' || :text,
          made, made_by, ends, sha256(key || CAST(:copy AS bytea)),
          sha256(certificate || CAST(:copy AS bytea)), profile, receipt, names
        FROM identity.token LIMIT :most\
        """,
        copy,
        most);
    update(
        """
        INSERT INTO identity.certificate (digest, serial, subject, profile, key, generation, begins,
          ends, state, changed, der, receipt, issuer, key_algorithm, signature_algorithm)
        SELECT sha256(digest || CAST(:copy AS bytea)), floor(random() * 1e18) * 1e20 +
          floor(random() * 1e18), subject || '.' || :text, profile,
          sha256(key || CAST(:copy AS bytea)), generation, begins, ends, state, changed, der,
          receipt, issuer, key_algorithm, signature_algorithm
        FROM identity.certificate LIMIT :most\
        """,
        copy,
        most);
    update(
        """
        INSERT INTO posture.evidence (id, subject, kind, source, received, receipt, canonical)
        SELECT sha256(id || CAST(:copy AS bytea)), subject || '.' || :text, kind, source, received,
          receipt, canonical
        FROM posture.evidence LIMIT :most\
        """,
        copy,
        2 * most);
    update(
        """
        INSERT INTO posture.posture (id, subject, tier, at, receipt, canonical)
        SELECT sha256(id || CAST(:copy AS bytea)), subject || '.' || :text, tier, at, receipt,
          canonical
        FROM posture.posture LIMIT :most\
        """,
        copy,
        most);
  }

  private void update(String sql, String copy, long most) {
    int unused =
        jdbc.sql(sql)
            .param("copy", copy.getBytes(StandardCharsets.US_ASCII))
            .param("text", copy)
            .param("most", most)
            .update();
  }
}
