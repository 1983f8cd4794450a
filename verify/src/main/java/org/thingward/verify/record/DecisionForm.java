package org.thingward.verify.record;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Decision;
import org.thingward.trust.Grant;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Rights;
import org.thingward.trust.TopicFilter;
import org.thingward.trust.Verdict;

/** The canonical form of a decision, read. */
final class DecisionForm {
  private static final Set<String> MEMBERS =
      Set.of(
          "decision",
          "request",
          "subject",
          "credential",
          "credential-end",
          "verdict",
          "tier",
          "reasons",
          "posture",
          "policy",
          "at",
          "grant");
  private static final Set<String> GRANT =
      Set.of("subject", "credential", "publish", "receive", "posture", "policy", "from", "until");

  private DecisionForm() {}

  static Decision read(JsonPart part) {
    part.only(MEMBERS);
    Records.requireFormat(part, "decision", Decision.FORMAT);
    Request request =
        new Request(
            part.member("request").of(RequestKind::ofWord),
            part.member("subject").subject(),
            part.member("credential").digest(),
            part.member("credential-end").instant());
    return new Decision(
        request,
        verdict(part.member("verdict")),
        PostureForm.tier(part.member("tier")),
        part.member("reasons").items().stream().map(JsonPart::text).toList(),
        part.has("grant") ? Optional.of(grant(part.member("grant"))) : Optional.empty(),
        part.member("posture").digest(),
        part.member("policy").digest(),
        part.member("at").instant());
  }

  private static Verdict verdict(JsonPart part) {
    for (Verdict verdict : Verdict.values()) {
      if (verdict.word().equals(part.text())) {
        return verdict;
      }
    }
    throw part.refused("is no verdict: permit or deny");
  }

  private static Grant grant(JsonPart part) {
    part.only(GRANT);
    return new Grant(
        part.member("subject").subject(),
        part.member("credential").digest(),
        new Rights(filters(part.member("publish")), filters(part.member("receive"))),
        part.member("posture").digest(),
        part.member("policy").digest(),
        part.member("from").instant(),
        part.member("until").instant());
  }

  private static List<TopicFilter> filters(JsonPart part) {
    return part.items().stream().map(item -> item.of(TopicFilter::of)).toList();
  }
}
