package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.thingward.trust.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Enrolment tokens. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Tokens that let one device or service enrol once.")
final class TokenCommand {
  private final Tools tools;

  TokenCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Make a token and print it: the only time that it is shown.")
  int create(
      @Mixin Access access,
      @Parameters(
              paramLabel = "SUBJECT",
              description = "A device's id, or device:ID, or service:NAME.")
          String subject,
      @Option(
              names = "--ttl",
              defaultValue = "",
              paramLabel = "TIME",
              description = "How long it is good for: 24h, 90m, 7d. Default: what the policy says.")
          String ttl,
      @Option(
              names = "--profile",
              defaultValue = "",
              paramLabel = "PROFILE",
              description =
                  "What the certificate will be like: device, commissioning (a day at most, not"
                      + " renewed), service, server. Default: device or service, as the subject is.")
          String profile,
      @Option(
              names = "--name",
              paramLabel = "DNS-NAME",
              description =
                  "A name that a server's certificate may hold; may be repeated. With --profile"
                      + " server.")
          @Nullable List<String> dnsNames,
      @Option(
              names = "--acme",
              description =
                  "Print what binds an ACME account instead: the kid and the HMAC key, which the"
                      + " server then keeps, encrypted.")
          boolean acme,
      @Option(
              names = "--cmp",
              description =
                  "Also print what a device enrols with over CMP: a reference and a secret, which"
                      + " the server then keeps, encrypted.")
          boolean cmp) {
    Subject about = Names.subject(subject);
    Map<String, Object> body = new HashMap<>(Map.of(about.kind().word(), about.name()));
    if (dnsNames != null) {
      body.put("names", dnsNames);
    }
    if (acme) {
      body.put("acme", true);
    }
    if (cmp) {
      body.put("cmp", true);
    }
    if (!ttl.isEmpty()) {
      body.put("ttl", ttl);
    }
    if (!profile.isEmpty()) {
      body.put("profile", profile);
    }
    return tools.asOperator(
        access,
        operator -> {
          JsonNode made = operator.connection().post("/tokens", body);
          Terminal terminal = tools.terminal();
          // The token alone on stdout, so that a script can take it.
          terminal.line(access.json() ? Answers.pretty(made) : secret(made));
          if (!access.json() && cmp) {
            terminal.line("cmp-reference " + Answers.text(made, "cmp-reference"));
            terminal.line("cmp-secret " + Answers.text(made, "cmp-secret"));
          }
          if (!access.json()) {
            terminal
                .err()
                .printf(
                    "for %s, once, until %s UTC; id %s%n",
                    about, Answers.time(made, "ends"), Answers.text(made, "id"));
          }
        });
  }

  /** What proves it: over ACME two words, as certbot's --eab-kid and --eab-hmac-key take them. */
  private static String secret(JsonNode made) {
    JsonNode acme = made.path("acme");
    return acme.isMissingNode()
        ? Answers.text(made, "token")
        : Answers.text(acme, "kid") + " " + Answers.text(acme, "hmac-key");
  }

  @Command(mixinStandardHelpOptions = true, description = "List tokens, the newest first.")
  int list(
      @Mixin Access access,
      @Option(names = "--limit", defaultValue = "100", description = "At most so many.")
          int limit) {
    return tools.asOperator(
        access, operator -> show(access, operator.list("/tokens", Map.of(), limit)));
  }

  private void show(Access access, List<JsonNode> tokens) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(tokens));
      return;
    }
    Table table =
        new Table("SUBJECT", "PROFILE", "STATUS", "ENDS (UTC)", "MADE BY", "ID").whole("ID");
    tokens.forEach(token ->
        table.row(
            Answers.text(token, "subject"),
            profile(token),
            Answers.text(token, "status"),
            Answers.time(token, "ends"),
            Answers.text(token, "made-by"),
            Answers.text(token, "id")));
    tools.printOr(table, "There are no tokens. Make one: thingward token create DEVICE");
  }

  private static String profile(JsonNode token) {
    // A derived one is for profile device always, and beside the word there is no room for both.
    return token.path("derived").asBoolean(false) ? "derived" : Answers.text(token, "profile");
  }

  @Command(mixinStandardHelpOptions = true, description = "Withdraw a token that is not used yet.")
  int revoke(
      @Mixin Access access,
      @Parameters(paramLabel = "ID", description = "The token's id, as 'token list' shows it.")
          String id) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode unused = operator.connection().delete("/tokens/" + encoded(id));
          tools.terminal().line(access.json() ? "{}" : "token " + id + " withdrawn");
        });
  }
}
