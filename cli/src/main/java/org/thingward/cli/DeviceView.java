package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How one device stands, for a person: what is wrong first, the evidence behind it, and what to do.
 *
 * @param subject the device or service
 * @param record what the inventory knows; an empty object if nothing
 * @param posture its posture, with its place in the ledger
 * @param sessions its live connections
 * @param decisions the newest decisions about it
 * @param attachment the gateway that it is behind, and how that saw it last; an empty object if
 *     none
 * @param ordered the order that stands against it and the reason that its operator gave; empty if
 *     there is none
 */
record DeviceView(
    Subject subject,
    JsonNode record,
    JsonNode posture,
    List<JsonNode> sessions,
    List<JsonNode> decisions,
    JsonNode attachment,
    String ordered) {
  private static final int DECISIONS = 3;
  private static final int COMPONENT_WIDTH = 18;

  static DeviceView of(Operator operator, Subject subject) {
    JsonNode posture = operator.posture(subject);
    return new DeviceView(
        subject,
        ofDevice(operator, subject, ""),
        posture,
        operator.sessions(subject),
        operator.decisions(subject, DECISIONS),
        ofDevice(operator, subject, "/attachment"),
        isOrdered(posture) ? orderBehind(operator, subject, posture) : "");
  }

  /** The operator's order that a posture's first reason rests on, in the operator's words. */
  private static String orderBehind(Operator operator, Subject subject, JsonNode posture) {
    String id = Answers.text(posture.path("reasons").path(0), "evidence");
    return operator.evidence(subject).stream()
        .filter(evidence -> Answers.text(evidence, "id").equals(id))
        .findFirst()
        .map(evidence ->
            "%s at %s: %s"
                .formatted(
                    Answers.text(evidence.path("claims").path("order"), "word"),
                    utc(evidence, "received"),
                    Answers.text(evidence.path("claims").path("order.reason"), "word")))
        .orElse("");
  }

  /** A device may be appraised and not be registered, or be behind no gateway. */
  private static JsonNode ofDevice(Operator operator, Subject subject, String path) {
    if (subject.kind() != SubjectKind.DEVICE) {
      return nothing();
    }
    try {
      return operator.connection().get("/devices/" + encoded(subject.name()) + path, Map.of());
    } catch (OperatorProblem unknown) {
      if (unknown.status() == 404) {
        return nothing();
      }
      throw unknown;
    }
  }

  private static JsonNode nothing() {
    return JsonMapper.shared().createObjectNode();
  }

  JsonNode tree() {
    return JsonMapper.shared()
        .valueToTree(
            Map.of(
                "device", record,
                "attachment", attachment,
                "posture", posture,
                "sessions", sessions,
                "decisions", decisions));
  }

  void print(Terminal terminal) {
    heading(terminal);
    posture.path("reasons").forEach(reason -> reason(terminal, reason));
    if (!ordered.isEmpty()) {
      terminal.line(Terminal.shortened(row("ordered", ordered), terminal.width()));
    }
    if (isLatched()) {
      terminal.line(
          row(
              "latched",
              "ends by newer clean evidence of the same kind, or an operator's release"));
    }
    terminal.line(row("assurance", Answers.text(posture, "assurance")));
    if (!attachment.isEmpty()) {
      terminal.line(row("behind", behind()));
    }
    terminal.line(row("sessions", connected()));
    terminal.line(row("may", may()));
    for (JsonNode decision : decisions) {
      terminal.line(Terminal.shortened(row("decided", decided(decision)), terminal.width()));
    }
    terminal.line(
        row(
            "appraised",
            "%s %s, policy %s; next %s"
                .formatted(
                    utc(posture, "at"),
                    Answers.index(posture),
                    brief(Answers.text(posture, "policy")),
                    next())));
    whatToDo().forEach(terminal::line);
  }

  private void heading(Terminal terminal) {
    String left =
        Stream.of(
                labelled("product", "product"),
                Answers.text(record, "region"),
                labelled("release", "release"),
                labelled("owner", "owner"))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" · "));
    String name = subject.name() + "   " + left;
    String tier = tier().toUpperCase(Locale.ROOT);
    String since = posture.path("since").isMissingNode() ? "" : " since " + utc(posture, "since");
    boolean fits = name.length() + 2 + tier.length() + since.length() <= terminal.width();
    String right = fits ? tier + since : tier;
    int gap = Math.max(2, terminal.width() - name.length() - right.length());
    terminal.line(
        terminal.styled(Terminal.Style.STRONG, subject.name())
            + name.substring(subject.name().length())
            + " ".repeat(gap)
            + terminal.styled(style(), right));
    if (!fits && !since.isEmpty()) {
      terminal.line(row("since", utc(posture, "since")));
    }
  }

  private String labelled(String label, String member) {
    String value = Answers.text(record, member);
    return value.isEmpty() ? "" : label + " " + value;
  }

  private String tier() {
    return Answers.tier(posture.path("tier"));
  }

  private Terminal.Style style() {
    return switch (tier()) {
      case "affirming" -> Terminal.Style.GOOD;
      case "warning" -> Terminal.Style.WARN;
      default -> Terminal.Style.BAD;
    };
  }

  private static void reason(Terminal terminal, JsonNode reason) {
    String evidence = Answers.text(reason, "evidence");
    String right = evidence.isEmpty() ? "" : "  ev " + brief(evidence);
    String left =
        "  %-17s %3s   %s"
            .formatted(
                Answers.text(reason, "component"),
                Answers.text(reason, "tier"),
                Answers.text(reason, "text"));
    int room = terminal.width() - right.length();
    String shown = Terminal.shortened(left, room);
    terminal.line(
        shown
            + " ".repeat(Math.max(0, room - shown.length()))
            + terminal.styled(Terminal.Style.FAINT, right));
  }

  private boolean isLatched() {
    boolean latched = false;
    for (JsonNode reason : posture.path("reasons")) {
      latched |= reason.path("latched").asBoolean(false);
    }
    return latched;
  }

  private static boolean isOrdered(JsonNode posture) {
    return Answers.text(posture.path("reasons").path(0), "text").startsWith("order is ");
  }

  private String behind() {
    JsonNode seen = attachment.path("seen");
    String how =
        seen.isMissingNode()
            ? "which did not see it lately"
            : (seen.path("vouched").asBoolean(false) ? "which vouched for it " : "which saw it ")
                + utc(seen, "at");
    return "%s as %s, %s"
        .formatted(Answers.text(attachment, "gateway"), Answers.text(attachment, "address"), how);
  }

  private String may() {
    List<String> parts = new ArrayList<>();
    posture
        .path("may")
        .properties()
        .forEach(
            each -> parts.add(each.getKey() + (each.getValue().asBoolean(false) ? " yes" : " no")));
    return parts.isEmpty()
        ? "what the policy gives tier " + tier()
        : Terminal.printable(String.join(" · ", parts));
  }

  /** Its live connections; where there is none, whether its newest request for one was denied. */
  private String connected() {
    if (!sessions.isEmpty()) {
      return sessions.stream()
          .map(each ->
              "%s since %s, MQTT %s"
                  .formatted(
                      Answers.text(each, "state"), utc(each, "since"), Answers.text(each, "mqtt")))
          .collect(Collectors.joining(" · "));
    }
    return decisions.stream()
        .filter(decision -> Answers.text(decision, "request").equals("connect"))
        .findFirst()
        .filter(newest -> Answers.text(newest, "verdict").equals("deny"))
        .map(denied ->
            "none; connect denied %s %s".formatted(utc(denied, "at"), Answers.index(denied)))
        .orElse("none");
  }

  private static String decided(JsonNode decision) {
    return "%s %s %s %s  %s"
        .formatted(
            Answers.time(decision, "at"),
            Answers.text(decision, "request"),
            Answers.text(decision, "verdict"),
            Answers.index(decision),
            Answers.all(decision, "reasons"));
  }

  private String next() {
    String until = Answers.text(posture, "until");
    return until.isEmpty() || until.startsWith("9999")
        ? "when something changes"
        : utc(posture, "until");
  }

  private static String utc(JsonNode node, String member) {
    return Answers.time(node, member) + " UTC";
  }

  private List<String> whatToDo() {
    String id = subject.name();
    return switch (tier()) {
      case "contraindicated" -> isOrdered(posture) ? endTheOrder(id) : putRight(id);
      case "none" -> List.of("what to do: let it enrol: thingward token create " + id);
      default -> List.of();
    };
  }

  private static List<String> endTheOrder(String id) {
    return List.of(
        "what to do: an operator ordered this; to end it: thingward device release "
            + id
            + " --reason …");
  }

  private static List<String> putRight(String id) {
    return List.of(
        "what to do: put right what is named above; it reports by itself.",
        "            if it was a mistake: thingward device release " + id + " --reason …",
        "            if its key is lost or copied: thingward token create "
            + id
            + ", and enrol anew");
  }

  private static String row(String label, String text) {
    return label + " ".repeat(COMPONENT_WIDTH - 7 - label.length()) + text;
  }

  private static String brief(String digest) {
    return digest.startsWith("sha256:") && digest.length() > 15
        ? digest.substring(7, 15) + "…"
        : digest;
  }
}
