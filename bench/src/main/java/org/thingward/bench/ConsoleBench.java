package org.thingward.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.DoubleStream;
import org.thingward.cli.Chromium;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.ServerFolder;
import tools.jackson.databind.JsonNode;

/**
 * The console in a real Chromium on a fleet of many devices: how long the first view takes without
 * a cache; and while decisions are made at a steady rate, how old each is when the page has painted
 * it, how long a pressed key takes to be painted, and how the frames come. Beside it a bare page, a
 * plain reader of the same stream, and the same page while nothing happens. Server, browser and the
 * devices that ask share the machine.
 */
public final class ConsoleBench {
  private static final int WIDE = 1440;
  private static final int HIGH = 1000;
  private static final int KEYS = 20;
  private static final int SETTLES_MILLIS = 1_500;

  /** After so long at a thousand a second little of the server is left to compile. */
  private static final int WARMS_SECONDS = 60;

  private static final String COMPLETE =
      """
      new Promise((done) => {
        const look = () => {
          const text = document.body ? document.body.innerText : '';
          if (%s) requestAnimationFrame(() => setTimeout(() => done(performance.now())));
          else requestAnimationFrame(look);
        };
        look();
      })\
      """;

  private final ServerFolder folder;
  private final Chromium browser;

  private ConsoleBench(ServerFolder folder, Chromium browser) {
    this.folder = folder;
    this.browser = browser;
  }

