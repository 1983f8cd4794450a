package org.thingward.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.thingward.attestation.Attestation;
import org.thingward.attestation.Endorsers;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Peer;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * Quotes appraised to a posture a second, by the attestation room's handler, without HTTP: nonce
 * and key checked, signature verified, the event log of a real boot (15 KB) replayed against the
 * PCRs, claims stated, the posture appraised, evidence and posture stored and logged, each durable
 * when it returns. Beside it, in the same run, P-256 signatures verified by the provider that
 * verifies quotes, on all cores, and nothing else.
 *
 * <p>{@code QuoteBench FOLDER [DEVICES [ROUNDS [WARM]]]}: 2,000 devices that quote once a round, 3
 * rounds after 8 unmeasured ones.
 */
public final class QuoteBench {
  private static final int THREADS = 256;
  private static final int SIGNATURES = 20_000;

  private final BenchIdentity house;
  private final Map<String, DeviceRoute> routes;
  private final X509Certificate certificate;
  private final List<QuotingDevice> devices = new ArrayList<>();

  private QuoteBench(BenchIdentity house, EvidenceSink sink) throws CertificateException {
    this.house = house;
    // The listener has verified a device's own before; here it is passed over.
    this.certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(house.identity().authorityPem().getBytes(UTF_8)));
    Attestation attestation =
        new Attestation(
            Endorsers.none(),
            house.identity().attestationKeys(),
            house.identity().hardwareEnrolment(),
            house.identity().signatures(),
            house.storage().database(),
            sink,
            device -> {},
            house.identity().resultKey(),
            house.postures()::posture,
            house.postures()::policy,
            device -> new TreeSet<>(),
            house.storage().ledger(),
            house.storage().time(),
            house.storage().randomness());
    this.routes =
        attestation.deviceRoutes().stream()
            .collect(Collectors.toMap(QuoteBench::end, Function.identity()));
  }

  private static String end(DeviceRoute route) {
    return route.path().substring(route.path().indexOf("attestation/") + "attestation/".length());
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int count = IssuanceBench.argument(arguments, 1, 2_000);
    int rounds = IssuanceBench.argument(arguments, 2, 3);
    int warm = IssuanceBench.argument(arguments, 3, 8);
    double[] quotes = new double[rounds];
    double[] verified = new double[rounds];
    double[] micros = new double[rounds];
    double[] microsOfVerifying = new double[rounds];
    try (BenchIdentity house = new BenchIdentity(folder)) {
      EvidenceSink sink = house.postures().sinkFor("attestation");
      QuoteBench bench = new QuoteBench(house, sink);
      bench.introduce(count, sink);
      for (int round = -warm; round < rounds; round++) {
        ManyAtOnce.Pace pace = bench.round();
        if (round >= 0) {
          ManyAtOnce.Pace bare = bench.verifications();
          quotes[round] = pace.perSecond();
          micros[round] = pace.micros();
          verified[round] = bare.perSecond();
          microsOfVerifying[round] = bare.micros();
        }
      }
    }
    String reference = "bare P-256 verifications, all cores";
    new Figure(
            "quote with its event log appraised to a posture",
            "/s",
            quotes,
            reference,
            verified,
            "≥ 4,000 /s")
        .print();
    new Figure("processor time of one, all of it", "µs", micros, reference, microsOfVerifying, "")
        .print();
    PeakMemory.print();
    System.exit(0);
  }

  private void introduce(int count, EvidenceSink sink) throws Exception {
    List<Callable<Receipt>> work = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      QuotingDevice device = new QuotingDevice(Subject.device("quoting-" + i));
      devices.add(device);
      work.add(() -> introduce(device, sink));
    }
    ManyAtOnce.Pace unused = ManyAtOnce.of("devices introduced", work, THREADS);
  }

  /** Makes its attestation key known, as the proof of its TPM would. */
  private Receipt introduce(QuotingDevice device, EvidenceSink sink) {
    Map<String, ClaimValue> claims =
        Map.of(
            "tpm.endorsement-key", digests(Digest.of(device.subject().name().getBytes(UTF_8))),
            "tpm.attestation-key", digests(Digest.of(device.attestationKey())),
            "tpm.holder", new ClaimValue.Word("sole"));
    return sink.state(
        new Evidence(
            device.subject(),
            "attestation.key",
            "attestation",
            AssuranceLevel.L4,
            new TreeMap<>(claims),
            house.storage().time().now(),
            Evidence.NO_END,
            Digest.of(new byte[0])));
  }

  private static ClaimValue digests(Digest one) {
    return new ClaimValue.Digests(new TreeSet<>(List.of(one)));
  }

  private ManyAtOnce.Pace round() throws Exception {
    List<Callable<byte[]>> work = new ArrayList<>();
    for (QuotingDevice device : devices) {
      String answer = new String(ask("nonce", device, new byte[0]), UTF_8);
      String nonce = answer.replaceAll(".*\"nonce\":\"([0-9a-f]+)\".*", "$1");
      byte[] quote = device.quote(HexFormat.of().parseHex(nonce));
      work.add(() -> ask("quote", device, quote));
    }
    return ManyAtOnce.of("quotes", work, THREADS);
  }

  private byte[] ask(String route, QuotingDevice device, byte[] body) {
    // Each device has a certificate of its own: nonces are told apart by it.
    Digest credential = Digest.of(device.attestationKey());
    Peer peer = new Peer(device.subject(), certificate, credential, Evidence.NO_END);
    DeviceResponse response =
        Objects.requireNonNull(routes.get(route))
            .handler()
            .handle(
                new DeviceRequest(
                    Optional.of(peer),
                    Map.of(),
                    Map.of("content-type", "application/json"),
                    body,
                    new InetSocketAddress("127.0.0.1", 1)));
    if (response.status() != 200) {
      throw new IllegalStateException("answered " + response.status());
    }
    return response.body();
  }

  /** By the provider that verifies quotes. */
  private ManyAtOnce.Pace verifications() throws Exception {
    KeyPair pair = BenchIdentity.keyPair();
    byte[] message = new byte[150];
    Signature signing = Signature.getInstance("SHA256withECDSA", BenchIdentity.CRYPTO);
    signing.initSign(pair.getPrivate());
    signing.update(message);
    byte[] signed = signing.sign();
    Callable<Boolean> one =
        () -> {
          Signature verifying = house.identity().signatures().named("SHA256withECDSA");
          verifying.initVerify(pair.getPublic());
          verifying.update(message);
          return verifying.verify(signed);
        };
    return ManyAtOnce.of(
        "bare P-256 verifications",
        Collections.nCopies(SIGNATURES, one),
        Runtime.getRuntime().availableProcessors());
  }
}
