package org.thingward.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.thingward.gateway.Gateway;
import org.thingward.gateway.Limits;
import org.thingward.gateway.Meter;
import org.thingward.gateway.Upstream;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.posture.Postures;
import org.thingward.trust.Silence;

/**
 * How long a live session lasts after evidence against its device: from the call that states it to
 * the DISCONNECT on the device's socket. Postures, the ledger and the database are the real ones, a
 * fleet of 100 devices holds sessions over mutual TLS; one after the other is ordered into
 * quarantine, cut, released, and connects again. Beside it, in the same run, the least that a cut
 * can take: a channel that is closed in process, seen by its peer. Among the figures is the
 * gateway's share: from hearing of the change to the cut.
 *
 * <p>Arguments: cuts (default 1000), postures of other devices that change meanwhile (default 0).
 */
public final class CutBench {
  private static final int WARM_UP = 100;
  private static final int FLEET = 100;

  private CutBench() {}

  public static void main(String[] arguments) throws Exception {
    int cuts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    int others = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    Path folder = Files.createTempDirectory("cut-bench");
    Cuts heard = new Cuts();
    double[] taken = cuts(cuts, others, folder, heard);
    double[] closed = ChannelCloses.measure(WARM_UP, cuts);
    String meanwhile = others > 0 ? " while %,d postures change".formatted(others) : "";
    report("evidence to DISCONNECT at the device" + meanwhile, taken, closed);
    report("posture change to cut, in the gateway alone" + meanwhile, heard.last(cuts), closed);
    System.exit(0);
  }

  private static double[] cuts(int cuts, int others, Path folder, Cuts heard) throws Exception {
    BenchPki pki = new BenchPki();
    try (Storage storage = Storage.open(folder);
        Postures postures = storage.postures();
        MosquittoProcess broker = MosquittoProcess.plain(folder.resolve("broker"));
        Gateway gateway = gateway(pki, postures, broker, storage.time(), heard)) {
      postures.subscribe(gateway);
      int port = gateway.start(new InetSocketAddress("127.0.0.1", 0)).getPort();
      List<CutDevice> fleet = new ArrayList<>();
      for (int i = 0; i < FLEET; i++) {
        fleet.add(new CutDevice(postures, storage.time(), pki, "cut-" + i, port));
      }
      try (OtherChanges changes = new OtherChanges(postures, storage.time(), others)) {
        return cutEach(fleet, cuts, others, changes);
      }
    }
  }

  /** Cuts so often, and on until so many other postures have changed too. */
  private static double[] cutEach(List<CutDevice> fleet, int cuts, int others, OtherChanges changes)
      throws Exception {
    double[] nanos = new double[cuts];
    int changedBefore = 0;
    try (ExecutorService operator = Executors.newSingleThreadExecutor()) {
      for (int i = -WARM_UP; i < cuts || changes.count() - changedBefore < others; i++) {
        if (i == 0) {
          changedBefore = changes.count();
        }
        CutDevice device = fleet.get((i + WARM_UP) % fleet.size());
        Future<Long> stated = operator.submit(device::quarantine);
        long end = device.awaitCut();
        if (i >= nanos.length) {
          nanos = Arrays.copyOf(nanos, nanos.length + 1);
        }
        if (i >= 0) {
          nanos[i] = end - stated.get();
        }
        // Only once the quarantine is durable too can the release be later than it.
        long _ = stated.get();
        device.releaseAndConnect();
      }
      System.out.printf(
          "%d cuts while %d other postures changed%n",
          nanos.length, changes.count() - changedBefore);
    } finally {
      for (CutDevice device : fleet) {
        device.close();
      }
    }
    return nanos;
  }

  private static Gateway gateway(
      BenchPki pki, Postures postures, MosquittoProcess broker, Time time, Meter meter)
      throws IOException {
    BenchPki.Holder server = pki.holder("localhost");
    ServerCredential credential =
        new ServerCredential(
            server.key(),
            List.of(server.certificate()),
            server.certificate().getNotAfter().toInstant());
    DeviceTls tls = new DeviceTls(new BenchTrust(pki.root()), () -> credential, false, time);
    Upstream upstream =
        new Upstream("127.0.0.1", broker.port(), false, Optional.empty(), Optional.empty());
    return new Gateway(
        postures,
        postures.sinkFor("gateway"),
        tls,
        upstream,
        Limits.defaults(),
        time,
        meter,
        posture -> Silence.of(postures.policy(), posture),
        Files.createTempDirectory("gateway"));
  }

  private static void report(String what, double[] ours, double[] closed) {
    String reference = "channel closed in process";
    double[] cuts = sorted(ours);
    double[] closes = sorted(closed);
    for (int percent : new int[] {50, 99}) {
      String row = what + ", p" + percent + " of " + cuts.length;
      String goal = percent == 99 ? "p99 < 5 ms" : "";
      double our = cuts[cuts.length * percent / 100] / 1e6;
      double their = closes[closes.length * percent / 100] / 1e6;
      Figure.once(row, "ms", our, reference, their, goal).print();
    }
    System.out.printf(
        "%s: worst %.3f ms; a close: worst %.3f ms%n",
        what, cuts[cuts.length - 1] / 1e6, closes[closes.length - 1] / 1e6);
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Keeps what the gateway measures itself. */
  private static final class Cuts implements Meter {
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

    @Override
    public void cut(long took) {
      nanos.add(took);
    }

    double[] last(int count) {
      double[] all = nanos.stream().mapToDouble(it -> it).toArray();
      return Arrays.copyOfRange(all, Math.max(0, all.length - count), all.length);
    }
  }
}
