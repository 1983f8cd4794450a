package org.thingward.verify.policy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.trust.BrakeRule;

/** Reads the part {@code brake}. */
final class Brake {
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3})%");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
  private static final Duration LONGEST = Duration.ofHours(24);

  /** They speak of one device each: what they say is never held back. */
  private static final Set<String> NEVER_HELD =
      Set.of("operator", "device", "gateway", "identity", "attestation");

  private final Section section;

  private Brake(Section section) {
    this.section = section;
  }

  static BrakeRule read(Section section, Set<String> sources) {
    Brake brake = new Brake(section);
    BrakeRule otherwise = BrakeRule.DEFAULT;
    BrakeRule rule =
        new BrakeRule(
            section.member("share").flatMap(brake::share).orElse(otherwise.percent()),
            section.member("devices").flatMap(brake::devices).orElse(otherwise.devices()),
            section.member("window").flatMap(brake::length).orElse(otherwise.window()),
            section.member("hold").flatMap(brake::length).orElse(otherwise.hold()),
            section.member("scopes").map(brake::scopes).orElse(otherwise.scopes()),
            section
                .member("sources")
                .map(node -> brake.sources(node, sources))
                .orElse(otherwise.sources()));
    section.refuseOthers("part of the brake");
    return rule;
  }

  private Optional<Integer> share(Node node) {
    Optional<String> text = section.text(node);
    Optional<Integer> share =
        text.map(SHARE::matcher)
            .filter(Matcher::matches)
            .map(matcher -> Integer.parseInt(matcher.group(1)))
            .filter(percent -> percent <= 100);
    if (text.isPresent() && share.isEmpty()) {
      refuse(node, text.get(), "no share; write a whole number of percent, 0% to 100%");
    }
    return share;
  }

  private Optional<Integer> devices(Node node) {
    Optional<String> text = section.text(node);
    Optional<Integer> devices =
        text.filter(written -> NUMBER.matcher(written).matches())
            .map(Integer::parseInt)
            .filter(number -> number > 0);
    if (text.isPresent() && devices.isEmpty()) {
      refuse(node, text.get(), "no number of devices; write 1 to 999999");
    }
    return devices;
  }

  private Optional<Duration> length(Node node) {
    Optional<Duration> length = section.duration(node);
    if (length.filter(one -> one.isZero() || one.compareTo(LONGEST) > 0).isPresent()) {
      section.mistakes().add(node, "the brake takes 1s to 24h here");
    }
    return length;
  }

  private Set<BrakeRule.Scope> scopes(Node node) {
    EnumSet<BrakeRule.Scope> scopes = EnumSet.noneOf(BrakeRule.Scope.class);
    scopes.addAll(
        section.list(
            node,
            item -> section.oneOf(item, "scope", BrakeRule.Scope.values(), BrakeRule.Scope::word)));
    if (node instanceof Node.Sequence list && list.items().isEmpty()) {
      section.mistakes().add(node, "the brake has a scope; write e.g. scopes: [fleet]");
    }
    return scopes;
  }

  private SortedSet<String> sources(Node node, Set<String> known) {
    List<String> named = section.list(node, item -> source(item, known));
    return new TreeSet<>(named);
  }

  private Optional<String> source(Node node, Set<String> known) {
    Optional<String> name = section.word(node, "source", known);
    if (name.filter(NEVER_HELD::contains).isPresent()) {
      refuse(node, name.get(), "a source whose word on a device is never held back; leave it out");
      return Optional.empty();
    }
    return name;
  }

  private void refuse(Node node, String text, String why) {
    section.mistakes().add(node, "'" + Mistakes.brief(text) + "' is " + why);
  }
}
