package org.thingward.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.thingward.identity.AcmeSettings;
import org.thingward.identity.Identity;
import org.thingward.identity.IdentityPorts;
import org.thingward.identity.IdentitySettings;
import org.thingward.platform.CryptoProfile;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorRoute;
import org.thingward.posture.Postures;
import org.thingward.trust.Caller;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/**
 * Enrolments a second: request checked, decision recorded, certificate signed, stored and logged,
 * evidence appraised, each durable. Beside it, in the same run, bare P-256 signatures of the same
 * provider on all cores: what issuance could reach if signing were all there is to it. After it,
 * answers a second to OCSP requests about what was issued, without HTTP, beside the same.
 *
 * <p>{@code IssuanceBench FOLDER [DEVICES [THREADS]]}: 10000 devices, 256 virtual threads, as the
 * listener uses, that ask at the same time. Twice as many devices enrol before, in the same way and
 * unmeasured, because the just-in-time compiler takes a core of two until then.
 */
public final class IssuanceBench {
  private static final int SIGNATURES = 50_000;

  private final Identity identity;
  private final List<Callable<Integer>> enrolments = new ArrayList<>();
  private final Queue<byte[]> issued = new ConcurrentLinkedQueue<>();

  private IssuanceBench(Identity identity) {
    this.identity = identity;
  }

  /** Runs both, prints a line each and their ratio. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int devices = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 256;
    double bare = signatures();
    Rates ours = issuance(folder, devices, threads);
    Figure.once(
            "certificate issued, stored and logged",
            "/s",
            ours.certificates(),
            "bare P-256 signatures, all cores",
            bare,
            "≥ 2,000 /s")
        .print();
    Figure.once(
            "status of a certificate told (OCSP), each of another one",
            "/s",
            ours.statuses(),
            "bare P-256 signatures, all cores",
            bare,
            "≥ 20,000 /s")
        .print();
    System.exit(0);
  }

  private static Rates issuance(Path folder, int devices, int threads) throws Exception {
    try (Storage storage = Storage.open(folder);
        Postures postures = storage.postures()) {
      Identity identity =
          Identity.open(
              new IdentitySettings(
                  storage.keys(),
                  Optional.empty(),
                  Optional.empty(),
                  List.of("localhost"),
                  Optional.empty(),
                  IdentitySettings.USUAL_LIFE,
                  CryptoProfile.HYBRID,
                  List.of(),
                  false,
                  AcmeSettings.usual(List.of(), List.of())),
              new IdentityPorts(
                  storage.database(),
                  storage.ledger(),
                  postures.sinkFor("identity"),
                  postures,
                  postures::evidence,
                  postures.foresight(),
                  subject -> true,
                  subject -> false,
                  subject -> false,
                  (device, key, raw) -> {},
                  () -> postures.policy().longestToken(),
                  (device, key) -> false,
                  storage.time(),
                  storage.randomness()));
      postures.subscribe(identity);
      IssuanceBench bench = new IssuanceBench(identity);
      bench.prepare(3 * devices, storage.randomness().id().toString());
      List<Callable<Integer>> all = bench.enrolments;
      double cold = rate("warm-up, first half", all.subList(0, devices), threads);
      double warm = rate("warm-up, second half", all.subList(devices, 2 * devices), threads);
      System.out.printf(Locale.ROOT, "from %.0f/s to %.0f/s while warming up%n", cold, warm);
      double certificates =
          rate(
              "certificates issued, stored and logged",
              all.subList(2 * devices, 3 * devices),
              threads);
      return new Rates(certificates, bench.statuses(threads));
    }
  }

  /** Certificates, and answers about their status, a second. */
  private record Rates(double certificates, double statuses) {}

