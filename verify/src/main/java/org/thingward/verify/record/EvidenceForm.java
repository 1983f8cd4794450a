package org.thingward.verify.record;

import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;

/** The canonical form of evidence, read. */
final class EvidenceForm {
  private static final Set<String> MEMBERS =
      Set.of(
          "evidence",
          "subject",
          "kind",
          "source",
          "assurance",
          "claims",
          "received",
          "holds-until",
          "raw");

  private EvidenceForm() {}

  static Evidence read(JsonPart part) {
    part.only(MEMBERS);
    Records.requireFormat(part, "evidence", Evidence.FORMAT);
    return new Evidence(
        part.member("subject").subject(),
        part.member("kind").text(),
        part.member("source").text(),
        part.member("assurance").of(AssuranceLevel::valueOf),
        claims(part.member("claims")),
        part.member("received").instant(),
        part.member("holds-until").instant(),
        part.member("raw").digest());
  }

  static SortedMap<String, ClaimValue> claims(JsonPart part) {
    SortedMap<String, ClaimValue> claims = new TreeMap<>();
    for (String name : part.names()) {
      claims.put(name, value(part.member(name)));
    }
    return claims;
  }

  private static ClaimValue value(JsonPart part) {
    Set<String> names = part.names();
    if (names.size() != 1) {
      throw part.refused("is no claim's value: it has one member, its type");
    }
    String type = names.iterator().next();
    JsonPart value = part.member(type);
    return value.checked(() ->
        switch (type) {
          case "word" -> new ClaimValue.Word(value.text());
          case "flag" -> new ClaimValue.Flag(value.flag());
          case "count" -> new ClaimValue.Count(value.number());
          case "seconds" -> new ClaimValue.Span(Duration.ofSeconds(value.number()));
          case "moment" -> new ClaimValue.Moment(value.instant());
          case "measurement" -> new ClaimValue.Measurement(value.digest());
          case "link" -> new ClaimValue.Link(value.subject());
          case "digests" -> new ClaimValue.Digests(digests(value));
          default -> throw part.refused("has '" + type + "', which is no type of claim");
        });
  }

  static SortedSet<Digest> digests(JsonPart list) {
    SortedSet<Digest> digests = new TreeSet<>();
    list.items().forEach(item -> digests.add(item.digest()));
    return digests;
  }
}
