package org.thingward.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.OperatorProblem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** Ends what {@code thingward login} began. */
@Command(
    name = "logout",
    mixinStandardHelpOptions = true,
    description = "Withdraw the token of 'thingward login' and delete it with its key.")
final class LogoutCommand implements Callable<Integer> {
  private static final int UNAUTHORIZED = 401;

  private final Tools tools;

  @Mixin private Access access = new Access();

  LogoutCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    Connecting connecting = Connecting.with(access, tools);
    StoredLogin login = connecting.login();
    Optional<String> token = login.token();
    if (token.isPresent()) {
      withdraw(connecting, token.get());
    }
    login.delete();
    tools
        .terminal()
        .line(access.json() ? "{}" : token.isPresent() ? "logged out" : "nobody was logged in");
    return ExitCode.OK;
  }

  private void withdraw(Connecting connecting, String token) {
    try (OperatorConnection connection =
        new OperatorConnection(
            connecting.server(),
            connecting.login().tls(connecting.listener()),
            Optional.of(token),
            tools.random())) {
      JsonNode unused = connection.delete("/operators/me/tokens/current");
    } catch (OperatorProblem refused) {
      // One that has ended already need not be withdrawn.
      if (refused.status() != UNAUTHORIZED) {
        throw refused;
      }
    }
  }
}
