package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.thingward.operator.Operator;
import org.thingward.operator.Operator.Order;
import org.thingward.trust.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Devices: which there are, how each stands and why, and orders about them. */
@Command(
    name = "device",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The devices of the fleet.")
final class DeviceCommand {
  private final Tools tools;

  DeviceCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Search the fleet, and list what is found with its tier and the worst reason.",
        "A query is words of an id and FIELD:VALUE, all of which must hold; the same field again"
            + " widens it, a minus excludes. Fields: tier, product, firmware (alone or <3.1, >=2),"
            + " stale (>1y), region, owner, lifecycle, reason (a component), id.",
        "Example: thingward device list tier:contraindicated product:cam-2 'firmware:<3.1'"
      })
  int list(
      @Mixin Access access,
      @Parameters(paramLabel = "QUERY", arity = "0..*", description = "What to look for; all.")
          List<String> query,
      @Option(
              names = "--order",
              defaultValue = "id",
              description = "By id, tier (least trusted first) or firmware (oldest first).")
          String order,
      @Option(names = "--limit", defaultValue = "1000", description = "At most so many.")
          int limit) {
    String text = query == null ? "" : String.join(" ", query);
    return tools.asOperator(
        access,
        operator -> {
          FleetList fleet = FleetList.of(operator, text, order, limit);
          if (access.json()) {
            tools.terminal().line(Answers.pretty(fleet.devices()));
          } else {
            tools.printOr(fleet.table(), nothing(text));
            if (fleet.found() > fleet.devices().size()) {
              tools
                  .terminal()
                  .err()
                  .printf("%,d more: see them with --limit%n", fleet.found() - limit);
            }
          }
        });
  }

  private static Map<String, String> given(Map<String, String> options) {
    Map<String, String> given = new HashMap<>(options);
    given.values().removeIf(String::isEmpty);
    return given;
  }

  private static String nothing(String query) {
    return query.isBlank()
        ? "There are no devices. Register some: thingward device import FILE"
        : "No device is like that. All of them: thingward device list";
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Show how a device stands, why, on what evidence, and what to do.")
  int show(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") String id) {
    Subject subject = Names.subject(id);
    return tools.asOperator(
        access,
        operator -> {
          DeviceView view = DeviceView.of(operator, subject);
          if (access.json()) {
            tools.terminal().line(Answers.pretty(view.tree()));
          } else {
            view.print(tools.terminal());
          }
        });
  }

  @Command(mixinStandardHelpOptions = true, description = "Register one device.")
  int add(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "Its id.") String id,
      @Option(names = "--product", required = true, description = "Its product.") String product,
      @Option(names = "--release", defaultValue = "", description = "The release it runs.")
          String release,
      @Option(names = "--region", required = true, description = "Its region.") String region,
      @Option(names = "--owner", defaultValue = "", description = "Its owner.") String owner) {
    Map<String, String> device =
        new HashMap<>(Map.of("id", id, "product", product, "lifecycle", "active"));
    device.putAll(given(Map.of("release", release, "region", region, "owner", owner)));
    return tools.asOperator(
        access,
        operator -> {
          JsonNode added = operator.addDevice(device);
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(added)
                      : id + " registered; let it enrol: thingward token create " + id);
        });
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = "Register or update many devices from CSV or JSON: all of them or none.")
  int importFile(
      @Mixin Access access,
      @Parameters(
              paramLabel = "FILE",
              description = "*.json is JSON, anything else CSV; - for standard input.")
          Path file,
      @Option(names = "--dry-run", description = "Only say what would change.") boolean dryRun) {
    boolean json = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.importInventory(InputFile.read(file), json, dryRun);
          tools.terminal().line(access.json() ? Answers.pretty(answer) : summary(answer, dryRun));
        });
  }

  private static String summary(JsonNode answer, boolean dryRun) {
    StringBuilder text = new StringBuilder(dryRun ? "would be: " : "");
    answer
        .properties()
        .forEach(each -> {
          if (each.getValue().isIntegralNumber()) {
            text.append(each.getValue().longValue()).append(' ').append(each.getKey()).append("  ");
          }
        });
    return text.toString().strip();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Put a device that has no key behind a gateway, which then says when it sees it:",
        "ip -s -j neigh | curl --cert … --data-binary @- https://HOST/.well-known/thingward/neighbours"
      })
  int attach(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "Its id.") String id,
      @Option(names = "--behind", required = true, description = "The gateway's id.")
          String gateway,
      @Option(
              names = "--address",
              required = true,
              description = "Its hardware address there, e.g. 02:00:5e:10:00:01.")
          String address) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode made =
              operator
                  .connection()
                  .put(attachment(id), Map.of("gateway", gateway, "address", address));
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(made)
                      : "%s is behind %s as %s"
                          .formatted(
                              Answers.text(made, "device"),
                              Answers.text(made, "gateway"),
                              Answers.text(made, "address")));
        });
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Take a device away from its gateway: what that says of it counts no more.")
  int detach(
      @Mixin Access access, @Parameters(paramLabel = "DEVICE", description = "Its id.") String id) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.connection().delete(attachment(id));
          tools
              .terminal()
              .line(access.json() ? Answers.pretty(answer) : id + " is behind no gateway");
        });
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "List the devices behind gateways, and when those saw them.")
  int behind(
      @Mixin Access access,
      @Parameters(paramLabel = "GATEWAY", arity = "0..1", description = "Its id; all gateways.")
          String gateway,
      @Option(names = "--limit", defaultValue = "1000", description = "At most so many.")
          int limit) {
    Map<String, String> query = gateway == null ? Map.of() : Map.of("gateway", gateway);
    return tools.asOperator(
        access,
        operator -> {
          List<JsonNode> found = operator.list("/attachments", query, limit);
          if (access.json()) {
            tools.terminal().line(Answers.pretty(found));
            return;
          }
          Table table = new Table("DEVICE", "BEHIND", "ADDRESS", "SEEN (UTC)", "VOUCHED FOR");
          found.forEach(each -> table.row(attached(each)));
          tools.printOr(
              table,
              "No device is behind a gateway: thingward device attach DEVICE --behind GATEWAY"
                  + " --address ADDRESS");
        });
  }

  private static String[] attached(JsonNode each) {
    JsonNode seen = each.path("seen");
    return new String[] {
      Answers.text(each, "device"),
      Answers.text(each, "gateway"),
      Answers.text(each, "address"),
      seen.isMissingNode() ? "not lately" : Answers.time(seen, "at"),
      seen.path("vouched").asBoolean(false) ? "yes" : "no"
    };
  }

  private static String attachment(String id) {
    return "/devices/" + encoded(id) + "/attachment";
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Take a device out of trust for good: its sessions are cut now.")
  int revoke(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "Its id.") String id,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return order(access, Order.REVOKE, id, reason);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Take a device out of trust until it is released.")
  int quarantine(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "Its id.") String id,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return order(access, Order.QUARANTINE, id, reason);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "End a device's quarantine, revocation or latched contraindication. Certificates that were"
              + " revoked stay so: the device comes back by a new token.")
  int release(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "Its id.") String id,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return order(access, Order.RELEASE, id, reason);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Ask a device for an attestation: what it attested before counts no more, and until a new"
              + " one comes it stands as the policy says.")
  int attest(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "Its id.") String id,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return order(access, Order.ATTEST, id, reason);
  }

  private int order(Access access, Order order, String id, String reason) {
    if (reason.isBlank()) {
      throw new Failed("the reason is empty; it goes on record: --reason \"what happened\"");
    }
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.order(order, id, reason);
          tools
              .terminal()
              .line(access.json() ? Answers.pretty(answer) : after(operator, order, id));
        });
  }

  private static String after(Operator operator, Order order, String id) {
    JsonNode posture = operator.posture(Subject.device(id));
    String now =
        "%s: %s; now %s. Why: thingward device show %s"
            .formatted(id, done(order), Answers.tier(posture.path("tier")), encoded(id));
    return order == Order.RELEASE && hasOnlyRevoked(operator, id)
        ? now
            + "\nIts certificates stay revoked. It comes back by a new token and a new key:"
            + " thingward token create "
            + id
        : now;
  }

  private static String done(Order order) {
    return order == Order.ATTEST ? "an attestation is awaited" : order.word();
  }

  private static boolean hasOnlyRevoked(Operator operator, String id) {
    List<String> states =
        operator.list("/devices/" + encoded(id) + "/certificates", Map.of(), 1000).stream()
            .map(certificate -> Answers.text(certificate, "state"))
            .toList();
    return states.contains("revoked")
        && states.stream().noneMatch(state -> state.equals("issued") || state.equals("active"));
  }
}
