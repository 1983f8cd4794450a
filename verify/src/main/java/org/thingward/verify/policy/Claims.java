package org.thingward.verify.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.SubjectKind;

/** Reads the part {@code claims}. */
final class Claims {
  private static final List<String> KINDS =
      List.of(
          "enum", "name", "flag", "number", "duration", "age", "measurement", "digests", "link");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+){0,7}");

  private Claims() {}

  static SortedMap<String, ClaimDeclaration> read(Section section, Mistakes mistakes) {
    SortedMap<String, ClaimDeclaration> claims = new TreeMap<>();
    for (Node.Member member : section.members()) {
      String name = member.key().text();
      checkName(member.key(), name, mistakes);
      Section claim = Section.of(member.value(), "a claim", mistakes);
      Optional<String> of = claim.required("of", "boot").flatMap(claim::text);
      Optional<ClaimType> type =
          claim
              .required("kind", "enum")
              .flatMap(node -> claim.word(node, "kind of claim", KINDS))
              .flatMap(kind -> type(kind, claim));
      claim.refuseOthers("part of a claim of this kind");
      if (of.isPresent() && type.isPresent()) {
        claim.member("of").ifPresent(node -> checkName(node, of.get(), mistakes));
        claims.put(name, new ClaimDeclaration(name, of.get(), type.get()));
      }
    }
    return claims;
  }

  private static void checkName(Node node, String name, Mistakes mistakes) {
    if (name.length() > 64 || !NAME.matcher(name).matches()) {
      String shown = Mistakes.brief(name);
      mistakes.add(node, "'" + shown + "' is no name; names are lower-case words joined by . or -");
    }
  }

  private static Optional<ClaimType> type(String kind, Section claim) {
    return switch (kind) {
      case "enum" -> words(claim);
      case "name" -> Optional.of(new ClaimType.Name());
      case "flag" -> Optional.of(new ClaimType.YesNo());
      case "number" -> Optional.of(new ClaimType.Number());
      case "duration" -> Optional.of(new ClaimType.Length());
      case "age" -> Optional.of(new ClaimType.Age());
      case "measurement" -> Optional.of(new ClaimType.Measured());
      case "digests" -> Optional.of(new ClaimType.DigestSet());
      default ->
          claim
              .required("to", "release")
              .flatMap(node -> claim.word(node, "kind of link", List.of("product", "release")))
              .map(SubjectKind::ofWord)
              .map(ClaimType.LinkTo::new);
    };
  }

  private static Optional<ClaimType> words(Section claim) {
    SortedSet<String> words = new TreeSet<>();
    Optional<Node> values = claim.required("values", "[good, bad]");
    for (Node item : values.map(claim::items).orElse(List.of())) {
      claim
          .text(item)
          .ifPresent(word -> {
            if (Rules.RESERVED.contains(word)) {
              claim
                  .mistakes()
                  .add(item, "'" + word + "' has a meaning in rules; take another word");
            } else if (!Set.of("").contains(word) && !words.add(word)) {
              claim.mistakes().add(item, "'" + Mistakes.brief(word) + "' is given twice; keep one");
            }
          });
    }
    if (values.isPresent() && words.isEmpty()) {
      claim.mistakes().add(values.get(), "an enum has values; write e.g. values: [good, bad]");
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(new ClaimType.OneOf(words));
  }
}
