package org.thingward.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.thingward.trust.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Evidence: what sources state about subjects. */
@Command(
    name = "evidence",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "What is stated about devices, products and releases.")
final class EvidenceCommand {
  private final Tools tools;

  EvidenceCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "State evidence from a JSON file, as a registered source that you stand for.")
  int send(
      @Mixin Access access,
      @Parameters(paramLabel = "FILE", description = "The evidence; - for standard input.")
          Path file) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.sendEvidence(InputFile.read(file));
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(answer)
                      : "accepted; its receipt is " + Answers.text(answer, "receipt"));
        });
  }

  @Command(mixinStandardHelpOptions = true, description = "List the evidence about a subject.")
  int list(
      @Mixin Access access,
      @Parameters(paramLabel = "SUBJECT", description = "A device's id, or KIND:NAME.")
          String subject,
      @Option(names = "--limit", defaultValue = "100", description = "At most so many.")
          int limit) {
    Subject about = Names.subject(subject);
    return tools.asOperator(
        access,
        operator ->
            show(access, operator.list("/evidence", Map.of("subject", about.toString()), limit)));
  }

  private void show(Access access, List<JsonNode> evidence) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(evidence));
      return;
    }
    Table table = new Table("KIND", "SOURCE", "CLAIMS", "RECEIVED (UTC)", "LEVEL", "ENTRY");
    evidence.forEach(piece -> addRow(table, piece));
    tools.printOr(table, "Nothing is stated about it.");
  }

  private static void addRow(Table table, JsonNode piece) {
    table.row(
        Answers.text(piece, "kind"),
        Answers.text(piece, "source"),
        claims(piece.path("claims")),
        Answers.time(piece, "received"),
        Answers.text(piece, "assurance"),
        Answers.index(piece));
  }

  private static String claims(JsonNode claims) {
    return claims.properties().stream()
        .map(claim -> claim.getKey() + " " + value(claim.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String value(JsonNode typed) {
    return typed.isObject() && typed.size() == 1
        ? typed.properties().iterator().next().getValue().asString(typed.toString())
        : typed.toString();
  }
}
