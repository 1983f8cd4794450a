package org.thingward.verify.record;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Posture;
import org.thingward.trust.Reason;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;

/** The canonical form of a posture, read. */
final class PostureForm {
  private static final Set<String> MEMBERS =
      Set.of(
          "posture",
          "subject",
          "tier",
          "vector",
          "reasons",
          "links",
          "credentials",
          "any-credential",
          "assurance",
          "evidence",
          "policy",
          "references",
          "at",
          "until");
  private static final Set<String> REASON =
      Set.of("component", "tier", "rule", "text", "evidence", "latched");

  private PostureForm() {}

  static Posture read(JsonPart part) {
    part.only(MEMBERS);
    Records.requireFormat(part, "posture", Posture.FORMAT);
    SortedSet<Subject> links = new TreeSet<>();
    part.member("links").items().forEach(link -> links.add(link.subject()));
    SortedSet<Digest> credentials = EvidenceForm.digests(part.member("credentials"));
    boolean any = part.member("any-credential").flag();
    return new Posture(
        part.member("subject").subject(),
        tier(part.member("tier")),
        vector(part.member("vector")),
        part.member("reasons").items().stream().map(PostureForm::reason).toList(),
        links,
        credentials,
        any,
        part.has("assurance")
            ? part.member("assurance").of(AssuranceLevel::valueOf)
            : Posture.usual(credentials, any),
        part.member("evidence").items().stream().map(JsonPart::digest).toList(),
        part.member("policy").digest(),
        part.member("references").digest(),
        part.member("at").instant(),
        part.member("until").instant());
  }

  static Tier tier(JsonPart part) {
    long value = part.number();
    for (Tier tier : Tier.values()) {
      if (tier.value() == value) {
        return tier;
      }
    }
    throw part.refused("is no tier: 2, 32, 0 or 96");
  }

  private static TrustVector vector(JsonPart part) {
    Map<Component, Tier> vector = new EnumMap<>(Component.class);
    for (String name : part.names()) {
      JsonPart tier = part.member(name);
      vector.put(tier.checked(() -> Component.ofWord(name)), tier(tier));
    }
    return new TrustVector(vector);
  }

  private static Reason reason(JsonPart part) {
    part.only(REASON);
    Optional<Digest> evidence =
        part.has("evidence") ? Optional.of(part.member("evidence").digest()) : Optional.empty();
    return new Reason(
        part.member("component").of(Component::ofWord),
        tier(part.member("tier")),
        part.member("rule").text(),
        part.member("text").text(),
        evidence,
        part.member("latched").flag());
  }
}
