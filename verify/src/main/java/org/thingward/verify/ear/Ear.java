package org.thingward.verify.ear;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Component;
import org.thingward.trust.Posture;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * What an attestation result says (draft-ietf-rats-ear-04). Its members are written with the
 * draft's names ({@code ear_status}) and read by the older ones too ({@code ear.status}).
 *
 * @param profile which form of results this is
 * @param issued when it was made, in whole seconds
 * @param ends until when it is to be relied on; empty if it does not say
 * @param developer who made the verifier
 * @param build which of its versions
 * @param parts what was appraised, by name; ours have one, the device
 */
public record Ear(
    String profile,
    Instant issued,
    Optional<Instant> ends,
    String developer,
    String build,
    SortedMap<String, Appraised> parts) {
  /** The profile that ours name. */
  public static final String PROFILE = "tag:ietf.org,2026:rats/ear#04";

  private static final String DEVELOPER = "https://thingward.org";
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST_PARTS = 64;

  public Ear {
    parts = new TreeMap<>(parts);
  }

  /**
   * What was found of one part.
   *
   * @param status its tier
   * @param vector the tier of each component that is stated
   * @param policies the names of the policies it was appraised by
   * @param assurance how strongly the device is bound to its certificates; empty in others' results
   */
  public record Appraised(
      Tier status, TrustVector vector, List<String> policies, Optional<String> assurance) {
    public Appraised {
      policies = List.copyOf(policies);
    }
  }

  /**
   * The result that a posture is, at this moment. It is to be relied on until the posture must be
   * appraised again, and for an hour at most.
   *
   * @param build the version of this verifier
   */
  public static Ear of(Posture posture, String build, Instant at) {
    Instant issued = at.truncatedTo(ChronoUnit.SECONDS);
    Instant longest = issued.plus(LONGEST);
    Instant ends = posture.until().isBefore(longest) ? posture.until() : longest;
    Appraised appraised =
        new Appraised(
            posture.tier(),
            posture.vector(),
            List.of("urn:thingward:policy:" + posture.policy()),
            Optional.of(posture.assurance().name()));
    return new Ear(
        PROFILE,
        issued,
        Optional.of(ends.truncatedTo(ChronoUnit.SECONDS)),
        DEVELOPER,
        build,
        new TreeMap<>(Map.of(posture.subject().toString(), appraised)));
  }

  /** What it says beside when: two results of one standing are alike in it. */
  public byte[] standing() {
    return CanonicalJson.encode(members());
  }

  /** Its claims in canonical form (RFC 8785). */
  public byte[] claims() {
    Map<String, Object> tree = members();
    tree.put("iat", issued.getEpochSecond());
    ends.ifPresent(end -> tree.put("exp", end.getEpochSecond()));
    return CanonicalJson.encode(tree);
  }

  private Map<String, Object> members() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("eat_profile", profile);
    tree.put("ear_verifier_id", Map.of("developer", developer, "build", build));
    Map<String, Object> submods = new TreeMap<>();
    parts.forEach((name, part) -> {
      Map<String, Object> said = new TreeMap<>();
      said.put("ear_status", part.status().word());
      said.put("ear_trustworthiness_vector", part.vector().numbers());
      said.put("ear_appraisal_policy_ids", part.policies());
      part.assurance().ifPresent(level -> said.put("thingward_assurance", level));
      submods.put(name, said);
    });
    tree.put("submods", submods);
    return tree;
  }

  /**
   * Reads claims, ours or others'; members that are not known are passed over.
   *
   * @throws EarRefused if they are no attestation result
   */
  public static Ear read(byte[] claims) {
    try {
      return read(JsonPart.read(claims));
    } catch (RecordRefused refused) {
      throw new EarRefused(String.valueOf(refused.getMessage()), refused);
    }
  }

  private static Ear read(JsonPart part) {
    JsonPart verifier = either(part, "verifier_id", "verifier-id");
    JsonPart submods = part.member("submods");
    if (submods.names().isEmpty() || submods.names().size() > MOST_PARTS) {
      throw new EarRefused("submods: 1 to " + MOST_PARTS + " parts are appraised");
    }
    SortedMap<String, Appraised> parts = new TreeMap<>();
    submods.names().forEach(name -> parts.put(name, appraised(submods.member(name))));
    return new Ear(
        part.member("eat_profile").text(),
        seconds(part.member("iat")),
        part.has("exp") ? Optional.of(seconds(part.member("exp"))) : Optional.empty(),
        verifier.member("developer").text(),
        verifier.member("build").text(),
        parts);
  }

  private static Instant seconds(JsonPart part) {
    long seconds = part.number();
    if (seconds < 0 || seconds > Integer.MAX_VALUE * 4L) {
      throw part.refused("is no time");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** A member by the draft's name, or by that of before. */
  private static JsonPart either(JsonPart part, String name, String former) {
    return part.has("ear_" + name) ? part.member("ear_" + name) : part.member("ear." + former);
  }

  private static Appraised appraised(JsonPart part) {
    JsonPart status = either(part, "status", "status");
    Map<Component, Tier> vector = new EnumMap<>(Component.class);
    if (part.has("ear_trustworthiness_vector") || part.has("ear.trustworthiness-vector")) {
      JsonPart stated = either(part, "trustworthiness_vector", "trustworthiness-vector");
      for (String name : stated.names()) {
        JsonPart value = stated.member(name);
        vector.put(value.checked(() -> Component.ofWord(name)), tier(value));
      }
    }
    return new Appraised(
        status.of(Tier::ofWord),
        new TrustVector(vector),
        policies(part),
        part.has("thingward_assurance")
            ? Optional.of(part.member("thingward_assurance").text())
            : Optional.empty());
  }

  private static List<String> policies(JsonPart part) {
    List<String> policies = new ArrayList<>();
    if (part.has("ear_appraisal_policy_ids")) {
      part.member("ear_appraisal_policy_ids").items().forEach(each -> policies.add(each.text()));
    } else if (part.has("ear.appraisal-policy-id")) {
      policies.add(part.member("ear.appraisal-policy-id").text());
    }
    return policies;
  }

  /**
   * Each tier has a range of values (draft-ietf-rats-ar4si, 2.3.2), below zero too for what only
   * some verifiers say: 2 to 31 and -32 to -2 affirm, and so on.
   */
  private static Tier tier(JsonPart part) {
    long value = part.number();
    if (value < Byte.MIN_VALUE || value > Byte.MAX_VALUE) {
      throw part.refused("is no value of a trustworthiness claim");
    }
    if (value >= -1 && value <= 1) {
      return Tier.NONE;
    }
    long distance = value < 0 ? -value - 1 : value;
    return distance < 32 ? Tier.AFFIRMING : distance < 96 ? Tier.WARNING : Tier.CONTRAINDICATED;
  }
}
