package org.thingward.attestation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.eat.SoftwareToken;
import org.thingward.verify.tpm.TpmClock;
import org.thingward.verify.tpm.TpmPublic;

/** What this room states of devices, and goes by itself: the evidence on record, no row. */
final class Statements {
  /** The source under which this room speaks. */
  static final String SOURCE = "attestation";

  private static final String KEY = "attestation.key";
  static final String BOOT = "boot";
  private static final String SOFTWARE = "software";
  private static final String CREDENTIAL = "attestation.credential";
  private static final String RESIDENT = "tpm.resident-keys";
  private static final String RESIDENT_BY = "tpm.resident-keys.by";
  private static final int MOST_RESIDENT = 8;
  private static final String ENDORSEMENT_KEY = "tpm.endorsement-key";
  private static final String ATTESTATION_KEY = "tpm.attestation-key";
  private static final String HOLDER = "tpm.holder";
  private static final String RESETS = "tpm.resets";
  private static final String RESTARTS = "tpm.restarts";
  private static final String RUNNING = "tpm.milliseconds";

  private static final Logger LOG = LoggerFactory.getLogger(Statements.class);

  private final EvidenceSink sink;
  private final Time time;

  Statements(EvidenceSink sink, Time time) {
    this.sink = sink;
    this.time = time;
  }

  /** Who has a TPM. */
  enum Holder {
    SOLE("sole"),
    /** Another device showed it before. */
    CONTESTED("contested"),
    /** It is none of those that devices of its product may have. */
    UNLISTED("unlisted"),
    /** Its time went back: a copy of its state is in use. */
    COPIED("copied");

    private final String word;

    Holder(String word) {
      this.word = word;
    }
  }

  /** Digests of the two keys that a device was endorsed with. */
  record Keys(Digest endorsement, Digest attestation) {}

  static Digest digest(TpmPublic key) {
    return Digest.of(key.bytes());
  }

  /** States whose TPM it is. */
  Receipt holder(Subject device, Keys keys, Holder holder, Digest raw) {
    return state(
        device,
        KEY,
        AssuranceLevel.L4,
        Map.of(
            ENDORSEMENT_KEY, digests(keys.endorsement()),
            ATTESTATION_KEY, digests(keys.attestation()),
            HOLDER, new ClaimValue.Word(holder.word)),
        raw);
  }

  /**
   * States that a device showed a TPM that its product's may not have, if the policy knows that.
   */
  void unlisted(Subject device, Keys keys, Digest raw) {
    try {
      var unused = holder(device, keys, Holder.UNLISTED, raw);
    } catch (Problem refused) {
      LOG.warn(
          "{} showed a TPM that is not on its product's list; the policy does not take that up: {}",
          device,
          refused.getMessage());
    }
  }

  /** The keys of a device's TPM, unless it has none, or one that another has too. */
  Optional<Keys> keys(Subject device) {
    return sink.newest(device, KEY)
        .map(EvidenceSink.Stated::evidence)
        .filter(stated -> new ClaimValue.Word(Holder.SOLE.word).equals(stated.claims().get(HOLDER)))
        .map(stated -> new Keys(only(stated, ENDORSEMENT_KEY), only(stated, ATTESTATION_KEY)));
  }

  /**
   * The keys of a device's TPM, if this attestation key is among them.
   *
   * @throws Problem 403 if it is not
   */
  Keys requireKnown(Subject device, TpmPublic key) {
    return keys(device)
        .filter(keys -> keys.attestation().equals(digest(key)))
        .orElseThrow(() ->
            new Problem(
                403,
                "key-unknown",
                "'ak' is not known as this device's TPM's: show its keys at attestation/key first."));
  }

  /** States that this key too is in the device's TPM, beside the last ones of which it was said. */
  Receipt resident(Subject device, Keys keys, Digest key, Digest raw) {
    List<Digest> all = new ArrayList<>(residents(device, keys.endorsement()));
    all.remove(key);
    all.add(key);
    List<Digest> last = all.subList(Math.max(0, all.size() - MOST_RESIDENT), all.size());
    return state(
        device,
        CREDENTIAL,
        AssuranceLevel.L4,
        Map.of(
            RESIDENT,
            new ClaimValue.Digests(new TreeSet<>(last)),
            RESIDENT_BY,
            digests(keys.endorsement())),
        raw);
  }

