package org.thingward.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.DeviceTls;

/**
 * Statuses told by OCSP a second: each certificate asked about for the first time, while nothing is
 * signed ahead, so that every answer is looked up and signed; then the same ones asked about again,
 * which are answered from what was signed a moment ago; then others for the first time, once
 * answers were signed ahead; all by the responder's handler, without HTTP. Last, the repeated ones
 * over HTTPS, by GET on connections that stay open, from a process of its own on the same machine.
 * Beside each, in the same run, bare P-256 signatures of the same provider on all cores.
 *
 * <p>{@code OcspBench FOLDER [CERTIFICATES [ROUNDS [SECONDS [WARM]]]]}: 3,000 for each round, 3
 * rounds, 8 seconds over HTTPS for each, after 20 unmeasured rounds of questions with a nonce, each
 * of which is looked up and its answer signed.
 */
public final class OcspBench {
  private static final int THREADS = 256;
  private static final int AGAIN = 30;
  private static final int CONNECTIONS = 32;
  private static final int SECONDS_TO_SIGN_ALL = 20;
  private static final byte[] SUCCESSFUL = {0x0a, 1, 0};
  private static final Map<String, String> HEADERS =
      Map.of("content-type", "application/ocsp-request");

  private final BenchIdentity identity;
  private final List<byte[]> questions = new ArrayList<>();
  private final List<byte[]> withNonce = new ArrayList<>();

  private OcspBench(BenchIdentity identity) {
    this.identity = identity;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int certificates = IssuanceBench.argument(arguments, 1, 3_000);
    int rounds = IssuanceBench.argument(arguments, 2, 3);
    int seconds = IssuanceBench.argument(arguments, 3, 8);
    int warm = IssuanceBench.argument(arguments, 4, 20);
    double[] signatures = new double[rounds];
    double[] first = new double[rounds];
    double[] micros = new double[rounds];
    double[] microsOfSigning = new double[rounds];
    double[] again = new double[rounds];
    double[] firstAhead = new double[rounds];
    double[] overHttps = new double[rounds];
    try (BenchIdentity identity = new BenchIdentity(folder)) {
      OcspBench bench = new OcspBench(identity);
      bench.issue(certificates * 2 * rounds);
      bench.warmUp(certificates, warm);
      for (int round = 0; round < rounds; round++) {
        List<byte[]> part = bench.part(round, certificates);
        ManyAtOnce.Pace pace = bench.ask("first questions", part, 1);
        first[round] = pace.perSecond();
        micros[round] = pace.micros();
        again[round] = bench.ask("repeated questions", part, AGAIN).perSecond();
        overHttps[round] = seconds == 0 ? 0 : bench.overHttps(part, seconds);
        ManyAtOnce.Pace bare = IssuanceBench.signatures();
        signatures[round] = bare.perSecond();
        microsOfSigning[round] = bare.micros();
      }
      try (AutoCloseable unused = bench.signAhead()) {
        for (int round = 0; round < rounds; round++) {
          List<byte[]> part = bench.part(rounds + round, certificates);
          firstAhead[round] = bench.ask("first questions, signed ahead", part, 1).perSecond();
        }
      }
    }
    print("status told by OCSP, each of another certificate", first, signatures);
    new Figure(
            "processor time of one",
            "µs",
            micros,
            "bare P-256 signatures, all cores",
            microsOfSigning,
            "")
        .print();
    print("the same, asked again", again, signatures);
    print("the same, asked first, signed ahead", firstAhead, signatures);
    if (seconds > 0) {
      print("the same, asked again by GET over HTTPS, 32 connections", overHttps, signatures);
    }
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
    for (byte[] one : issued) {
      questions.add(OcspQuestion.about(one, authority));
      withNonce.add(OcspQuestion.withNonce(one, authority));
    }
  }

  private List<byte[]> part(int number, int certificates) {
    return questions.subList(number * certificates, (number + 1) * certificates);
  }

  private void warmUp(int certificates, int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      ManyAtOnce.Pace unused = ask("questions with a nonce", withNonce.subList(0, certificates), 1);
    }
  }

  /** Lets answers be signed ahead, and waits until they are. */
  private AutoCloseable signAhead() throws Exception {
    Duration before = ChildJava.cpu(ProcessHandle.current());
    AutoCloseable ahead = identity.identity().answerAhead();
    TimeUnit.SECONDS.sleep(SECONDS_TO_SIGN_ALL);
    Duration used = ChildJava.cpu(ProcessHandle.current()).minus(before);
    System.out.printf(
        "signed ahead in %d s by %d ms of processor time, with %d certificates in force%n",
        SECONDS_TO_SIGN_ALL, used.toMillis(), questions.size());
    return ahead;
  }

  /** Asks all of these so many times. */
  private ManyAtOnce.Pace ask(String what, List<byte[]> asked, int times) throws Exception {
    List<Callable<byte[]>> once = new ArrayList<>();
    asked.forEach(question -> once.add(() -> answered(question)));
    List<Callable<byte[]>> all = new ArrayList<>();
    Collections.nCopies(times, once).forEach(all::addAll);
    return ManyAtOnce.of(what, all, THREADS);
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
