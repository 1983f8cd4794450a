package org.thingward.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.DeviceTls;

/**
 * Statuses told by OCSP a second: each certificate asked about for the first time, so that every
 * answer is looked up and signed; then the same ones asked about again, which are answered from
 * what was signed a moment ago; both by the responder's handler, without HTTP. Last, the latter
 * over HTTPS, by GET on connections that stay open, from a process of its own on the same machine.
 * Beside each, in the same run, bare P-256 signatures of the same provider on all cores.
 *
 * <p>{@code OcspBench FOLDER [CERTIFICATES [ROUNDS [SECONDS]]]}: 6,000, 3 rounds, 8 seconds over
 * HTTPS for each.
 */
public final class OcspBench {
  private static final int THREADS = 256;
  private static final int AGAIN = 30;
  private static final int CONNECTIONS = 32;
  private static final byte[] SUCCESSFUL = {0x0a, 1, 0};
  private static final Map<String, String> HEADERS =
      Map.of("content-type", "application/ocsp-request");

  private final BenchIdentity identity;
  private final List<byte[]> questions = new ArrayList<>();

  private OcspBench(BenchIdentity identity) {
    this.identity = identity;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int certificates = IssuanceBench.argument(arguments, 1, 6_000);
    int rounds = IssuanceBench.argument(arguments, 2, 3);
    int seconds = IssuanceBench.argument(arguments, 3, 8);
    double[] signatures = new double[rounds];
    double[] first = new double[rounds];
    double[] again = new double[rounds];
    double[] overHttps = new double[rounds];
    try (BenchIdentity identity = new BenchIdentity(folder)) {
      OcspBench bench = new OcspBench(identity);
      bench.issue(certificates * (rounds + 1));
      bench.round(0, certificates, 0);
      for (int round = 0; round < rounds; round++) {
        double[] paces = bench.round(round + 1, certificates, seconds);
        first[round] = paces[0];
        again[round] = paces[1];
        overHttps[round] = paces[2];
        signatures[round] = IssuanceBench.signatures().perSecond();
      }
    }
    print("status told by OCSP, each of another certificate", first, signatures);
    print("the same, asked again", again, signatures);
    print("the same, asked again by GET over HTTPS, 32 connections", overHttps, signatures);
    PeakMemory.print();
    System.exit(0);
  }

  private static void print(String what, double[] ours, double[] signatures) {
    new Figure(what, "/s", ours, "bare P-256 signatures, all cores", signatures, "≥ 20,000 /s")
        .print();
  }

  private void issue(int count) throws Exception {
    Queue<byte[]> issued = new ConcurrentLinkedQueue<>();
    List<Callable<Boolean>> work = new ArrayList<>();
    for (BenchIdentity.Newcomer device : identity.newcomers(count)) {
      work.add(() -> issued.add(identity.enrol(device)));
    }
    ManyAtOnce.Pace unused = ManyAtOnce.of("certificates to ask about", work, THREADS);
    String authority = identity.identity().authorityPem();
    issued.forEach(one -> questions.add(OcspQuestion.about(one, authority)));
  }

  /** What was reached by first questions, by repeated ones, and over HTTPS, a second. */
  private double[] round(int number, int certificates, int seconds) throws Exception {
    List<byte[]> part = questions.subList(number * certificates, (number + 1) * certificates);
    List<Callable<byte[]>> asking = new ArrayList<>();
    part.forEach(question -> asking.add(() -> answered(question)));
    double first = ManyAtOnce.of("first questions", asking, THREADS).perSecond();
    List<Callable<byte[]>> repeated = new ArrayList<>();
    Collections.nCopies(AGAIN, asking).forEach(repeated::addAll);
    double again = ManyAtOnce.of("repeated questions", repeated, THREADS).perSecond();
    return new double[] {first, again, seconds == 0 ? 0 : overHttps(part, seconds)};
  }

  private byte[] answered(byte[] question) {
    byte[] answer = identity.call("POST", "/ocsp", Map.of(), HEADERS, question).body();
    // RFC 6960 §4.2.1: an ENUMERATED of 0, "successful", behind a length of two bytes.
    if (!Arrays.equals(answer, 4, 7, SUCCESSFUL, 0, 3)) {
      throw new IllegalStateException("no status was told");
    }
    return answer;
  }

  private double overHttps(List<byte[]> part, int seconds) throws Exception {
    Path paths = Files.createTempFile("ocsp", ".txt");
    Files.write(
        paths,
        part.stream().map(one -> "/ocsp/" + Base64.getEncoder().encodeToString(one)).toList());
    try (DeviceListener listener =
            new DeviceListener(
                new InetSocketAddress("127.0.0.1", 0),
                identity.identity().deviceRoutes(),
                new DeviceTls(
                    identity.identity(),
                    identity.identity()::serverCredential,
                    false,
                    identity.storage().time()),
                identity.postures(),
                new SimpleMeterRegistry(),
                identity.storage().time());
        ChildJava load =
            new ChildJava(
                List.of(),
                HttpsLoad.class,
                List.of(
                    String.valueOf(listener.port()),
                    paths.toString(),
                    String.valueOf(CONNECTIONS),
                    String.valueOf(seconds)))) {
      double rate = (double) load.number() / seconds;
      System.out.printf("over HTTPS: %.0f/s%n", rate);
      return rate;
    } finally {
      Files.delete(paths);
    }
  }
}