  /** Whether this key is known to be in the TPM that is the device's by now. */
  boolean isResident(Subject device, Digest key) {
    return keys(device)
        .filter(keys -> residents(device, keys.endorsement()).contains(key))
        .isPresent();
  }

  /** The keys of which the TPM with this endorsement key said that they are in it. */
  private Set<Digest> residents(Subject device, Digest endorsement) {
    return sink.newest(device, CREDENTIAL)
        .map(EvidenceSink.Stated::evidence)
        .filter(stated -> digests(endorsement).equals(stated.claims().get(RESIDENT_BY)))
        .map(stated -> stated.claims().get(RESIDENT))
        .filter(ClaimValue.Digests.class::isInstance)
        .map(claim -> (Set<Digest>) ((ClaimValue.Digests) claim).digests())
        .orElseGet(Set::of);
  }

  /** States what was quoted of a boot. */
  Receipt boot(
      Subject device, Keys keys, TpmClock clock, Map<String, ClaimValue> more, Digest raw) {
    Map<String, ClaimValue> claims = new TreeMap<>(more);
    claims.put(ATTESTATION_KEY + ".used", digests(keys.attestation()));
    claims.put(RESETS, new ClaimValue.Count(Integer.toUnsignedLong(clock.resets())));
    claims.put(RESTARTS, new ClaimValue.Count(Integer.toUnsignedLong(clock.restarts())));
    claims.put(RUNNING, new ClaimValue.Count(clock.milliseconds()));
    return state(device, BOOT, AssuranceLevel.L5, claims, raw);
  }

  /** States what a device said of its software, which nothing but its software measured. */
  Receipt software(Subject device, SoftwareToken said, Digest raw) {
    Map<String, ClaimValue> claims = new TreeMap<>();
    claims.put(SOFTWARE + ".version", new ClaimValue.Word(said.version()));
    said.components()
        .forEach((name, digest) ->
            claims.put(SOFTWARE + ".component." + name, new ClaimValue.Measurement(digest)));
    return state(device, SOFTWARE, AssuranceLevel.L3, claims, raw);
  }

  /** The time that a device's TPM told last, by the same key. */
  Optional<TpmClock> clock(Subject device, Keys keys) {
    return sink.newest(device, BOOT)
        .map(EvidenceSink.Stated::evidence)
        .filter(stated ->
            digests(keys.attestation()).equals(stated.claims().get(ATTESTATION_KEY + ".used")))
        .map(stated ->
            new TpmClock(
                count(stated, RUNNING),
                (int) count(stated, RESETS),
                (int) count(stated, RESTARTS),
                true));
  }

  private Receipt state(
      Subject device,
      String kind,
      AssuranceLevel assurance,
      Map<String, ClaimValue> claims,
      Digest raw) {
    try {
      return sink.state(
          new Evidence(
              device,
              kind,
              SOURCE,
              assurance,
              new TreeMap<>(claims),
              time.now(),
              Evidence.NO_END,
              raw));
    } catch (EvidenceRefused refused) {
      throw new Problem(422, "evidence-refused", String.valueOf(refused.getMessage()));
    }
  }

  private static ClaimValue.Digests digests(Digest one) {
    return new ClaimValue.Digests(new TreeSet<>(List.of(one)));
  }

  private static Digest only(Evidence stated, String claim) {
    if (stated.claims().get(claim) instanceof ClaimValue.Digests all && all.digests().size() == 1) {
      return all.digests().first();
    }
    throw new IllegalStateException("evidence of ours without " + claim);
  }

  private static long count(Evidence stated, String claim) {
    if (stated.claims().get(claim) instanceof ClaimValue.Count count) {
      return count.number();
    }
    throw new IllegalStateException("evidence of ours without " + claim);
  }
}
