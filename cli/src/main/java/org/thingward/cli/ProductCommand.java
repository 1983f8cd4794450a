package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The products of which devices are instances. */
@Command(
    name = "product",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The products of which devices are instances.")
final class ProductCommand {
  private final Tools tools;

  ProductCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(mixinStandardHelpOptions = true, description = "Register a product, or name its maker.")
  int add(
      @Mixin Access access,
      @Parameters(paramLabel = "PRODUCT", description = "Its name.") String product,
      @Option(names = "--maker", defaultValue = "", description = "Who makes it.") String maker) {
    return tools.asOperator(
        access,
        operator -> {
          Map<String, String> body = maker.isEmpty() ? Map.of() : Map.of("maker", maker);
          JsonNode made = operator.connection().put("/products/" + encoded(product), body);
          tools
              .terminal()
              .line(access.json() ? Answers.pretty(made) : "product " + product + " registered");
        });
  }

  @Command(mixinStandardHelpOptions = true, description = "List products.")
  int list(@Mixin Access access) {
    return tools.asOperator(
        access, operator -> show(access, operator.list("/products", Map.of(), Integer.MAX_VALUE)));
  }

  private void show(Access access, List<JsonNode> products) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(products));
      return;
    }
    Table table = new Table("PRODUCT", "MAKER");
    products.forEach(
        product -> table.row(Answers.text(product, "name"), Answers.text(product, "maker")));
    tools.printOr(table, "There are no products. Register one: thingward product add PRODUCT");
  }
}
