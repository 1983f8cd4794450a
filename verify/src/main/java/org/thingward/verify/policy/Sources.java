package org.thingward.verify.policy;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.SourceRule;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/** Reads the part {@code sources}. */
final class Sources {
  private static final List<String> WORST =
      List.of(Tier.WARNING.word(), Tier.CONTRAINDICATED.word());

  private Sources() {}

  static SortedMap<String, SourceRule> read(
      Section section, Map<String, ClaimDeclaration> claims, Mistakes mistakes) {
    Set<String> kinds = new TreeSet<>();
    claims.values().forEach(claim -> kinds.add(claim.of()));
    SortedMap<String, SourceRule> sources = new TreeMap<>();
    for (Node.Member member : section.members()) {
      Section source = Section.of(member.value(), "a source", mistakes);
      String name = member.key().text();
      Tier worst =
          source
              .required("worst", "contraindicated")
              .flatMap(node -> source.word(node, "worst tier of a source", WORST))
              .map(Tier::ofWord)
              .orElse(Tier.CONTRAINDICATED);
      boolean raises = source.required("raises", "no").flatMap(source::yesNo).orElse(false);
      Optional<Node> states = source.required("states", "{boot: [device]}");
      states.ifPresent(node ->
          sources.put(name, new SourceRule(name, states(node, kinds, mistakes), worst, raises)));
      source.refuseOthers("part of a source");
      if (raises && name.equals("device")) {
        mistakes.add(
            member.key(), "what a device says of itself must not raise it; write raises: no");
      }
    }
    return sources;
  }

  private static SortedMap<String, Set<SubjectKind>> states(
      Node node, Set<String> kinds, Mistakes mistakes) {
    Section section = Section.of(node, "'states'", mistakes);
    SortedMap<String, Set<SubjectKind>> states = new TreeMap<>();
    for (Node.Member member : section.members()) {
      String kind = member.key().text();
      if (!kinds.contains(kind)) {
        mistakes.unknown(member.key(), "kind of evidence that a claim is of", kind, kinds);
      }
      EnumSet<SubjectKind> about = EnumSet.noneOf(SubjectKind.class);
      about.addAll(
          section.list(
              member.value(),
              item ->
                  section.oneOf(item, "kind of subject", SubjectKind.values(), SubjectKind::word)));
      states.put(kind, about);
    }
    return states;
  }
}
