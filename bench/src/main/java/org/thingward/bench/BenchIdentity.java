package org.thingward.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.thingward.identity.AcmeSettings;
import org.thingward.identity.Identity;
import org.thingward.identity.IdentityPorts;
import org.thingward.identity.IdentitySettings;
import org.thingward.identity.KeyEncryptionPlace;
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
 * The room identity on the real database, ledger and postures, without listeners: its routes are
 * called as the listeners would.
 */
final class BenchIdentity implements AutoCloseable {
  /** The provider that signs for the server too. */
  static final Provider CRYPTO = AmazonCorrettoCryptoProvider.INSTANCE;

  private static final int PREPARING = 16;

  private final Storage storage;
  private final Postures postures;
  private final Identity identity;
  private final List<DeviceRoute> deviceRoutes;
  private final List<OperatorRoute> operatorRoutes;

  /** Opens everything in {@code folder}. */
  BenchIdentity(Path folder) throws IOException {
    this.storage = Storage.open(folder);
    this.postures = storage.postures();
    this.identity =
        Identity.open(
            new IdentitySettings(
                storage.keys(),
                new KeyEncryptionPlace.Beside(),
                Optional.empty(),
                List.of("localhost"),
                Optional.of("https://localhost:8443"),
                IdentitySettings.USUAL_LIFE,
                CryptoProfile.HYBRID,
                List.of(),
                false,
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
    this.deviceRoutes = identity.deviceRoutes();
    this.operatorRoutes = identity.operatorRoutes();
  }

  Storage storage() {
    return storage;
  }

  Postures postures() {
    return postures;
  }

  Identity identity() {
    return identity;
  }

  /** A device that has a token, a key and a request for it, and may enrol once. */
  record Newcomer(String name, KeyPair key, Map<String, String> headers, byte[] request) {}

  /** Devices with a token and a key of their own each. */
  List<Newcomer> newcomers(int count) throws Exception {
    String run = storage.randomness().id().toString().substring(0, 23);
    List<Callable<Newcomer>> making = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "bench-" + run + "-" + i;
      making.add(() -> newcomer(name));
    }
    List<Newcomer> made = new ArrayList<>();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(PREPARING, Thread.ofVirtual().factory())) {
      for (Future<Newcomer> one : pool.invokeAll(making)) {
        made.add(one.get());
      }
    }
    return made;
  }

  private Newcomer newcomer(String name) {
    KeyPair key = keyPair();
    Map<String, String> headers =
        Map.of("content-type", "application/pkcs10", "authorization", "Bearer " + token(name));
    return new Newcomer(name, key, headers, certificateRequest(key));
  }

  /** Enrols over EST's handler; the certificate in PKCS #7, base64. */
  byte[] enrol(Newcomer device) {
    DeviceResponse response =
        call("POST", "/est/simpleenroll", Map.of(), device.headers(), device.request());
    if (response.status() != 200) {
      throw new IllegalStateException(device.name() + " was answered " + response.status());
    }
    return response.body();
  }

  /** Calls the device route whose path ends so. */
  DeviceResponse call(
      String method,
      String end,
      Map<String, String> variables,
      Map<String, String> headers,
      byte[] body) {
    DeviceRoute route =
        deviceRoutes.stream()
            .filter(one -> one.method().equals(method) && one.path().endsWith(end))
            .findFirst()
            .orElseThrow();
    var remote = new InetSocketAddress("127.0.0.1", 1);
    return route
        .handler()
        .handle(new DeviceRequest(Optional.empty(), variables, headers, body, remote));
  }

  private String token(String device) {
    String answer = operator("token.create", Map.of(), "{\"device\":\"" + device + "\"}");
    return answer.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
  }

  /** Calls the operator route of this verb; its answer. */
  String operator(String verb, Map<String, String> variables, String body) {
    OperatorRoute route =
        operatorRoutes.stream().filter(one -> one.verb().equals(verb)).findFirst().orElseThrow();
    var answer = new ByteArrayOutputStream();
    try {
      route
          .handler()
          .handle(
              new OperatorRequest(
                  Caller.inPerson(Subject.operator("bench")),
                  Scope.EVERYWHERE,
                  DevicePlaces.UNKNOWN,
                  9443,
                  variables,
                  variables,
                  Map.of(),
                  body.getBytes(StandardCharsets.UTF_8)))
          .body()
          .writeTo(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  /** A PKCS #10 request for this key. */
  private static byte[] certificateRequest(KeyPair pair) {
    try {
      return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=ignored"), pair.getPublic())
          .build(
              new JcaContentSignerBuilder("SHA256withECDSA")
                  .setProvider(CRYPTO)
                  .build(pair.getPrivate()))
          .getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("no request can be made", e);
    }
  }

  static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", CRYPTO);
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no P-256 key can be made", e);
    }
  }

  @Override
  public void close() throws Exception {
    try (storage;
        postures) {
      // The postures first, then what they stand on.
    }
  }
}
