package org.thingward.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Memory of an idle MQTT session over mutual TLS, in the gateway's process: what the heap in use
 * after a collection grows by, and what the process grows by outside the heap, which is of fixed
 * size and touched from the start. Beside it the growth of a mosquitto that holds as many sessions
 * over mutual TLS. The broker behind the gateway is another mosquitto, whose memory is not counted.
 *
 * <p>Arguments: sessions (default 2000).
 */
public final class IdleSessionBench {
  private static final int WARM_UP = 50;
  private static final List<String> FIXED_HEAP =
      List.of("-Xms768m", "-Xmx768m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");

  private IdleSessionBench() {}

  public static void main(String[] arguments) throws Exception {
    int sessions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
    Path folder = Files.createTempDirectory("idle-bench");
    BenchPki pki = new BenchPki();
    Path keys = pki.write(pki.holder("localhost"), folder.resolve("keys"));
    List<BenchPki.Holder> devices =
        IntStream.range(0, sessions).mapToObj(i -> pki.holder("idle-" + i)).toList();
    try (MosquittoProcess broker = MosquittoProcess.plain(folder.resolve("broker"));
        MosquittoProcess reference = MosquittoProcess.mutualTls(folder.resolve("mosquitto"), keys);
        ChildJava gateway =
            new ChildJava(
                FIXED_HEAP,
                GatewayProcess.class,
                List.of(keys.toString(), "mqtt://127.0.0.1:" + broker.port()))) {
      int port = Math.toIntExact(gateway.number());
      double ours = ofGateway(pki, devices, port, gateway);
      double theirs = ofReference(pki, devices, reference);
      Figure.once(
              "memory of an idle mTLS session, mean over " + sessions,
              "KB in the gateway",
              ours,
              "mosquitto with mTLS",
              theirs,
              "≤ 25 KB")
          .print();
      System.out.printf(
          Locale.ROOT,
          "extrapolated, not measured: 100,000 idle sessions take %.1f GB in the gateway%n",
          ours * 100_000 / (1 << 20));
    }
    System.exit(0);
  }

  private static double ofGateway(
      BenchPki pki, List<BenchPki.Holder> devices, int port, ChildJava gateway) throws Exception {
    try (MqttLoad warm = new MqttLoad(pki, port)) {
      warm.hold(devices.subList(0, Math.min(WARM_UP, devices.size())));
    }
    TimeUnit.SECONDS.sleep(1);
    long heapBefore = gateway.ask();
    long before = resident(gateway.pid());
    try (MqttLoad load = new MqttLoad(pki, port)) {
      load.hold(devices);
      long heap = gateway.ask() - heapBefore;
      long outside = resident(gateway.pid()) - before;
      System.out.printf(
          Locale.ROOT,
          "gateway: %.1f KB of heap and %.1f KB outside it for each of %d sessions%n",
          heap / 1024.0 / devices.size(),
          outside / 1024.0 / devices.size(),
          devices.size());
      return (heap + outside) / 1024.0 / devices.size();
    }
  }

  private static double ofReference(
      BenchPki pki, List<BenchPki.Holder> devices, MosquittoProcess reference) throws Exception {
    long before = resident(reference.process().pid());
    try (MqttLoad load = new MqttLoad(pki, reference.port())) {
      load.hold(devices);
      return (resident(reference.process().pid()) - before) / 1024.0 / devices.size();
    }
  }

  /** The bytes of memory that a process has resident. */
  private static long resident(long pid) throws Exception {
    try (var lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
      String line = lines.filter(one -> one.startsWith("VmRSS:")).findFirst().orElseThrow();
      return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
  }
}
