package org.thingward.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * From the start of the packaged server to its first answer over HTTPS to a device, and to the
 * first answer to an operator: on fresh data, again on what that left, and once more with a cache
 * of loaded classes as the launcher makes it. Beside it {@link BareSpring}: the least that answers
 * over HTTP with the framework that the operators' listener uses.
 *
 * <p>Arguments: rounds (default 3). To be run in the project's folder, with all modules built.
 */
public final class StartBench {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(120);

  private final HttpClient client = anyServer();
  private final int device = MosquittoProcess.freePort();
  private final int operator = MosquittoProcess.freePort();

  private StartBench() throws IOException {}

  /** Seconds to the first answer of each. */
  private record Took(double device, double operator) {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    // Our client speaks to a server whose authority it cannot know before.
    System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
    StartBench bench = new StartBench();
    List<Took> fresh = new ArrayList<>();
    List<Took> again = new ArrayList<>();
    List<Took> cached = new ArrayList<>();
    List<Double> spring = new ArrayList<>();
    Path cache = Files.createTempFile("start-bench", ".aot");
    Path training = Files.createTempDirectory("start-bench");
    Took _ = bench.server(training.resolve("data"), "-XX:AOTCacheOutput=" + cache);
    delete(training);
    for (int round = 0; round < rounds; round++) {
      Path folder = Files.createTempDirectory("start-bench");
      fresh.add(bench.server(folder.resolve("data")));
      again.add(bench.server(folder.resolve("data")));
      cached.add(bench.server(folder.resolve("data"), "-XX:AOTCache=" + cache));
      spring.add(bench.spring());
      System.out.printf(
          "round %d: %s, on existing data %s, with a cache %s, bare Spring %.2f s%n",
          round + 1, fresh.getLast(), again.getLast(), cached.getLast(), spring.getLast());
      delete(folder);
    }
    double[] reference = spring.stream().mapToDouble(it -> it).toArray();
    report("first answer to a device, fresh data", fresh, Took::device, reference, "≤ 3 s");
    report("first answer to a device, existing data", again, Took::device, reference, "≤ 3 s");
    report("first answer to an operator, fresh data", fresh, Took::operator, reference, "≤ 6 s");
    report("first answer to an operator, existing data", again, Took::operator, reference, "≤ 6 s");
    report("first answer to a device, with the cache", cached, Took::device, reference, "≤ 3 s");
    report(
        "first answer to an operator, with the cache",
        cached,
        Took::operator,
        reference,
        "≤ 3.5 s");
    Files.delete(cache);
    System.exit(0);
  }

  private static void report(
      String what, List<Took> took, ToDoubleFunction<Took> which, double[] reference, String goal) {
    double[] ours = took.stream().mapToDouble(which).toArray();
    new Figure("start to " + what, "s", ours, "bare Spring Boot web", reference, goal).print();
  }

  private Took server(Path data, String... options) throws Exception {
    long start = System.nanoTime();
    try (PackagedServer server = new PackagedServer(data, device, operator, options)) {
      double first =
          answered(
              server::isAlive, start, "https://127.0.0.1:" + device + "/.well-known/est/cacerts");
      return new Took(
          first, answered(server::isAlive, start, "https://127.0.0.1:" + operator + "/"));
    }
  }

  private double spring() throws Exception {
    List<String> arguments = List.of(String.valueOf(operator));
    long start = System.nanoTime();
    Process process = start(ChildJava.command(List.of(), BareSpring.class, arguments));
    try {
      return answered(process::isAlive, start, "http://127.0.0.1:" + operator + "/");
    } finally {
      end(process);
    }
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** Seconds until anything is answered there, or a connection that was taken is refused in TLS. */
  private double answered(BooleanSupplier alive, long start, String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    while (System.nanoTime() - start < LONGEST_NANOS && alive.getAsBoolean()) {
      try {
        int _ = client.send(request, BodyHandlers.discarding()).statusCode();
        return (System.nanoTime() - start) / 1e9;
      } catch (ConnectException | HttpTimeoutException notYet) {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (IOException refused) {
        // Operators need a credential, which this client has none of: the listener is there.
        return (System.nanoTime() - start) / 1e9;
      }
    }
    throw new IllegalStateException("nothing answers at " + url);
  }

  private static HttpClient anyServer() {
    return HttpClient.newBuilder()
        .sslContext(AnyServer.context())
        .connectTimeout(Duration.ofSeconds(2))
        .build();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
