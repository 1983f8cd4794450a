package org.thingward.bench;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.thingward.gateway.Gateway;
import org.thingward.gateway.Limits;
import org.thingward.gateway.Meter;
import org.thingward.gateway.Upstream;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.trust.Silence;

/**
 * The gateway alone in a process: {@code GatewayProcess KEYS BROKER [PASSWORD-FILE]}, the broker as
 * {@code mqtt://user@host:port}. Prints its port; at each line it reads, collects garbage and
 * prints the bytes of heap in use. Sessions may publish as fast as they can.
 */
final class GatewayProcess {
  private GatewayProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path keys = Path.of(arguments[0]);
    Optional<Path> password =
        arguments.length > 2 ? Optional.of(Path.of(arguments[2])) : Optional.empty();
    BenchTrust trust = new BenchTrust(certificate(keys.resolve("root.pem")));
    X509Certificate own = certificate(keys.resolve("cert.pem"));
    ServerCredential credential =
        new ServerCredential(
            key(keys.resolve("key.pem")), List.of(own), own.getNotAfter().toInstant());
    Time time = Time.ofMachine();
    DeviceTls tls = new DeviceTls(trust, () -> credential, false, time);
    Gateway gateway =
        new Gateway(
            trust,
            trust,
            tls,
            Upstream.parse(arguments[1], password, Optional.empty()),
            Limits.defaults().withPublishesPerSecond(1_000_000),
            time,
            Meter.NONE,
            posture -> Silence.NONE,
            Files.createTempDirectory("gateway"));
    System.out.println(gateway.start(new InetSocketAddress("127.0.0.1", 0)).getPort());
    var buffers = (ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT;
    while (System.in.read() >= 0) {
      long heap = heap();
      System.err.printf(
          "gateway: %d sessions, Netty's buffers %,d bytes outside the heap%n",
          gateway.sessions(), buffers.metric().usedDirectMemory());
      System.out.println(heap);
    }
    // Whoever started this ended: nothing is left to serve.
    System.exit(0);
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      ManagementFactory.getMemoryMXBean().gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static X509Certificate certificate(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(Path file) throws Exception {
    String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
    byte[] der = Base64.getMimeDecoder().decode(text);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }
}
