package org.thingward.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.platform.OperatorResponse;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalRequest;
import org.thingward.verify.approval.Quorum;

/** Approvals as the API shows them. */
final class ApprovalView {
  /** What is said where nobody else could have agreed. */
  static final Map<String, String> ALONE =
      Map.of(
          "thingward-separation-of-duties",
          "none: no other operator could approve this; it was done at once");

  private static final int ACCEPTED = 202;
  private static final int LONGEST_TEXT = 256 << 10;

  private ApprovalView() {}

  /** What is answered in place of making the change. */
  static OperatorResponse awaited(Pending one, Set<Ground> grounds) {
    Map<String, Object> tree = item(one, Pending.State.OPEN);
    boolean lowersOnly = grounds.equals(Set.of(Ground.LOWER));
    tree.put(
        "detail",
        "This waits for others to agree: %s. Nothing was changed.%s"
            .formatted(
                String.join(", ", one.request().because()),
                lowersOnly ? " If it cannot wait, break the glass: POST /break-glass." : ""));
    return OperatorResponse.json(ACCEPTED, tree)
        .with(Map.of("location", "/api/v1/approvals/" + one.request().id()));
  }

  /** One line of a list. */
  static Map<String, Object> item(Pending one, Pending.State state) {
    ApprovalRequest request = one.request();
    ApprovalRequest.Effect effect = request.effect();
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("approval", request.id().toString());
    item.put("state", state.word());
    item.put("verb", request.change().verb());
    item.put("method", request.change().method());
    item.put("path", request.change().path());
    item.put("requester", request.requester().name());
    item.put("asked", request.asked().toString());
    item.put("expires", request.expires().toString());
    item.put("because", request.because());
    item.put("quorums", request.quorums().stream().map(Quorum::text).toList());
    item.put("raised", effect.raised());
    item.put("lowered", effect.lowered());
    item.put("widens", effect.widens());
    item.put(
        "approved-by",
        one.agreed().stream()
            .map(each -> Map.of("operator", each.operator().name(), "at", each.at().toString()))
            .toList());
    one.ended()
        .ifPresent(ended -> {
          item.put("ended-by", ended.by().name());
          item.put("ended", ended.at().toString());
          item.put("reason", ended.reason());
        });
    one.executed().map(Instant::toString).ifPresent(at -> item.put("executed", at));
    return item;
  }

  /** Everything that an approver must see before signing. */
  static Map<String, Object> full(Pending one, Pending.State state) {
    Map<String, Object> item = item(one, state);
    item.put("raised-devices", names(one.asked().raised()));
    item.put("lowered-devices", names(one.asked().lowered()));
    item.put("notes", one.asked().notes());
    item.put("query", one.request().change().query());
    item.put("body-digest", one.request().change().body().toString());
    item.put("policy", one.request().effect().policy().toString());
    item.put("signed", one.request().text());
    text(one.body()).ifPresent(body -> item.put("body", body));
    return item;
  }

  private static List<String> names(List<Subject> subjects) {
    return subjects.stream().map(Subject::toString).toList();
  }

  private static Optional<String> text(byte[] body) {
    if (body.length > LONGEST_TEXT) {
      return Optional.empty();
    }
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
