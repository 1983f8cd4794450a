package org.thingward.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.access.Access;
import org.thingward.access.ApprovalNotices;
import org.thingward.access.ApproverAuthenticators;
import org.thingward.access.InsiderWatch;
import org.thingward.access.Surroundings;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorResponse;
import org.thingward.trust.Caller;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorAction;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.Assertion;
import org.thingward.verify.approval.TestPasskey;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a login takes of the server, both steps of it, without HTTP and without the authenticator's
 * own signing; beside it what it cannot do without, a signature verified and an entry made durable.
 * And how long it takes to say whether an operator may do something, beside a look into a map.
 */
public final class AccessBench {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PORT = 9443;
  private static final int CHECKS = 200_000;
  private static final int OPERATORS = 64;
  private static final Subject ADA = Subject.operator("ada");

  private final TestPasskey passkey = new TestPasskey("ada", 1, "ES256");
  private final Access access;
  private final TiledLedger ledger;
  private String user = "";

  private AccessBench(Storage storage) {
    this.ledger = storage.ledger();
    this.access =
        new Access(
            ConsoleName.LOCALHOST,
            Digest.of(new byte[1]),
            ledger,
            new Surroundings(
                DevicePlaces.UNKNOWN,
                ledger::checkpoint,
                () -> Digest.of(new byte[2]),
                lowered -> false,
                10,
                List.of(),
                new InsiderWatch(ledger, storage.time()),
                ApproverAuthenticators.any(),
                ApprovalNotices.NONE),
            storage.time(),
            storage.randomness());
  }

  /** Runs it. Arguments: a folder, logins (500), rounds of permission checks (7). */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int logins = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    try (Storage storage = Storage.open(folder)) {
      AccessBench bench = new AccessBench(storage);
      bench.register();
      bench.logins(logins);
      bench.checks(rounds);
    }
    System.exit(0);
  }

  private void register() {
    String link = access.firstLink(PORT).orElseThrow();
    String secret = link.substring(link.indexOf('=') + 1);
    JsonNode begun = call("/registration/begin", Map.of("link", secret, "operator", "ada"));
    String challenge = begun.path("challenge").asString();
    this.user = begun.path("user").path("id").asString();
    passkey.type = "webauthn.create";
    byte[] client = passkey.sign(Base64.getUrlDecoder().decode(challenge)).clientData();
    var unused =
        call(
            "/registration/finish",
            Map.of(
                "challenge", challenge,
                "link", secret,
                "response",
                    Map.of(
                        "attestationObject", base64(passkey.attestationObject()),
                        "clientDataJSON", base64(client))));
    passkey.type = "webauthn.get";
  }

  private void logins(int times) throws Exception {
    KeyPair keys = newKeys();
    byte[] message = new byte[69];
    byte[] signature = signed(keys, message);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = -times / 5; i < times; i++) {
      double took = login();
      long start = System.nanoTime();
      verify(keys, message, signature);
      var unused =
          ledger.append(EntryType.LOGIN, ADA, ("bare " + i).getBytes(StandardCharsets.UTF_8));
      double bare = (System.nanoTime() - start) / 1e6;
      if (i >= 0) {
        ours.add(took);
        theirs.add(bare);
      }
    }
    print("a login's server share, median of %,d", ours, theirs, 2);
    print("a login's server share, p99 of %,d", ours, theirs, 100);
  }

  private static void print(String what, List<Double> ours, List<Double> theirs, int part) {
    Figure.once(
            what.formatted(ours.size()),
            "ms",
            above(ours, part),
            "a signature verified and an entry made durable",
            above(theirs, part),
            "< 5 ms")
        .print();
  }

  /** The value above which one of so many is. */
  private static double above(List<Double> values, int part) {
    double[] sorted = values.stream().mapToDouble(it -> it).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1 - sorted.length / part];
  }

  /** Milliseconds of both steps. */
  private double login() {
    long start = System.nanoTime();
    String challenge = call("/login/begin", Map.of()).path("challenge").asString();
    long begun = System.nanoTime() - start;
    passkey.counter++;
    Assertion answer = passkey.sign(Base64.getUrlDecoder().decode(challenge));
    Map<String, Object> body =
        Map.of(
            "challenge", challenge,
            "id", passkey.name(),
            "response",
                Map.of(
                    "authenticatorData", base64(answer.authenticatorData()),
                    "clientDataJSON", base64(answer.clientData()),
                    "signature", base64(answer.signature()),
                    "userHandle", user));
    start = System.nanoTime();
    var unused = call("/login/finish", body);
    return (begun + System.nanoTime() - start) / 1e6;
  }

  private JsonNode call(String path, Map<String, ?> body) {
    CeremonyRoute route =
        access.ceremonies().stream().filter(it -> it.path().equals(path)).findFirst().orElseThrow();
    OperatorResponse response =
        route
            .handler()
            .handle(
                new CeremonyRequest(
                    PORT,
                    "127.0.0.1",
                    Optional.empty(),
                    Map.of("user-agent", "a benchmark"),
                    CanonicalJson.encode(body)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      response.body().writeTo(out);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return JSON.readTree(out.toByteArray());
  }

  private void checks(int rounds) {
    Digest request = Digest.of(new byte[3]);
    Caller caller = Caller.inPerson(ADA);
    Map<Subject, Permission> map = new ConcurrentHashMap<>();
    for (int i = 0; i < OPERATORS; i++) {
      map.put(Subject.operator("operator-" + i), Permission.OPERATE);
    }
    List<Subject> operators = List.copyOf(map.keySet());
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    for (int round = -2; round < rounds; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < CHECKS; i++) {
        if (!access
            .demand(new OperatorAction(caller, Permission.OPERATE, "device.quarantine", request))
            .isEverywhere()) {
          throw new IllegalStateException("ada may");
        }
      }
      long ended = System.nanoTime();
      for (int i = 0; i < CHECKS; i++) {
        if (map.get(operators.get(i % OPERATORS)) != Permission.OPERATE) {
          throw new IllegalStateException("everybody is there");
        }
      }
      if (round >= 0) {
        ours[round] = (ended - start) / 1e3 / CHECKS;
        theirs[round] = (System.nanoTime() - ended) / 1e3 / CHECKS;
      }
    }
    new Figure("whether an operator may", "µs", ours, "a look into a map", theirs, "< 5 µs")
        .print();
  }

  private static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static byte[] signed(KeyPair keys, byte[] message) throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(message);
    return signer.sign();
  }

  private static void verify(KeyPair keys, byte[] message, byte[] signature) throws Exception {
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(keys.getPublic());
    verifier.update(message);
    if (!verifier.verify(signature)) {
      throw new IllegalStateException("it is signed");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