  /** Each certificate that was issued is asked about by itself: no answer is given twice. */
  private double statuses(int threads) throws Exception {
    List<Callable<Integer>> asking = new ArrayList<>();
    for (byte[] certificates : issued) {
      byte[] request = OcspQuestion.about(certificates, identity.authorityPem());
      asking.add(() -> status(request));
    }
    double cold = rate("statuses, warm-up", asking.subList(0, asking.size() / 2), threads);
    System.out.printf(Locale.ROOT, "%.0f/s while warming up%n", cold);
    return rate("statuses", asking.subList(asking.size() / 2, asking.size()), threads);
  }

  private int status(byte[] request) {
    DeviceRoute route = route("POST", "/ocsp");
    var headers = Map.of("content-type", "application/ocsp-request");
    var remote = new InetSocketAddress("127.0.0.1", 1);
    return route
        .handler()
        .handle(new DeviceRequest(Optional.empty(), Map.of(), headers, request, remote))
        .status();
  }

  private DeviceRoute route(String method, String end) {
    return identity.deviceRoutes().stream()
        .filter(one -> one.method().equals(method) && one.path().endsWith(end))
        .findFirst()
        .orElseThrow();
  }

  /** Tokens and requests, which are not measured. */
  private void prepare(int devices, String run) throws Exception {
    List<Callable<Callable<Integer>>> preparations = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      String name = "bench-" + run.substring(0, 23) + "-" + i;
      preparations.add(() -> {
        byte[] request = request();
        Map<String, String> headers =
            Map.of("content-type", "application/pkcs10", "authorization", "Bearer " + token(name));
        return () -> enrol(headers, request);
      });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(32)) {
      for (Future<Callable<Integer>> prepared : pool.invokeAll(preparations)) {
        enrolments.add(prepared.get());
      }
    }
  }

  private int enrol(Map<String, String> headers, byte[] request) {
    var remote = new InetSocketAddress("127.0.0.1", 1);
    DeviceResponse response =
        route("POST", "/est/simpleenroll")
            .handler()
            .handle(new DeviceRequest(Optional.empty(), Map.of(), headers, request, remote));
    issued.add(response.body());
    return response.status();
  }

  private String token(String device) throws Exception {
    OperatorRoute route =
        identity.operatorRoutes().stream()
            .filter(one -> one.verb().equals("token.create"))
            .findFirst()
            .orElseThrow();
    byte[] body = ("{\"device\":\"" + device + "\"}").getBytes(StandardCharsets.UTF_8);
    var answer = new ByteArrayOutputStream();
    route
        .handler()
        .handle(
            new OperatorRequest(
                Caller.inPerson(Subject.operator("bench")),
                Scope.EVERYWHERE,
                DevicePlaces.UNKNOWN,
                9443,
                Map.of(),
                Map.of(),
                Map.of(),
                body))
        .body()
        .writeTo(answer);
    return answer.toString(StandardCharsets.UTF_8).replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
  }

  private static double signatures() throws Exception {
    KeyPair pair = keyPair();
    byte[] message = Base64.getEncoder().encode(new byte[400]);
    int cores = Runtime.getRuntime().availableProcessors();
    List<Callable<Integer>> work = new ArrayList<>();
    for (int i = 0; i < SIGNATURES; i++) {
      work.add(() -> {
        Signature signature =
            Signature.getInstance("SHA256withECDSA", AmazonCorrettoCryptoProvider.INSTANCE);
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign().length > 0 ? 200 : 0;
      });
    }
    return rate("bare P-256 signatures", work, cores);
  }

  private static double rate(String what, List<Callable<Integer>> work, int threads)
      throws Exception {
    long began = System.nanoTime();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
      for (Future<Integer> done : pool.invokeAll(work)) {
        if (done.get() != 200) {
          throw new IllegalStateException("answered " + done.get());
        }
      }
    }
    double rate = work.size() * 1e9 / (System.nanoTime() - began);
    System.out.printf(
        Locale.ROOT, "%s: %.0f/s (%d by %d threads)%n", what, rate, work.size(), threads);
    return rate;
  }

  private static byte[] request() throws Exception {
    KeyPair pair = keyPair();
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=ignored"), pair.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .getEncoded();
  }

  private static KeyPair keyPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
