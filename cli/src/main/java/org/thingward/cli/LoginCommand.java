package org.thingward.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.thingward.operator.OperatorConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Logs the command line in, by a confirmation in a browser. */
@Command(
    name = "login",
    mixinStandardHelpOptions = true,
    description = {
      "Log the command line in: an operator confirms it in a browser, with a passkey.",
      "Keeps an API token in ~/.config/thingward, bound to a key beside it."
    })
final class LoginCommand implements Callable<Integer> {
  private final Tools tools;

  @Mixin private Access access = new Access();
  @Mixin private WantedToken wanted = new WantedToken();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "",
      description = "What the token is called. Default: cli@HOST")
  private String name = "";

  LoginCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    Connecting connecting = Connecting.with(access, tools);
    Map<String, Object> asked = wanted.asked(name.isEmpty() ? "cli@" + shortHost() : name);
    try (OperatorConnection connection = connecting.proving()) {
      JsonNode made = new BrowserConfirmation(connection, tools.terminal()).get(asked);
      connecting.login().keep(made.path("token").asString(""));
      if (access.json()) {
        tools.terminal().line(Answers.pretty(((ObjectNode) made).without("token")));
      } else {
        tools
            .terminal()
            .line(
                "logged in as %s until %s UTC: %s"
                    .formatted(
                        Answers.text(made, "operator"),
                        Answers.time(made, "ends"),
                        Answers.all(made, "permissions")));
      }
    }
    return ExitCode.OK;
  }

  private static String shortHost() {
    String host = Hosts.own();
    return host.substring(0, Math.min(50, host.length()));
  }
}
