package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.Pem;
import org.thingward.trust.Digest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** API tokens for machines. */
@Command(
    name = "api-token",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Tokens by which programs use the operator API in your name.")
final class ApiTokenCommand {
  private final Tools tools;

  ApiTokenCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Make a token and print it, the only time that it is shown; confirm it in a browser.")
  int create(
      @Mixin Access access,
      @Mixin WantedToken wanted,
      @Parameters(paramLabel = "NAME", description = "What it is called, e.g. prometheus.")
          String name,
      @Option(
              names = "--client-cert",
              paramLabel = "FILE",
              defaultValue = "",
              description =
                  "Bind it to the key of this certificate (PEM): then it is good over connections"
                      + " with that key alone.")
          String certificate) {
    Map<String, Object> asked = wanted.asked(name);
    if (!certificate.isEmpty()) {
      asked.put("client-key", key(Path.of(certificate)).toString());
    }
    try (OperatorConnection connection = Connecting.with(access, tools).unknown()) {
      JsonNode made = new BrowserConfirmation(connection, tools.terminal()).get(asked);
      Terminal terminal = tools.terminal();
      // The token alone on stdout, so that a script can take it.
      terminal.line(access.json() ? Answers.pretty(made) : Answers.text(made, "token"));
      if (!access.json()) {
        terminal
            .err()
            .printf(
                "for %s, until %s UTC; id %s%n",
                Answers.all(made, "permissions"),
                Answers.time(made, "ends"),
                Answers.text(made, "id"));
      }
    }
    return ExitCode.OK;
  }

  private static Digest key(Path certificate) {
    try {
      return Digest.of(Pem.certificates(certificate).getFirst().getPublicKey().getEncoded());
    } catch (IOException e) {
      throw new Failed("--client-cert: " + e.getMessage(), e);
    }
  }

  @Command(mixinStandardHelpOptions = true, description = "List your tokens, the oldest first.")
  int list(@Mixin Access access) {
    return tools.asOperator(
        access,
        operator ->
            show(access, operator.list("/operators/me/tokens", Map.of(), Integer.MAX_VALUE)));
  }

  private void show(Access access, List<JsonNode> tokens) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(tokens));
      return;
    }
    Table table =
        new Table("NAME", "PERMISSIONS", "SCOPE", "ENDS (UTC)", "LAST USED (UTC)", "ID")
            .whole("ID");
    tokens.forEach(token ->
        table.row(
            Answers.text(token, "name"),
            Answers.all(token, "permissions"),
            scope(token.path("scope")),
            Answers.time(token, "ends"),
            Answers.time(token, "last-used"),
            Answers.text(token, "id")));
    tools.printOr(table, "You have no tokens. Make one: thingward api-token create NAME");
  }

  private static String scope(JsonNode areas) {
    List<String> texts = new ArrayList<>();
    areas.forEach(area -> {
      String regions = Answers.all(area, "regions");
      String products = Answers.all(area, "products");
      texts.add(
          regions.isEmpty() && products.isEmpty()
              ? "everywhere"
              : String.join(
                  " in ",
                  products.isEmpty() ? "all" : products,
                  regions.isEmpty() ? "all regions" : regions));
    });
    return String.join(", ", texts);
  }

  @Command(mixinStandardHelpOptions = true, description = "Withdraw a token of yours at once.")
  int withdraw(
      @Mixin Access access,
      @Parameters(paramLabel = "ID", description = "The token's id, as 'api-token list' shows it.")
          String id) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode unused = operator.connection().delete("/operators/me/tokens/" + encoded(id));
          tools.terminal().line(access.json() ? "{}" : "token " + id + " withdrawn");
        });
  }
}
