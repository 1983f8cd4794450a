package org.thingward.verify.policy;

import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.trust.Component;
import org.thingward.trust.ProductRule;
import org.thingward.trust.RequestKind;
import org.thingward.trust.ServiceRights;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TierRights;
import org.thingward.trust.TopicTemplate;

/** Reads the parts {@code rights}, {@code products} and {@code services}. */
final class RightsSections {
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  private final Mistakes mistakes;

  RightsSections(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  Map<Tier, TierRights> tiers(Section section) {
    Map<Tier, TierRights> rights = new EnumMap<>(Tier.class);
    for (Tier tier : Tier.values()) {
      section
          .member(tier.word())
          .ifPresent(node -> rights.put(tier, tier(tier, Section.of(node, "a tier", mistakes))));
    }
    section.refuseOthers("tier");
    return rights;
  }

  private TierRights tier(Tier tier, Section section) {
    Set<RequestKind> may = EnumSet.noneOf(RequestKind.class);
    for (RequestKind kind : RequestKind.values()) {
      Optional<Node> node = section.member(kind.word());
      if (node.flatMap(section::yesNo).orElse(false)) {
        may.add(kind);
        refuseWhenContraindicated(tier, kind, node.orElseThrow());
      }
    }
    List<TopicTemplate> publish = devicePublish(section, section.member("publish"));
    List<TopicTemplate> receive = templates(section, "receive", TopicTemplate.DEVICE);
    section.refuseOthers("kind of request or topic right");
    return new TierRights(may, publish, receive);
  }

  private void refuseWhenContraindicated(Tier tier, RequestKind kind, Node node) {
    if (tier == Tier.CONTRAINDICATED && kind != RequestKind.ENROL && kind != RequestKind.ATTEST) {
      mistakes.add(
          node,
          "contraindicated never may "
              + kind.word()
              + "; write no. What a product must keep doing is its on-cut");
    }
  }

  /**
   * The part {@code products}.
   *
   * @param judged the claims that rules judge
   */
  SortedMap<String, ProductRule> products(Section section, Set<String> judged) {
    SortedMap<String, ProductRule> products = new TreeMap<>();
    for (Node.Member member : section.members()) {
      checkSubject(member.key(), "product");
      Section product = Section.of(member.value(), "a product", mistakes);
      Optional<Set<Component>> require =
          product.member("require").map(node -> PolicyReader.components(product, node));
      ProductRule.OnCut onCut =
          product
              .member("on-cut")
              .map(node -> onCut(product, node))
              .orElseGet(ProductRule.Close::new);
      SortedMap<String, Duration> attest = attest(product, judged);
      Set<PublicKey> releaseKeys = ReleaseKeys.read(product, mistakes);
      product.refuseOthers("part of a product");
      products.put(member.key().text(), new ProductRule(onCut, require, attest, releaseKeys));
    }
    return products;
  }

  private SortedMap<String, Duration> attest(Section product, Set<String> judged) {
    SortedMap<String, Duration> attest = new TreeMap<>();
    Optional<Node> node = product.member("attest");
    if (node.isEmpty()) {
      return attest;
    }
    for (Node.Member member : Section.of(node.get(), "'attest'", mistakes).members()) {
      Optional<String> claim = product.word(member.key(), "claim that a rule judges", judged);
      Optional<Duration> interval = product.duration(member.value());
      if (interval.filter(length -> length.compareTo(SHORTEST) < 0).isPresent()) {
        mistakes.add(member.value(), "no device attests more often than every minute; write 1m");
      } else if (claim.isPresent() && interval.isPresent()) {
        attest.put(claim.get(), interval.get());
      }
    }
    return attest;
  }

  private ProductRule.OnCut onCut(Section product, Node node) {
    if (node instanceof Node.Mapping) {
      Section cut = Section.of(node, "'on-cut'", mistakes);
      List<TopicTemplate> topics =
          devicePublish(cut, cut.required("restrict", "[\"t/{device}/alarm\"]"));
      cut.refuseOthers("meaning of a cut");
      return new ProductRule.Restrict(topics);
    }
    Optional<String> unused = product.word(node, "meaning of a cut", List.of("close", "restrict"));
    if (unused.filter("restrict"::equals).isPresent()) {
      mistakes.add(node, "restrict names topics; write {restrict: [\"t/{device}/alarm\"]}");
    }
    return new ProductRule.Close();
  }

  SortedMap<String, ServiceRights> services(Section section) {
    SortedMap<String, ServiceRights> services = new TreeMap<>();
    for (Node.Member member : section.members()) {
      checkSubject(member.key(), "service");
      Section service = Section.of(member.value(), "a service", mistakes);
      services.put(
          member.key().text(),
          new ServiceRights(
              templates(service, "publish", TopicTemplate.SERVICE),
              templates(service, "receive", TopicTemplate.SERVICE)));
      service.refuseOthers("topic right of a service");
    }
    return services;
  }

  private void checkSubject(Node.Scalar key, String what) {
    try {
      Subject unused = Subject.service(key.text());
    } catch (IllegalArgumentException e) {
      mistakes.add(key, "'" + Mistakes.brief(key.text()) + "' is no name for a " + what);
    }
  }

  /** Topics a device publishes to: each must name the device, or it could speak for others. */
  private List<TopicTemplate> devicePublish(Section section, Optional<Node> node) {
    List<TopicTemplate> safe = new ArrayList<>();
    for (Node item : node.map(section::items).orElse(List.of())) {
      template(section, item, TopicTemplate.DEVICE)
          .ifPresent(template -> {
            if (template.hasLevel(TopicTemplate.DEVICE)) {
              safe.add(template);
            } else {
              mistakes.add(
                  item,
                  "'%s' lets one device speak for another; give it a level {device}, as in t/{device}/#"
                      .formatted(Mistakes.brief(template.text())));
            }
          });
    }
    return safe;
  }

  private List<TopicTemplate> templates(Section section, String key, String variable) {
    return section
        .member(key)
        .map(node -> section.list(node, item -> template(section, item, variable)))
        .orElse(List.of());
  }

  private Optional<TopicTemplate> template(Section section, Node node, String variable) {
    Optional<String> text = section.text(node);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String shown = Mistakes.brief(text.get());
    String rest = text.get().replace(variable, "");
    if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
      mistakes.add(
          node, "'%s' holds a variable other than %s; use that one".formatted(shown, variable));
      return Optional.empty();
    }
    if (variable.equals(TopicTemplate.DEVICE) && (rest.startsWith("#") || rest.startsWith("+"))) {
      mistakes.add(
          node,
          "'%s' begins with a wildcard; begin with a name, as in c/{device}/#".formatted(shown));
      return Optional.empty();
    }
    try {
      return Optional.of(new TopicTemplate(text.get()));
    } catch (IllegalArgumentException e) {
      mistakes.add(node, "'%s' is no topic filter: %s".formatted(shown, e.getMessage()));
      return Optional.empty();
    }
  }
}
