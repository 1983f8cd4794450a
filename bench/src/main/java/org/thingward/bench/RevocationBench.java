package org.thingward.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.thingward.gateway.Gateway;
import org.thingward.gateway.Limits;
import org.thingward.gateway.Meter;
import org.thingward.gateway.Upstream;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.DeviceTls;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Receipt;
import org.thingward.trust.Silence;
import org.thingward.trust.Subject;

/**
 * How long after an operator's order to revoke a device it is refused everywhere: its MQTT session
 * cut, a new one refused, a request over HTTPS refused, OCSP answers "revoked", and its shard of
 * the revocation list has it. Each is watched over TLS by a client that asks again and again, one
 * device after the other; the real listeners, postures, ledger and database. Beside it a channel
 * that is closed in process.
 *
 * <p>{@code RevocationBench FOLDER [REVOCATIONS]}: 200, after 30 unmeasured ones.
 */
public final class RevocationBench {
  private static final int WARM = 30;
  private static final List<String> WATCHED =
      List.of(
          "MQTT session cut",
          "new MQTT session refused",
          "HTTPS request refused",
          "OCSP says revoked",
          "on its revocation list",
          "refused everywhere");

  private final BenchIdentity identity;

  private RevocationBench(BenchIdentity identity) {
    this.identity = identity;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int count = IssuanceBench.argument(arguments, 1, 200);
    double[][] taken;
    try (BenchIdentity identity = new BenchIdentity(folder);
        MosquittoProcess broker = MosquittoProcess.plain(folder.resolve("broker"))) {
      taken = new RevocationBench(identity).revoke(count, broker);
    }
    double[] closed = ChannelCloses.measure(100, 1_000);
    for (int i = 0; i < WATCHED.size(); i++) {
      for (int percent : new int[] {50, 99}) {
        Figure.once(
                "order to revoke: %s, p%d of %d".formatted(WATCHED.get(i), percent, count),
                "ms",
                percentile(taken[i], percent),
                "channel closed in process",
                percentile(closed, percent),
                percent == 99 ? "< 1,000 ms" : "")
            .print();
      }
    }
    System.exit(0);
  }

  private static double percentile(double[] nanos, int percent) {
    double[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length * percent / 100] / 1e6;
  }

  private double[][] revoke(int count, MosquittoProcess broker) throws Exception {
    double[][] taken = new double[WATCHED.size()][count];
    DeviceTls tls =
        new DeviceTls(
            identity.identity(),
            identity.identity()::serverCredential,
            false,
            identity.storage().time());
    InetSocketAddress anyPort = new InetSocketAddress("127.0.0.1", 0);
    try (Gateway gateway = gateway(tls, broker);
        DeviceListener listener =
            new DeviceListener(
                anyPort,
                identity.identity().deviceRoutes(),
                tls,
                identity.postures(),
                new SimpleMeterRegistry(),
                identity.storage().time());
        ExecutorService watching = Executors.newCachedThreadPool()) {
      identity.postures().subscribe(gateway);
      int mqtt = gateway.start(anyPort).getPort();
      List<BenchIdentity.Newcomer> fleet = identity.newcomers(WARM + count);
      for (int i = 0; i < fleet.size(); i++) {
        try (RevokedDevice device =
            new RevokedDevice(identity, fleet.get(i), listener.port(), mqtt)) {
          double[] nanos = revoke(device, watching);
          for (int what = 0; i >= WARM && what < nanos.length; what++) {
            taken[what][i - WARM] = nanos[what];
          }
        }
      }
    }
    return taken;
  }

  /** Nanoseconds until each was seen, and until the last was. */
  private double[] revoke(RevokedDevice device, ExecutorService watching) throws Exception {
    List<Callable<Long>> watchers =
        List.of(
            device::cut,
            device::refusedByMqtt,
            device::refusedByHttps,
            device::revokedByOcsp,
            device::listed);
    List<Future<Long>> seen = new ArrayList<>();
    for (Callable<Long> watcher : watchers) {
      seen.add(watching.submit(watcher));
    }
    TimeUnit.MILLISECONDS.sleep(50);
    Evidence order = order(Subject.device(device.name()));
    long began = System.nanoTime();
    Receipt unused = identity.postures().sinkFor("operator").state(order);
    double[] nanos = new double[WATCHED.size()];
    for (int i = 0; i < seen.size(); i++) {
      nanos[i] = seen.get(i).get(30, TimeUnit.SECONDS) - began;
      nanos[nanos.length - 1] = Math.max(nanos[nanos.length - 1], nanos[i]);
    }
    return nanos;
  }

  private Evidence order(Subject device) {
    Instant now = identity.storage().time().now();
    return new Evidence(
        device,
        "operator.order",
        "operator",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of("order", new ClaimValue.Word("revoke"))),
        now,
        Evidence.NO_END,
        Digest.of(new byte[0]));
  }

  private Gateway gateway(DeviceTls tls, MosquittoProcess broker) throws Exception {
    return new Gateway(
        identity.postures(),
        identity.postures().sinkFor("gateway"),
        tls,
        new Upstream("127.0.0.1", broker.port(), false, Optional.empty(), Optional.empty()),
        Limits.defaults(),
        identity.storage().time(),
        Meter.NONE,
        posture -> Silence.of(identity.postures().policy(), posture),
        Files.createTempDirectory("gateway"));
  }
}
