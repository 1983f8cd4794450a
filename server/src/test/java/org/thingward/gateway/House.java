package org.thingward.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerIdentity;
import org.thingward.platform.Problem;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.Digest;
import org.thingward.trust.Posture;
import org.thingward.trust.Silence;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TopicFilter;

/** A gateway with everything around it, for one test. */
final class House implements AutoCloseable {
  final TestPki pki;
  final TestTrust trust;
  final Gateway gateway;

  /** Where the gateway keeps what it may still have to do at the broker. */
  final Path folder;

  final int port;

  /** How far the clock by which certificates are checked goes ahead. */
  volatile Duration ahead = Duration.ZERO;

  House(Upstream upstream) {
    this(upstream, Limits.defaults());
  }

  House(Upstream upstream, Limits limits) {
    this(upstream, limits, false);
  }

  House(Upstream upstream, Limits limits, boolean allowTls12) {
    this(upstream, limits, allowTls12, Meter.NONE);
  }

  House(Upstream upstream, Limits limits, boolean allowTls12, Meter meter) {
    this(
        upstream,
        limits,
        allowTls12,
        meter,
        posture -> Silence.NONE,
        new TestPki(),
        new TestTrust(),
        newFolder());
  }

  /** This one after a restart, before a broker that may be elsewhere. Close this one first. */
  House restarted(Upstream upstream) {
    return new House(
        upstream,
        Limits.defaults(),
        false,
        Meter.NONE,
        posture -> Silence.NONE,
        pki,
        trust,
        folder);
  }

  private static Path newFolder() {
    try {
      Path folder = Files.createTempDirectory("gateway");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until nothing is left to do at the broker. */
  void awaitNothingOutstanding() {
    long start = System.nanoTime();
    while (!isNothingOutstanding()) {
      if (System.nanoTime() - start > 60_000_000_000L) {
        throw new AssertionError("something is outstanding after a minute");
      }
      Thread.onSpinWait();
    }
  }

  boolean isNothingOutstanding() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One in which what names a contraindicated device is silenced, which hides other layers. */
  static House thatSilences(Upstream upstream) {
    return new House(
        upstream,
        Limits.defaults(),
        false,
        Meter.NONE,
        House::silence,
        new TestPki(),
        new TestTrust(),
        newFolder());
  }

  private House(
      Upstream upstream,
      Limits limits,
      boolean allowTls12,
      Meter meter,
      Function<Posture, Silence> silence,
      TestPki pki,
      TestTrust trust,
      Path folder) {
    this.pki = pki;
    this.trust = trust;
    this.folder = folder;
    ServerCredential own = pki.server();
    DeviceTls tls = new DeviceTls(new Names(), () -> own, allowTls12, new Ahead());
    gateway =
        new Gateway(trust, trust, tls, upstream, limits, Time.ofMachine(), meter, silence, folder);
    trust.tell(gateway);
    port = gateway.start(new InetSocketAddress("127.0.0.1", 0)).getPort();
  }

  /** What the default policy would silence. */
  private static Silence silence(Posture posture) {
    return posture.tier() == Tier.CONTRAINDICATED
        ? new Silence(List.of(TopicFilter.of("t/" + posture.subject().name() + "/#")), List.of())
        : Silence.NONE;
  }

  /** A device that is trusted with its own topics, and its certificate. */
  TestPki.Holder device(String name) {
    Subject subject = Subject.device(name);
    trust.trust(subject, List.of("t/" + name + "/#"), List.of("c/" + name + "/#"));
    return pki.client(subject);
  }

  /** A service that may do this. */
  TestPki.Holder service(String name, List<String> publish, List<String> receive) {
    Subject subject = Subject.service(name);
    trust.trust(subject, publish, receive);
    return pki.client(subject);
  }

  /** A raw connection after the TLS handshake. */
  RawClient raw(TestPki.Holder holder) {
    return RawClient.open(pki.context(holder), port);
  }

  @Override
  public void close() {
    gateway.close();
  }

  private final class Ahead implements Time {
    private final Time machine = Time.ofMachine();

    @Override
    public Instant now() {
      return machine.now().plus(ahead);
    }

    @Override
    public long nanos() {
      return machine.nanos();
    }
  }

  /** Tells subjects by the URI in their certificates. */
  private final class Names implements PeerIdentity {
    @Override
    public List<X509Certificate> authorities() {
      return List.of(pki.root());
    }

    @Override
    public Peer identify(VerifiedChain chain) {
      try {
        X509Certificate certificate = chain.endEntity();
        String uri =
            certificate.getSubjectAlternativeNames().stream()
                .map(name -> name.get(1).toString())
                .filter(name -> name.startsWith("thingward:"))
                .findFirst()
                .orElseThrow(() -> new Problem(403, "unknown", "This names no device of ours."));
        return new Peer(
            Subject.parse(uri.substring("thingward:".length())),
            certificate,
            Digest.of(certificate.getEncoded()),
            certificate.getNotAfter().toInstant());
      } catch (CertificateParsingException | CertificateEncodingException e) {
        throw new Problem(403, "unknown", "This names no device of ours.");
      }
    }
  }
}
