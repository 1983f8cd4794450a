package org.thingward.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Full handshakes with mutual TLS 1.3, for each second of processor time that the server uses: the
 * gateway's listener in a process of its own, beside {@code openssl s_server} with the same keys
 * and the same client. Then the hybrid X25519MLKEM768 beside X25519, both at the gateway.
 *
 * <p>Arguments: seconds per figure (default 5), rounds (default 3).
 */
public final class HandshakeBench {
  private static final String GOAL = "≥ 600 /CPU-s";
  private static final String HYBRID_GOAL = "≥ 0.71 of X25519 (within 1.4×)";

  /** Handshakes end before a broker is asked for. */
  private static final String NO_BROKER = "mqtt://127.0.0.1:9";

  private HandshakeBench() {}

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Path folder = Files.createTempDirectory("handshake-bench");
    BenchPki pki = new BenchPki();
    Path keys = pki.write(pki.holder("localhost"), folder);
    BenchPki.Holder device = pki.holder("bench");
    try (ChildJava gateway =
            new ChildJava(List.of(), GatewayProcess.class, List.of(keys.toString(), NO_BROKER));
        OpensslServer reference = OpensslServer.start(keys, folder);
        HandshakeLoad classic = new HandshakeLoad(pki, device, "X25519");
        HandshakeLoad hybrid = new HandshakeLoad(pki, device, "X25519MLKEM768")) {
      int port = Math.toIntExact(gateway.number());
      classic.probe(port);
      hybrid.probe(port);
      classic.probe(reference.port());
      double[][] figures = new double[3][rounds];
      // The first round, a longer one, warms up and does not count.
      for (int round = -1; round < rounds; round++) {
        int length = round < 0 ? 3 * seconds : seconds;
        double[] figure = {
          perSecond(classic, port, length, gateway::cpu),
          perSecond(hybrid, port, length, gateway::cpu),
          perSecond(classic, reference.port(), length, reference::cpu)
        };
        System.out.printf(
            "round %d: X25519 %.0f, hybrid %.0f, s_server %.0f /CPU-s%n",
            round + 1, figure[0], figure[1], figure[2]);
        for (int i = 0; i < figure.length && round >= 0; i++) {
          figures[i][round] = figure[i];
        }
      }
      report(figures);
    }
    System.exit(0);
  }

  private static void report(double[][] figures) {
    String unit = "/CPU-s";
    new Figure(
            "full mTLS handshake, X25519", unit, figures[0], "openssl s_server", figures[2], GOAL)
        .print();
    new Figure(
            "full mTLS handshake, hybrid X25519MLKEM768",
            unit,
            figures[1],
            "the gateway with X25519",
            figures[0],
            HYBRID_GOAL)
        .print();
  }

  private static double perSecond(HandshakeLoad load, int port, int seconds, Supplier<Duration> cpu)
      throws Exception {
    long before = cpu.get().toNanos();
    long done = load.run(port, seconds);
    return done * 1e9 / Math.max(1, cpu.get().toNanos() - before);
  }
}
