package org.thingward.bench;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.thingward.gateway.BrokerChild;
import org.thingward.gateway.Gateway;
import org.thingward.gateway.Limits;
import org.thingward.gateway.Meter;
import org.thingward.platform.Children;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.Randomness;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.trust.Silence;

/**
 * MQTT through the gateway and the default broker beside mosquitto alone with mutual TLS, in one
 * run: full mTLS connects a second to CONNACK, and QoS 1 publishes a second (50 connections, window
 * 20, 100 bytes, no subscriber). The load shares the machine.
 *
 * <p>Arguments: the folder of the built broker (default {@code broker/target}), seconds per figure
 * (default 5), rounds (default 3).
 */
public final class GatewayBench {
  private static final int CONNECTIONS = 50;

  private GatewayBench() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments.length > 0 ? arguments[0] : "broker/target");
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    Path folder = Files.createTempDirectory("gateway-bench");
    BenchPki pki = new BenchPki();
    BenchPki.Holder server = pki.holder("localhost");
    List<BenchPki.Holder> devices =
        IntStream.range(0, CONNECTIONS).mapToObj(i -> pki.holder("bench-" + i)).toList();
    Time time = Time.ofMachine();
    try (Children children = new Children(Files.createDirectories(folder.resolve("logs")), time);
        BrokerChild broker =
            BrokerChild.start(
                children,
                home,
                Files.createDirectories(folder.resolve("broker")),
                "1g",
                new Randomness(time),
                time);
        Gateway gateway = gateway(pki, server, broker, time);
        MosquittoProcess reference =
            MosquittoProcess.mutualTls(
                folder.resolve("mosquitto"), pki.write(server, folder.resolve("keys")))) {
      int port = gateway.start(new InetSocketAddress("127.0.0.1", 0)).getPort();
      compare(pki, devices, port, reference.port(), seconds, rounds);
    }
    // Netty's and HiveMQ's helper threads need not be waited for.
    System.exit(0);
  }

  private static Gateway gateway(
      BenchPki pki, BenchPki.Holder server, BrokerChild broker, Time time) {
    BenchTrust trust = new BenchTrust(pki.root());
    ServerCredential credential =
        new ServerCredential(
            server.key(),
            List.of(server.certificate()),
            server.certificate().getNotAfter().toInstant());
    DeviceTls tls = new DeviceTls(trust, () -> credential, false, time);
    Limits limits = Limits.defaults().withPublishesPerSecond(1_000_000);
    return new Gateway(
        trust, trust, tls, broker.upstream(), limits, time, Meter.NONE, posture -> Silence.NONE);
  }

  private static void compare(
      BenchPki pki,
      List<BenchPki.Holder> devices,
      int gatewayPort,
      int referencePort,
      int seconds,
      int rounds)
      throws Exception {
    List<double[]> figures = new ArrayList<>();
    try (MqttLoad ours = new MqttLoad(pki, gatewayPort);
        MqttLoad theirs = new MqttLoad(pki, referencePort)) {
      // The first round warms up and does not count.
      for (int round = 0; round <= rounds; round++) {
        double[] figure = {
          ours.connects(devices, seconds),
          theirs.connects(devices, seconds),
          ours.publishes(devices, seconds),
          theirs.publishes(devices, seconds)
        };
        System.out.printf("%s %s%n", round == 0 ? "warm-up" : "round " + round, text(figure));
        if (round > 0) {
          figures.add(figure);
        }
      }
    }
    report("MQTT connect over mTLS, gateway and default broker", figures, 0, "1.1");
    report("MQTT QoS 1 publish, gateway and default broker", figures, 2, "1.3");
  }

  private static String text(double[] figure) {
    return "connects %.0f / %.0f, publishes %.0f / %.0f"
        .formatted(figure[0], figure[1], figure[2], figure[3]);
  }

  private static void report(String what, List<double[]> figures, int column, String goal) {
    new Figure(
            what,
            "/s",
            figures.stream().mapToDouble(figure -> figure[column]).toArray(),
            "mosquitto with mTLS",
            figures.stream().mapToDouble(figure -> figure[column + 1]).toArray(),
            "ratio ≥ " + goal)
        .print();
  }
}
