package org.thingward.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.thingward.gateway.BrokerChild;
import org.thingward.gateway.Upstream;
import org.thingward.platform.Children;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/**
 * MQTT through the gateway and the default broker beside mosquitto alone with mutual TLS, in one
 * run: full mTLS connects a second to CONNACK, and QoS 1 publishes a second (50 connections, window
 * 20, 100 bytes, no subscriber). Gateway, broker and mosquitto are processes of their own; the load
 * is this process, the same for both, and shares the machine. The processor time that each process
 * uses for one connect or publish is printed beside the figures. Then, at half the rate of
 * publishes that ours reached, how long a message takes to its PUBACK, beside the same load on the
 * same broker without gateway and TLS: what the gateway adds.
 *
 * <p>Arguments: the folder of the built broker (default {@code broker/target}), seconds per figure
 * (default 5), rounds (default 3), seconds of warm-up for each kind of load (default 10), for ours
 * as for mosquitto.
 */
public final class GatewayBench {
  private static final int CONNECTIONS = 50;

  /** As the server starts it. */
  private static final String BROKER_MEMORY = "512m";

  private final List<BenchPki.Holder> devices;
  private final Target ours;
  private final Target theirs;
  private final MqttLoad direct;

  /** Whom the load speaks to, and what works behind. */
  private record Target(String name, MqttLoad load, ProcessorTime processors) {}

  /** How many a second, and what one costs. */
  private record Measured(double rate, ProcessorTime.Used used) {}

  /** One round with one target. */
  private record Load(Measured connects, Measured publishes) {}

  /** Runs a load for so many seconds; returns how many a second were done. */
  private interface Rate {
    double run(int seconds) throws Exception;
  }