  /**
   * Runs it. Arguments: a folder, devices (10000), decisions a second (1000), seconds (10), views
   * (10).
   */
  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]).resolve("data");
    int devices = Integer.parseInt(arguments[1]);
    int rate = Integer.parseInt(arguments[2]);
    int seconds = Integer.parseInt(arguments[3]);
    int views = Integer.parseInt(arguments[4]);
    Path program =
        Chromium.find(System.getenv()).orElseThrow(() -> new IllegalStateException("no Chromium"));
    ServerFolder folder = new ServerFolder(data);
    try (PackagedServer server = new PackagedServer(data, 0, 0)) {
      awaitOperators(server, folder);
      try (var connection =
              new OperatorConnection(folder.operators(), folder.operator(), new SecureRandom());
          Chromium browser =
              new Chromium(program, Chromium.keyOf(folder.operatorListener().getFirst()))) {
        DecisionLoad load = prepared(folder, new Operator(connection), devices);
        double[] read = plainReader(connection, load, rate, seconds);
        ConsoleBench bench = new ConsoleBench(folder, browser);
        bench.register(Files.readString(data.resolve("first-link")).strip());
        bench.firstViews(devices, views);
        bench.decisions(load, rate, seconds, read);
      }
    }
    System.exit(0);
  }

  private static void awaitOperators(PackagedServer server, ServerFolder folder)
      throws InterruptedException {
    for (long start = System.nanoTime(); System.nanoTime() - start < 90_000_000_000L; ) {
      if (!server.isAlive()) {
        throw new IllegalStateException("the server ended");
      }
      if (folder.hasEndpoints() && Files.exists(folder.root().resolve("first-link"))) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("the server did not start");
  }

  private static DecisionLoad prepared(ServerFolder folder, Operator operator, int devices) {
    StringBuilder rows = new StringBuilder("device,product,release,owner,region,lifecycle\n");
    for (int i = 0; i < devices; i++) {
      rows.append("device-%06d,product-%d,,,region-%d,active%n".formatted(i, i % 5, i % 7));
    }
    byte[] products =
        "{\"inventory\":1,\"products\":[%s],\"releases\":[],\"devices\":[]}"
            .formatted(
                String.join(
                    ",",
                    java.util.stream.IntStream.range(0, 5)
                        .mapToObj("{\"name\":\"product-%d\"}"::formatted)
                        .toList()))
            .getBytes(UTF_8);
    JsonNode ignored = operator.importInventory(products, true, false);
    ignored = operator.importInventory(rows.toString().getBytes(UTF_8), false, false);
    return new DecisionLoad(folder.devices(), operator);
  }

  /** How old each decision is, in milliseconds, when a plain client of the stream has it. */
  private static double[] plainReader(
      OperatorConnection connection, DecisionLoad load, int rate, int seconds)
      throws InterruptedException {
    long warm = load.run(rate, WARMS_SECONDS);
    ConcurrentLinkedQueue<Double> ages = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread reader =
        Thread.ofVirtual()
            .start(() ->
                connection.follow(
                    "/decisions/events",
                    Map.of(),
                    decision -> {
                      Instant at = Instant.parse(decision.path("at").asString());
                      ages.add(Duration.between(at, Instant.now()).toNanos() / 1e6);
                      return !over.get();
                    }));
    Thread.sleep(SETTLES_MILLIS);
    ages.clear();
    long answered = load.run(rate, seconds);
    System.out.printf(
        "plain reader: %,d of %,d decisions read (and %,d before)%n", ages.size(), answered, warm);
    over.set(true);
    long more = load.run(1, 1);
    reader.join(Duration.ofSeconds(5));
    return ages.stream().mapToDouble(it -> it).limit(ages.size() - more).toArray();
  }

  private void register(String link) {
    browser.look(WIDE, HIGH, false);
    browser.open(link);
    browser.sees("Register passkey");
    browser.type("bench");
    browser.click("Register passkey");
    browser.sees("There are no passwords");
    browser.click("Log in");
    browser.sees("Needs a person");
  }

  private void firstViews(int devices, int times) throws IOException {
    JsonNode unused = browser.send("Network.enable", Map.of());
    unused = browser.send("Network.setCacheDisabled", Map.of("cacheDisabled", true));
    String fleet =
        ("text.includes('Nothing waits for a person') && text.includes('%,d devices')"
                + " && text.includes('device-0') && text.includes('Not affirming, by')"
                + " && text.includes('The longest is')")
            .formatted(devices);
    HttpServer bare = barePage();
    double[] ours = new double[times];
    double[] theirs = new double[times];
    for (int i = 0; i < times; i++) {
      ours[i] = view(folder.operators().toString() + "/", fleet);
      theirs[i] =
          view("http://127.0.0.1:" + bare.getAddress().getPort() + "/", "text.includes('Bare')");
    }
    bare.stop(0);
    String what = "first view of the console, %,d devices, nothing cached, to its last paint";
    new Figure(what.formatted(devices), "ms", ours, "a bare page", theirs, "< 1,000 ms").print();
  }

  private double view(String url, String complete) {
    browser.open(url);
    return browser.value(COMPLETE.formatted(complete)).asDouble();
  }

  private static HttpServer barePage() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page = "<!doctype html><title>Bare</title><p>Bare".getBytes(UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("content-type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** What the page saw: times in milliseconds. */
  private record Seen(double[] shown, double[] keys, double[] frames) {
    static Seen of(JsonNode seen) {
      return new Seen(
          numbers(seen.path("shown")), numbers(seen.path("keys")), numbers(seen.path("frames")));
    }

    private static double[] numbers(JsonNode array) {
      return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }
  }

  private void decisions(DecisionLoad load, int rate, int seconds, double[] read)
      throws IOException, InterruptedException {
    browser.open(folder.operators() + "/#/decisions");
    browser.until("the live stream", "document.body.innerText.includes('as they are made')");
    JsonNode unused = browser.value(script());
    unused = browser.value("document.querySelector('input').focus()");
    press();
    Seen idle = seen();
    long answered = loadWithKeys(load, rate, seconds);
    Seen busy = seen();
    System.out.printf(
        "page: %,d of %,d decisions shown; frames: %,d%n",
        busy.shown().length, answered, busy.frames().length);
    report("decision made to painted at %,d/s, p%d".formatted(rate, 99), busy.shown(), read, 99);
    report("decision made to painted at %,d/s, p%d".formatted(rate, 50), busy.shown(), read, 50);
    figure("key pressed to painted meanwhile, p95", busy.keys(), idle.keys(), 95, "≤ 200 ms");
    figure("between two frames meanwhile, p99", busy.frames(), idle.frames(), 99, "≤ 200 ms");
  }

  private static String script() throws IOException {
    try (InputStream in = ConsoleBench.class.getResourceAsStream("page-watch.js")) {
      return new String(Optional.ofNullable(in).orElseThrow().readAllBytes(), UTF_8);
    }
  }

  private Seen seen() {
    return Seen.of(browser.value("window.pageWatch()"));
  }

  /** Types, as a reader who looks for a device would, four letters a second at most. */
  private void press() throws InterruptedException {
    for (int i = 0; i < KEYS; i++) {
      JsonNode unused =
          browser.send(
              "Input.dispatchKeyEvent", Map.of("type", "keyDown", "text", "a", "key", "a"));
      unused = browser.send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", "a"));
      Thread.sleep(250);
    }
  }

  private long loadWithKeys(DecisionLoad load, int rate, int seconds) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    Thread typist =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!over.get()) {
                  press();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    long answered = load.run(rate, seconds);
    over.set(true);
    typist.join();
    return answered;
  }

  private static void report(String what, double[] ours, double[] theirs, int percent) {
    figure(what, ours, theirs, percent, percent == 99 ? "< 250 ms" : "", "a plain reader");
  }

  private static void figure(
      String what, double[] ours, double[] theirs, int percent, String goal) {
    figure(what, ours, theirs, percent, goal, "the same page, nothing happening");
  }

  private static void figure(
      String what, double[] ours, double[] theirs, int percent, String goal, String beside) {
    Figure.once(what, "ms", at(ours, percent), beside, at(theirs, percent), goal).print();
  }

  private static double at(double[] values, int percent) {
    double[] sorted = DoubleStream.of(values).sorted().toArray();
    if (sorted.length < 10) {
      throw new IllegalStateException("too few: " + Arrays.toString(sorted));
    }
    return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)];
  }
}
