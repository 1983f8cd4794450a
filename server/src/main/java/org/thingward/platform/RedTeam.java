package org.thingward.platform;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.thingward.trust.Subject;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What belongs to the red team by its name: devices and products named {@code drill-} and eight hex
 * digits, and the one service by which it listens. A token for drills alone reaches nothing else.
 */
public final class RedTeam {
  private static final Pattern OWN = Pattern.compile("drill-[0-9a-f]{8}");
  private static final String LISTENER = "drill-listener";
  private static final StrictJson STRICT = StrictJson.upTo(8);

  private RedTeam() {}

  /** Whether a device or a product of this name is its own. */
  public static boolean owns(String name) {
    return OWN.matcher(name).matches();
  }

  /** Whether this subject is its own. */
  public static boolean owns(Subject subject) {
    return switch (subject.kind()) {
      case DEVICE, PRODUCT -> owns(subject.name());
      case RELEASE -> owns(subject.name().split("@", 2)[0]);
      case SERVICE -> subject.name().equals(LISTENER);
      case OPERATOR -> false;
    };
  }

  /** Whether a subject that is written so is its own. */
  public static boolean ownsSubject(String text) {
    try {
      return owns(Subject.parse(text));
    } catch (IllegalArgumentException noSubject) {
      return false;
    }
  }

  /** Requests whose path names its own in this variable. */
  public static Predicate<OperatorRequest> in(String variable) {
    return request -> owns(request.variable(variable));
  }

  /** Requests for a token of a device of its own, or of its listener. */
  public static boolean asksForToken(OperatorRequest request) {
    Optional<JsonNode> body = body(request);
    boolean device = body.filter(tree -> tree.has("device")).isPresent();
    boolean service = body.filter(tree -> tree.has("service")).isPresent();
    return device != service
        && (device
            ? owns(text(body.get(), "device"))
            : text(body.get(), "service").equals(LISTENER));
  }

  /** Requests to register a device of its own, of a product of its own. */
  public static boolean registersDevice(OperatorRequest request) {
    return body(request)
        .filter(tree -> owns(text(tree, "id")) && owns(text(tree, "product")))
        .isPresent();
  }

  /** The body as its handler reads it: what has a member twice is nothing. */
  private static Optional<JsonNode> body(OperatorRequest request) {
    try {
      return Optional.of(STRICT.read(request.body())).filter(JsonNode::isObject);
    } catch (JacksonException noJson) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode tree, String member) {
    return tree.path(member).asString("");
  }
}
