package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.verify.credential.CredentialStrength;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Credentials of others, such as those that a fleet's devices or broker still have. */
@Command(
    name = "credential",
    mixinStandardHelpOptions = true,
    description = "Passwords and pre-shared keys that others made.")
final class CredentialCommand {
  private final Tools tools;

  CredentialCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Find what ships as a default, what worms try (Mirai's list among them), and what is too"
            + " plain to withstand guessing.",
        "Nothing leaves this machine, nothing is kept, and no secret is printed.",
        "Exit code 1 if one is found."
      })
  int check(
      @Parameters(
              paramLabel = "FILE",
              description = "A credential a line, USER:PASSWORD or NAME:KEY; - is standard input.")
          Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    List<Found> found = new ArrayList<>();
    String[] lines = new String(InputFile.read(file), StandardCharsets.UTF_8).split("\\R", -1);
    int credentials = 0;
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].isBlank()) {
        credentials++;
        Found one = Found.of(i + 1, lines[i], file);
        if (!(one.strength() instanceof CredentialStrength.Strong)) {
          found.add(one);
        }
      }
    }
    if (json) {
      printJson(credentials, found);
    } else {
      print(credentials, found);
    }
    return found.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** A credential without its secret. */
  private record Found(int line, String user, CredentialStrength strength) {
    static Found of(int line, String text, Path file) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new Failed("%s:%d: write USER:PASSWORD".formatted(file, line));
      }
      String user = text.substring(0, colon).strip();
      return new Found(line, user, CredentialStrength.of(user, text.substring(colon + 1)));
    }

    String word() {
      return switch (strength) {
        case CredentialStrength.Known known -> "known";
        case CredentialStrength.Guessable guessable -> "guessable";
        case CredentialStrength.Strong strong -> "strong";
      };
    }

    String why() {
      return switch (strength) {
        case CredentialStrength.Known known -> "on the list '" + known.list() + "'";
        case CredentialStrength.Guessable guessable ->
            "%d bits at most, and %d are the floor"
                .formatted(guessable.bits(), CredentialStrength.FLOOR_BITS);
        case CredentialStrength.Strong strong -> "";
      };
    }
  }

  private void print(int credentials, List<Found> found) {
    Terminal terminal = tools.terminal();
    if (!found.isEmpty()) {
      Table table = new Table("LINE", "USER", "IS", "WHY");
      found.forEach(
          one -> table.row(String.valueOf(one.line()), one.user(), one.word(), one.why()));
      table.lines(terminal.width()).forEach(terminal::line);
    }
    terminal.line("%d of %d withstand guessing".formatted(credentials - found.size(), credentials));
  }

  private void printJson(int credentials, List<Found> found) {
    List<Map<String, Object>> items = new ArrayList<>();
    for (Found one : found) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("line", one.line());
      item.put("user", one.user());
      item.put("strength", one.word());
      item.put("why", one.why());
      items.add(item);
    }
    tools
        .terminal()
        .line(
            JsonMapper.shared()
                .writeValueAsString(Map.of("credentials", credentials, "found", items)));
  }
}
