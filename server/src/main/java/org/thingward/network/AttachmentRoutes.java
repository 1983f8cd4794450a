package org.thingward.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.platform.FilteredPage;
import org.thingward.platform.JsonFields;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;

/** Which device is behind which gateway, in the operator API. */
final class AttachmentRoutes {
  private static final String PATH = "/devices/{id}/attachment";
  private static final int BODY = 1_024;
  private static final Set<String> MEMBERS = Set.of("gateway", "address");

  private final Attachments attachments;
  private final Statements statements;

  AttachmentRoutes(Attachments attachments, Statements statements) {
    this.attachments = attachments;
    this.statements = statements;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET",
            "/attachments",
            Permission.VIEW,
            Reach.FILTERED,
            "attachment.list",
            0,
            this::list),
        new OperatorRoute(
            "GET", PATH, Permission.VIEW, Reach.DEVICE, "device.attachment", 0, this::show),
        new OperatorRoute(
            "PUT",
            PATH,
            Permission.OPERATE,
            Reach.DEVICE,
            "device.attach",
            BODY,
            Operation.unweighed(
                "What a gateway says of a device opens nothing: below level 2 there is no session"
                    + " and no certificate.",
                this::attach)),
        new OperatorRoute(
            "DELETE",
            PATH,
            Permission.OPERATE,
            Reach.DEVICE,
            "device.detach",
            0,
            Operation.unweighed("It only takes away.", this::detach)));
  }

  private OperatorResponse list(OperatorRequest request) {
    int limit = FilteredPage.limit(request.query());
    Optional<String> gateway = Optional.ofNullable(request.query().get("gateway"));
    String after = request.query().getOrDefault("cursor", "");
    List<Attachment> page =
        attachments.page(
            gateway,
            after,
            limit,
            each -> request.sees(each.device()) && request.sees(each.gateway()));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("items", page.stream().map(this::tree).toList());
    if (page.size() == limit) {
      tree.put("next", page.getLast().device().name());
    }
    return json(tree);
  }

  private OperatorResponse show(OperatorRequest request) {
    Subject device = device(request.variable("id"));
    return attachments
        .of(device)
        .filter(each -> request.sees(each.gateway()))
        .map(each -> json(tree(each)))
        .orElseThrow(
            () -> new Problem(404, "not-attached", device.name() + " is behind no gateway."));
  }

  private OperatorResponse attach(OperatorRequest request) {
    JsonFields body = JsonFields.read(request.body(), MEMBERS);
    Subject gateway = device(body.text("gateway"));
    request.requireMayTouch(gateway);
    MacAddress address =
        MacAddress.parse(body.text("address"))
            .orElseThrow(() ->
                new Problem(
                    400,
                    "address",
                    "'address' is the hardware address of one interface, e.g. 02:00:5e:10:00:01."));
    return json(
        tree(attachments.attach(device(request.variable("id")), gateway, address, raw(request))));
  }

  private OperatorResponse detach(OperatorRequest request) {
    attachments.detach(device(request.variable("id")), raw(request));
    return OperatorResponse.nothing();
  }

  private Map<String, Object> tree(Attachment attachment) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("device", attachment.device().name());
    tree.put("gateway", attachment.gateway().name());
    tree.put("address", attachment.address().text());
    tree.put("attached", attachment.since().toString());
    statements
        .sighting(attachment.device())
        .filter(seen -> seen.by().equals(attachment.gateway().name()))
        .ifPresent(seen ->
            tree.put(
                "seen",
                Map.of(
                    "vouched", seen.level().atLeast(AssuranceLevel.L1),
                    "at", seen.at().toString(),
                    "until", seen.until().toString())));
    return tree;
  }

  private static OperatorResponse json(Map<String, Object> tree) {
    return OperatorResponse.json(new String(CanonicalJson.encode(tree), UTF_8));
  }

  private static Digest raw(OperatorRequest request) {
    return Digest.of(request.operator().toString().getBytes(UTF_8), request.body());
  }

  private static Subject device(String name) {
    try {
      return Subject.device(name);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "name", e.getMessage() + ".");
    }
  }
}
