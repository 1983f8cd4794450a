package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Admission;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.ResultKey;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.ear.Ear;
import org.thingward.verify.ear.EarKeys;
import org.thingward.verify.ear.SignedEar;
import org.thingward.verify.log.EntryType;

/**
 * Postures as attestation results (EAR) for others to rely on: signed, kept, and their digests in
 * the log. Made when one is asked for; who asks again while it says the same and is good for a
 * while gets the same one.
 */
final class Results {
  private static final String BUILD = "thingward 0.1.0";
  private static final Duration GOOD_FOR = Duration.ofMinutes(5);
  private static final int FORMAT = 1;

  private final ResultKey key;
  private final String keyName;
  private final ResultStore store;
  private final Function<Subject, Optional<Posture>> postures;
  private final Ledger ledger;
  private final Time time;
  private final OneAtATime<Subject> making = new OneAtATime<>();

  Results(
      ResultKey key,
      Database database,
      Function<Subject, Optional<Posture>> postures,
      Ledger ledger,
      Time time) {
    this.key = key;
    this.keyName = EarKeys.name(key.publicKey());
    this.store = new ResultStore(database);
    this.postures = postures;
    this.ledger = ledger;
    this.time = time;
  }

  List<OperatorRoute> operatorRoutes() {
    return List.of(
        new OperatorRoute(
            "GET",
            "/devices/{id}/ear",
            Permission.VIEW,
            Reach.DEVICE,
            "device.ear",
            0,
            this::result),
        new OperatorRoute(
            "GET",
            "/ear/keys",
            Permission.VIEW,
            Reach.OWN,
            "ear.keys",
            0,
            request -> OperatorResponse.json(keys())));
  }

  /** For relying parties, who have no certificate of ours: public keys are for anybody. */
  List<DeviceRoute> deviceRoutes() {
    return List.of(
        new DeviceRoute(
            "GET",
            "/.well-known/thingward/ear/jwks.json",
            new Admission.Open(),
            0,
            request -> DeviceResponse.json(keys())));
  }

  private String keys() {
    return new String(EarKeys.of(List.of(key.publicKey())).json(), UTF_8);
  }

  private OperatorResponse result(OperatorRequest request) {
    Subject device = device(request.variable("id"));
    Posture posture =
        postures
            .apply(device)
            .orElseThrow(() ->
                new Problem(
                    404, "unknown-subject", "Nothing was ever stated about " + device + "."));
    ResultStore.Given given = making.alone(device, () -> given(device, posture));
    Map<String, Object> tree = new TreeMap<>();
    tree.put("ear", given.token().text());
    tree.put("digest", given.token().digest().toString());
    tree.put("receipt", given.receipt().entry().toString());
    ledger.index(given.receipt()).ifPresent(index -> tree.put("index", index));
    return OperatorResponse.json(new String(CanonicalJson.encode(tree), UTF_8));
  }

  private ResultStore.Given given(Subject device, Posture posture) {
    Instant now = time.now();
    Ear ear = Ear.of(posture, BUILD, now);
    Instant ends = ear.ends().orElseThrow();
    if (!ends.isAfter(now)) {
      throw new Problem(
          503,
          "posture-stale",
          "The posture of " + device + " is being appraised anew. Ask again.");
    }
    Digest standing = Digest.of(ear.standing());
    Instant enough = ends.isBefore(now.plus(GOOD_FOR)) ? now : now.plus(GOOD_FOR);
    return store
        .newest(device, standing, keyName, enough)
        .filter(kept -> isStillSo(kept.token(), ends, now))
        .orElseGet(() -> {
          SignedEar token = SignedEar.of(ear, key.publicKey(), key::sign);
          ResultStore.Given made = new ResultStore.Given(token, recorded(device, token, now));
          store.insert(device, standing, keyName, ends, made);
          return made;
        });
  }

  /** What a row of the database holds goes out only if it is ours, and ends when it must. */
  private boolean isStillSo(SignedEar kept, Instant ends, Instant now) {
    return kept.verified(EarKeys.of(List.of(key.publicKey())), now)
        .ends()
        .filter(end -> !end.isAfter(ends))
        .isPresent();
  }

  private Receipt recorded(Subject device, SignedEar token, Instant now) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("attestation-result", FORMAT);
    tree.put("subject", device.toString());
    tree.put("digest", token.digest().toString());
    tree.put("key", keyName);
    tree.put("at", now.toString());
    return ledger.append(EntryType.ATTESTATION_RESULT, device, CanonicalJson.encode(tree));
  }

  /** The device of a path. */
  static Subject device(String id) {
    try {
      return Subject.device(id);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "name", e.getMessage() + ".");
    }
  }
}
