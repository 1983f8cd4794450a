package org.thingward.bench;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.thingward.gateway.Gateway;
import org.thingward.gateway.Limits;
import org.thingward.gateway.Meter;
import org.thingward.gateway.Upstream;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Subject;

/**
 * How long a live session lasts after its device fell: from the change of posture to the cut in the
 * gateway, and to the DISCONNECT that the device reads, over 1,000 cuts (or as many as given).
 */
public final class CutBench {
  private static final int WARM_UP = 100;

  private CutBench() {}

  public static void main(String[] arguments) throws Exception {
    int cuts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    Path folder = Files.createTempDirectory("cut-bench");
    BenchPki pki = new BenchPki();
    BenchTrust trust = new BenchTrust(pki.root());
    BenchPki.Holder server = pki.holder("localhost");
    ServerCredential credential =
        new ServerCredential(
            server.key(),
            List.of(server.certificate()),
            server.certificate().getNotAfter().toInstant());
    Time time = Time.ofMachine();
    DeviceTls tls = new DeviceTls(trust, () -> credential, false, time);
    Cuts heard = new Cuts();
    try (MosquittoProcess broker = MosquittoProcess.plain(folder);
        Gateway gateway =
            new Gateway(
                trust,
                trust,
                tls,
                new Upstream("127.0.0.1", broker.port(), false, Optional.empty(), Optional.empty()),
                Limits.defaults(),
                time,
                heard)) {
      int port = gateway.start(new InetSocketAddress("127.0.0.1", 0)).getPort();
      List<Long> atDevice = new ArrayList<>();
      for (int i = 0; i < WARM_UP + cuts; i++) {
        atDevice.add(cutOne(gateway, trust, pki, pki.holder("cut-" + i), port));
      }
      report("posture change to cut in the gateway", heard.last(cuts));
      report("posture change to the device's socket", atDevice.subList(WARM_UP, WARM_UP + cuts));
    }
    System.exit(0);
  }

  /** Connects a device, makes it fall, and waits for its DISCONNECT; nanoseconds. */
  private static long cutOne(
      Gateway gateway, BenchTrust trust, BenchPki pki, BenchPki.Holder holder, int port)
      throws Exception {
    SSLContext context = context(pki, holder);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
      byte[] id = holder.name().getBytes(StandardCharsets.UTF_8);
      byte[] head = {0x10, (byte) (13 + id.length), 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0};
      socket.getOutputStream().write(head);
      socket.getOutputStream().write(new byte[] {0, (byte) id.length});
      socket.getOutputStream().write(id);
      InputStream in = socket.getInputStream();
      in.skipNBytes(1);
      in.skipNBytes(in.read());
      PostureChange fall = trust.fall(Subject.device(holder.name()));
      long start = System.nanoTime();
      gateway.posturesChanged(List.of(fall));
      if (in.read() != 0xE0) {
        throw new IllegalStateException("no DISCONNECT came");
      }
      return System.nanoTime() - start;
    }
  }

  private static SSLContext context(BenchPki pki, BenchPki.Holder holder) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", holder.key(), new char[0], new Certificate[] {holder.certificate()});
    own.setCertificateEntry("root", pki.root());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(own);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static void report(String what, List<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    System.out.printf(
        "%-40s p50 %.3f ms   p99 %.3f ms   worst %.3f ms   of %d (goal p99 < 5 ms)%n",
        what,
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.get(sorted.size() * 99 / 100) / 1e6,
        sorted.getLast() / 1e6,
        sorted.size());
  }

  /** Keeps what the gateway measures itself. */
  private static final class Cuts implements Meter {
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

    @Override
    public void cut(long took) {
      nanos.add(took);
    }

    List<Long> last(int count) {
      List<Long> all = new ArrayList<>(nanos);
      return all.subList(Math.max(0, all.size() - count), all.size());
    }
  }
}
