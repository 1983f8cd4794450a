package org.thingward.identity;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.thingward.ledger.ListedLedger;
import org.thingward.platform.CryptoProfile;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Peer;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Routes;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.Foresight;
import org.thingward.trust.Impact;
import org.thingward.trust.Posture;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The room on a real database, with a ledger and trust that a test can look into. */
final class Installation implements AutoCloseable {
  static final Subject OPERATOR = Subject.operator("ada");

  final SetTime time = new SetTime();
  final Randomness randomness = new Randomness(time);
  final Database database = TestDatabase.fresh();
  final ListedLedger ledger = new ListedLedger();
  final FakeTrust trust = new FakeTrust(ledger);
  final Set<Subject> registered = ConcurrentHashMap.newKeySet();
  final Set<Digest> hardware = ConcurrentHashMap.newKeySet();
  final Set<Subject> retired = ConcurrentHashMap.newKeySet();
  final Set<Subject> attested = ConcurrentHashMap.newKeySet();
  final Set<Digest> resident = ConcurrentHashMap.newKeySet();
  final Map<Subject, Posture> postures = new ConcurrentHashMap<>();
  final Path folder;
  Identity identity;

  /** Which keys are certified; a restart takes up a change. */
  CryptoProfile crypto = CryptoProfile.HYBRID;

  /** Whether keys are made for devices; a restart takes up a change. */
  boolean makesKeys;

  /** Whether a request over EST must name its connection; a restart takes up a change. */
  boolean bindsChannels;

  /** How server certificates are given; a restart takes up a change. */
  AcmeSettings acme = AcmeSettings.usual(List.of(), List.of());

  /** Where the key that encrypts keys is; a restart takes up a change. */
  KeyEncryptionPlace keyEncryptionKey = new KeyEncryptionPlace.Beside();

  /** The token in which issuing keys are made, if it shall not be files. */
  Optional<Pkcs11Uri> issuingKey = Optional.empty();

  /** What evidence would do, as another room tells it. */
  Foresight foresight = pieces -> Impact.NOTHING;

  Installation(Path folder, DeviceAuthority... others) {
    this.folder = folder;
    restart(others);
  }

  /** Starts the room anew on the same data. */
  void restart(DeviceAuthority... others) {
    identity =
        Identity.open(
            new IdentitySettings(
                folder,
                keyEncryptionKey,
                issuingKey,
                List.of("localhost", "127.0.0.1"),
                Optional.of("https://localhost:8443"),
                IdentitySettings.USUAL_LIFE,
                crypto,
                List.of(others),
                makesKeys,
                bindsChannels,
                acme),
            new IdentityPorts(
                database,
                ledger,
                trust,
                trust,
                (subject, id) -> trust.find(id),
                pieces -> foresight.of(pieces),
                registered::contains,
                retired::contains,
                attested::contains,
                (device, key, raw) -> resident.add(key),
                () -> Duration.ofDays(2),
                (device, key) -> hardware.contains(key),
                time,
                randomness));
  }

  /** Calls a device route as the listener would. */
  DeviceResponse call(
      String method, String path, Optional<Peer> peer, Map<String, String> headers, byte[] body) {
    Routes.Builder<DeviceRoute> table = new Routes.Builder<>();
    identity.deviceRoutes().forEach(route -> table.add(route.method(), route.path(), route));
    Routes.Match<DeviceRoute> found = table.build().find(method, path);
    return found
        .route()
        .handler()
        .handle(
            new DeviceRequest(
                peer, found.variables(), headers, body, new InetSocketAddress("127.0.0.1", 1)));
  }

  /** Its listener for devices, on this port of loopback; 0 for any free one. */
  DeviceListener listen(int at) {
    return listen(at, false);
  }

  /** As {@link #listen(int)}; with {@code allowTls12} for devices that know no better, too. */
  DeviceListener listen(int at, boolean allowTls12) {
    return new DeviceListener(
        new InetSocketAddress("127.0.0.1", at),
        identity.deviceRoutes(),
        new DeviceTls(identity, identity::serverCredential, allowTls12, time),
        trust,
        new SimpleMeterRegistry(),
        time);
  }

  DeviceResponse get(String path) {
    return call("GET", path, Optional.empty(), Map.of(), new byte[0]);
  }

  /** Enrols with a request in DER; the certificate. */
  X509Certificate enrol(String name, String token, byte[] csr) {
    return issued(
        call("POST", "/.well-known/est/simpleenroll", Optional.empty(), basic(name, token), csr));
  }

  /** Renews by the certificate of {@code current}; the certificate. */
  X509Certificate renew(X509Certificate current, byte[] csr) {
    Peer peer = present(current);
    Map<String, String> headers = Map.of("content-type", "application/pkcs10");
    return issued(call("POST", "/.well-known/est/simplereenroll", Optional.of(peer), headers, csr));
  }

  /** Whom the listener takes a client for that presents this certificate. */
  Peer present(X509Certificate certificate) {
    try {
      return identity.identify(
          VerifiedChain.verify(List.of(certificate), identity.authorities(), time.now()));
    } catch (CertificateException e) {
      throw new Problem(403, "certificate-invalid", String.valueOf(e.getMessage()));
    }
  }

  String token(String device) {
    return operator("POST", "/tokens", Map.of(), "{\"device\":\"" + device + "\"}")
        .path("token")
        .asString();
  }

  /** What is at stake in a request to an operator route, which is not carried out. */
  Impact impact(String method, String path, Map<String, String> variables, String body) {
    Operation operation =
        identity.operatorRoutes().stream()
            .filter(one -> one.method().equals(method) && one.path().equals(path))
            .findFirst()
            .orElseThrow()
            .operation();
    return operation instanceof Operation.Weighed(Operation.Preparation weighed)
        ? weighed.of(request(variables, body)).stake().impact()
        : Impact.NOTHING;
  }

  private static OperatorRequest request(Map<String, String> variables, String body) {
    return new OperatorRequest(
        Caller.inPerson(OPERATOR),
        Scope.EVERYWHERE,
        DevicePlaces.UNKNOWN,
        9443,
        variables,
        variables,
        Map.of(),
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** Calls an operator route; the JSON that it answers. */
  JsonNode operator(String method, String path, Map<String, String> variables, String body) {
    OperatorRoute route =
        identity.operatorRoutes().stream()
            .filter(one -> one.method().equals(method) && one.path().equals(path))
            .findFirst()
            .orElseThrow();
    OperatorResponse response = route.handler().handle(request(variables, body));
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      response.body().writeTo(out);
      return out.size() == 0
          ? JsonMapper.builder().build().createObjectNode()
          : JsonMapper.builder().build().readTree(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode line(String device) {
    return operator("GET", "/devices/{id}/certificates", Map.of("id", device), "").path("items");
  }

  static Map<String, String> basic(String name, String token) {
    Map<String, String> headers = new HashMap<>();
    String pair = name + ":" + token;
    headers.put(
        "authorization",
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    headers.put("content-type", "application/pkcs10");
    return headers;
  }

  /** The one certificate in an EST answer. */
  static X509Certificate issued(DeviceResponse response) {
    try {
      CMSSignedData message = new CMSSignedData(Base64.getMimeDecoder().decode(response.body()));
      var certificates = message.getCertificates().getMatches(null);
      if (certificates.size() != 1) {
        throw new AssertionError("one certificate is expected, not " + certificates.size());
      }
      return Authority.read(certificates.iterator().next().getEncoded());
    } catch (CMSException | IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws Exception {
    database.close();
  }
}