  private GatewayBench(List<BenchPki.Holder> devices, Target ours, Target theirs, MqttLoad direct) {
    this.devices = devices;
    this.ours = ours;
    this.theirs = theirs;
    this.direct = direct;
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments.length > 0 ? arguments[0] : "broker/target");
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    int warmUp = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10;
    Path folder = Files.createTempDirectory("gateway-bench");
    BenchPki pki = new BenchPki();
    Path keys = pki.write(pki.holder("localhost"), folder.resolve("keys"));
    List<BenchPki.Holder> devices =
        IntStream.range(0, CONNECTIONS).mapToObj(i -> pki.holder("bench-" + i)).toList();
    Time time = Time.ofMachine();
    try (Children children = new Children(Files.createDirectories(folder.resolve("logs")), time);
        BrokerChild broker =
            BrokerChild.start(
                children,
                home,
                Files.createDirectories(folder.resolve("broker")),
                BROKER_MEMORY,
                new Randomness(time),
                time);
        ChildJava gateway = gateway(keys, broker.upstream());
        MosquittoProcess mosquitto = MosquittoProcess.mutualTls(folder.resolve("mosquitto"), keys);
        MqttLoad toGateway = new MqttLoad(pki, Math.toIntExact(gateway.number()));
        MqttLoad toMosquitto = new MqttLoad(pki, mosquitto.port());
        MqttLoad toBroker = MqttLoad.direct(broker.upstream())) {
      ProcessorTime ours =
          processors().and("gateway", gateway.handle()).and("broker", brokerProcess());
      ProcessorTime theirs = processors().and("mosquitto", mosquitto.process().toHandle());
      new GatewayBench(
              devices,
              new Target("gateway", toGateway, ours),
              new Target("mosquitto", toMosquitto, theirs),
              toBroker)
          .run(seconds, rounds, warmUp);
    }
    // Netty's and HiveMQ's helper threads need not be waited for.
    System.exit(0);
  }

  private static ProcessorTime processors() {
    return new ProcessorTime().and("load", ProcessHandle.current());
  }

  private static ChildJava gateway(Path keys, Upstream broker) throws Exception {
    Upstream.Credential credential = broker.credential().orElseThrow();
    Path password = Files.writeString(keys.resolve("broker-password"), credential.password());
    String address = "mqtt://%s@%s:%d".formatted(credential.user(), broker.host(), broker.port());
    return new ChildJava(
        List.of(), GatewayProcess.class, List.of(keys.toString(), address, password.toString()));
  }

  private static ProcessHandle brokerProcess() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .filter(process ->
            process.info().commandLine().orElse("").contains("org.thingward.broker.Broker"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the broker does not run"));
  }

  private void run(int seconds, int rounds, int warmUp) throws Exception {
    for (Target target : List.of(ours, theirs)) {
      System.out.printf(
          "warm-up of %s: %.0f connects/s, %.0f publishes/s%n",
          target.name(),
          target.load().connects(devices, warmUp),
          target.load().publishes(devices, warmUp));
    }
    List<Load> ofOurs = new ArrayList<>();
    List<Load> ofTheirs = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      ofOurs.add(load(ours, seconds));
      ofTheirs.add(load(theirs, seconds));
    }
    String connect = "MQTT connect over mTLS, gateway and default broker";
    report(connect, Load::connects, ofOurs, ofTheirs, "1.1");
    String publish = "MQTT QoS 1 publish, gateway and default broker";
    report(publish, Load::publishes, ofOurs, ofTheirs, "1.3");
    latency(median(ofTheirs, load -> load.publishes().rate()) / 2, seconds, rounds);
  }

  /**
   * At half of what the reference reaches. Half of what the gateway reaches, whose messages share
   * writes, is more than this load can send when each message leaves by itself at its own moment.
   */
  private void latency(double rate, int seconds, int rounds) throws Exception {
    double[] through = new double[rounds];
    double[] without = new double[rounds];
    double[] added = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      through[round] = p99Millis(ours.load(), "through the gateway", rate, seconds);
      without[round] = p99Millis(direct, "directly to the broker", rate, seconds);
      added[round] = through[round] - without[round];
    }
    String what = "p99 of a QoS 1 publish to its PUBACK at half load (%,.0f/s)".formatted(rate);
    new Figure(what, "ms", through, "the same broker, in the clear", without, "").print();
    System.out.printf(
        Locale.ROOT,
        "| added latency p99 at half load | | %.3f (%.3f–%.3f) ms | | ≤ 1 ms |%n",
        Figure.median(added),
        Arrays.stream(added).min().orElseThrow(),
        Arrays.stream(added).max().orElseThrow());
  }

  private double p99Millis(MqttLoad load, String way, double rate, int seconds) throws Exception {
    long[] took = load.roundTrips(devices, rate, seconds);
    System.out.printf(
        Locale.ROOT,
        "%s at %.0f/s: %.0f/s answered, p50 %.3f ms, p99 %.3f ms, worst %.3f ms%n",
        way,
        rate,
        took.length / (double) seconds,
        took[took.length / 2] / 1e6,
        took[took.length * 99 / 100] / 1e6,
        took[took.length - 1] / 1e6);
    return took[took.length * 99 / 100] / 1e6;
  }

  private static Measured measure(String what, Target target, int seconds, int uncounted, Rate rate)
      throws Exception {
    target.processors().begin();
    double perSecond = rate.run(seconds);
    ProcessorTime.Used used = target.processors().end(perSecond * (seconds + uncounted));
    System.out.printf(
        Locale.ROOT, "%s, %s: %.0f/s; each %s%n", what, target.name(), perSecond, used);
    return new Measured(perSecond, used);
  }

  private Load load(Target target, int seconds) throws Exception {
    return new Load(
        measure("connects", target, seconds, 0, time -> target.load().connects(devices, time)),
        // For a second before it counts, it runs already.
        measure("publishes", target, seconds, 1, time -> target.load().publishes(devices, time)));
  }

  private static void report(
      String what, Function<Load, Measured> kind, List<Load> ours, List<Load> theirs, String goal) {
    String reference = "mosquitto with mTLS";
    double[] our = column(ours, load -> kind.apply(load).rate());
    double[] their = column(theirs, load -> kind.apply(load).rate());
    new Figure(what, "/s", our, reference, their, "ratio ≥ " + goal).print();
    double[] ourTime = column(ours, load -> kind.apply(load).used().all());
    double[] theirTime = column(theirs, load -> kind.apply(load).used().all());
    String time = what + ": processor time of one, the load's included";
    new Figure(time, "µs", ourTime, reference, theirTime, "").print();
  }

  private static double median(List<Load> loads, ToDoubleFunction<Load> value) {
    return Figure.median(column(loads, value));
  }

  private static double[] column(List<Load> loads, ToDoubleFunction<Load> value) {
    return loads.stream().mapToDouble(value).toArray();
  }
}
