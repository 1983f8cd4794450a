package org.thingward.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;
import tools.jackson.databind.JsonNode;

/** Where operators break the glass, see who did, and review it (rule O5). */
final class BreakGlassRoutes {
  private static final int SMALL = 4 << 10;

  private final BreakGlass breakGlass;

  BreakGlassRoutes(BreakGlass breakGlass) {
    this.breakGlass = breakGlass;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/break-glass", Permission.VIEW, Reach.OWN, "break-glass.list", 0, this::list),
        new OperatorRoute(
            "POST",
            "/break-glass",
            Permission.OPERATE,
            Reach.OWN,
            "break-glass.open",
            SMALL,
            Operation.unweighed(
                "It raises nothing: what is done under it is weighed, and another person reviews it.",
                this::open)),
        new OperatorRoute(
            "POST",
            "/break-glass/{glass}/review",
            Permission.VIEW,
            Reach.OWN,
            "break-glass.review",
            SMALL,
            Operation.unweighed("It ends what somebody else may do alone.", this::review)));
  }

  private OperatorResponse list(OperatorRequest request) {
    return OperatorResponse.json(
        200,
        Map.of(
            "items", breakGlass.all().stream().map(BreakGlassRoutes::item).toList(),
            "unreviewed", breakGlass.unreviewed()));
  }

  private OperatorResponse open(OperatorRequest request) {
    requireInPerson(request);
    String reason = ApprovalRoutes.reason(request.body(), "reason");
    JsonNode minutes = Fields.read(request.body()).tree().path("minutes");
    if (!minutes.isIntegralNumber()
        || minutes.asLong(0) < 1
        || minutes.asLong(0) > BreakGlass.LONGEST.toMinutes()) {
      throw new Problem(
          422, "minutes-refused", "'minutes' is 1 to " + BreakGlass.LONGEST.toMinutes() + ".");
    }
    return OperatorResponse.json(
        201,
        item(breakGlass.breaks(request.operator(), reason, Duration.ofMinutes(minutes.asLong(0)))));
  }

  private OperatorResponse review(OperatorRequest request) {
    requireInPerson(request);
    JsonNode justified = Fields.read(request.body()).tree().path("justified");
    if (!justified.isBoolean()) {
      throw new Problem(400, "malformed-body", "'justified' is true or false.");
    }
    return OperatorResponse.json(
        200,
        item(
            breakGlass.reviewed(
                ApprovalRoutes.id(request.variable("glass")),
                request.operator(),
                justified.asBoolean(false),
                ApprovalRoutes.reason(request.body(), "note"))));
  }

  private static void requireInPerson(OperatorRequest request) {
    if (!request.caller().isInPerson()) {
      throw new Problem(403, "token-may-not", "No token breaks the glass, or reviews who did.");
    }
  }

  private static Map<String, Object> item(BreakGlass.Glass glass) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("break-glass", glass.broken().id().toString());
    item.put("operator", glass.broken().operator().name());
    item.put("reason", glass.broken().reason());
    item.put("at", glass.broken().at().toString());
    item.put("until", glass.broken().until().toString());
    item.put("changes", glass.changes());
    item.put("lowered", glass.lowered());
    item.put("reviewed", glass.review().isPresent());
    glass
        .review()
        .ifPresent(review -> {
          item.put("reviewed-by", review.operator().name());
          item.put("justified", review.justified());
          item.put("note", review.note());
        });
    return item;
  }
}
