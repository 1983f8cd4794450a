package org.thingward.verify.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.Policy;
import org.thingward.trust.SourceRule;
import org.thingward.trust.Subject;
import org.thingward.trust.TierRights;
import org.thingward.trust.TopicTemplate;
import org.thingward.verify.reference.ReleaseKey;

/**
 * A part that decisions do not read, and that something else obeys: intake, sessions, tokens.
 *
 * @param where what it is
 * @param before as the old policy has it
 * @param after as the new policy has it
 */
public record Limit(String where, String before, String after) {
  static List<Limit> between(Policy old, Policy renewed) {
    List<Limit> limits = new ArrayList<>();
    compare(
        limits,
        old,
        renewed,
        "the longest MQTT session expiry",
        policy -> Words.length(policy.sessions().expiry()));
    compare(
        limits,
        old,
        renewed,
        "what a refused publish of MQTT 3.1.1 gets",
        policy -> policy.sessions().closeOnRefusal() ? "close" : "drop");
    compare(
        limits,
        old,
        renewed,
        "the longest life of an enrolment token",
        policy -> Words.length(policy.longestToken()));
    compare(limits, old, renewed, "topics silenced of a contraindicated device", Limit::silenced);
    for (String claim : Changes.union(old.claims().keySet(), renewed.claims().keySet())) {
      compare(limits, old, renewed, "what " + claim + " may say", policy -> may(policy, claim));
    }
    for (String source : Changes.union(old.sources().keySet(), renewed.sources().keySet())) {
      compare(
          limits, old, renewed, "what " + source + " may state", policy -> states(policy, source));
    }
    for (String product : Changes.union(old.products().keySet(), renewed.products().keySet())) {
      compare(
          limits,
          old,
          renewed,
          "who signs the reference values of product " + product,
          policy -> releaseKeys(policy, product));
    }
    compare(limits, old, renewed, "when falls of many at once are braked", Limit::brake);
    return limits;
  }

  private static String brake(Policy policy) {
    BrakeRule brake = policy.brake();
    return "more than %d%% and at least %d of %s within %s, for %s; sources %s"
        .formatted(
            brake.percent(),
            brake.devices(),
            String.join(
                " or ", new TreeSet<>(brake.scopes().stream().map(BrakeRule.Scope::word).toList())),
            Words.length(brake.window()),
            Words.length(brake.hold()),
            brake.sources().isEmpty() ? "none" : String.join(", ", brake.sources()));
  }

  private static String releaseKeys(Policy policy, String product) {
    SortedSet<String> names = new TreeSet<>();
    policy
        .releaseKeys(Subject.product(product))
        .forEach(key -> names.add(ReleaseKey.name(key).toString()));
    return names.isEmpty() ? "nobody, an operator gives them" : String.join(", ", names);
  }

  private static void compare(
      List<Limit> limits, Policy old, Policy renewed, String where, Function<Policy, String> told) {
    String before = told.apply(old);
    String after = told.apply(renewed);
    if (!before.equals(after)) {
      limits.add(new Limit(where, before, after));
    }
  }

  private static String silenced(Policy policy) {
    SortedSet<String> topics = new TreeSet<>();
    for (TierRights rights : policy.rights().values()) {
      rights.publish().stream()
          .filter(template -> template.hasLevel(TopicTemplate.DEVICE))
          .forEach(template -> topics.add(template.text()));
    }
    return topics.isEmpty() ? "none" : String.join(" ", topics);
  }

  private static String may(Policy policy, String claim) {
    ClaimDeclaration declared = policy.claims().get(claim);
    if (declared == null) {
      return "not declared";
    }
    String type =
        switch (declared.type()) {
          case ClaimType.OneOf(SortedSet<String> words) -> String.join(", ", words);
          case ClaimType.LinkTo(var to) -> "a link to a " + to.word();
          default -> "a " + declared.type().word();
        };
    return type + ", in " + declared.of();
  }

  private static String states(Policy policy, String source) {
    SourceRule rule = policy.sources().get(source);
    if (rule == null || rule.states().isEmpty()) {
      return "nothing";
    }
    List<String> states = new ArrayList<>();
    rule.states()
        .forEach((kind, about) ->
            states.add(
                kind
                    + " of "
                    + String.join("/", new TreeSet<>(about.stream().map(s -> s.word()).toList()))));
    return String.join(", ", states);
  }
}
