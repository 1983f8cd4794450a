package org.thingward.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens that a maker derives by a group key, for devices that an operator lists. */
@Command(
    name = "derive",
    mixinStandardHelpOptions = true,
    description = {
      "List devices that may enrol once by tokens which their maker derives by a group key, offline.",
      "Prints the group key that the server made: the only time that it is shown. Whoever has it can",
      "enrol the listed devices that have not enrolled yet, and nothing else.",
      "Where one of a thousand may not be listed none of them is; those before them stay listed."
    })
final class TokenDeriveCommand implements Callable<Integer> {
  private static final int AT_ONCE = 1_000;

  private final Tools tools;

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Devices' ids.")
  private List<String> named = new ArrayList<>();

  @Option(
      names = "--devices",
      paramLabel = "FILE",
      description = {
        "Devices' ids, one a line, or in the first column of a CSV, under the title device or none.",
        "- for standard input."
      })
  private @Nullable Path devices;

  @Option(
      names = "--group-key",
      paramLabel = "FILE",
      description =
          "A group key that there is already: 64 hex digits, as this command prints them.")
  private @Nullable Path groupKey;

  @Option(
      names = "--ttl",
      defaultValue = "",
      paramLabel = "TIME",
      description = "How long they are good for: 12h, 90m. Default: what the policy says.")
  private String ttl = "";

  @Option(
      names = "--replace",
      description = {
        "Withdraw open derived tokens that these devices have by another group key, e.g. because that",
        "leaked."
      })
  private boolean replace;

  @Option(
      names = "--skip-enrolled",
      description =
          "Leave out devices that have or had a certificate, instead of refusing the list.")
  private boolean skipEnrolled;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the group key to this new file, for its owner alone, and do not print it.")
  private @Nullable Path out;

  TokenDeriveCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    DeviceList list = new DeviceList();
    Optional.ofNullable(devices).ifPresent(list::read);
    named.forEach(list::add);
    if (list.ids().isEmpty()) {
      throw new Failed("name devices, or a file with --devices");
    }
    Optional<String> given = Optional.ofNullable(groupKey).map(TokenDeriveCommand::key);
    if (given.isEmpty()) {
      Optional.ofNullable(out).ifPresent(TokenDeriveCommand::create);
    }
    return tools.asOperator(access, operator -> new Listing(operator, list.ids(), given).run());
  }

  private static String key(Path file) {
    return new String(InputFile.read(file), StandardCharsets.UTF_8).strip();
  }

  /** Before anything is asked for: a key that cannot be kept must not be made. */
  private static void create(Path file) {
    try {
      Path unused =
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      throw new Failed(file + " is there already, and is not overwritten", e);
    } catch (IOException e) {
      throw new Failed(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** One run over a list: batches by one group key. */
  private final class Listing {
    private final Operator operator;
    private final List<String> ids;
    private final List<JsonNode> items = new ArrayList<>();
    private int skipped;
    private final Terminal terminal = tools.terminal();
    private Optional<String> key;
    private Optional<String> made = Optional.empty();
    private String authority = "";

    Listing(Operator operator, List<String> ids, Optional<String> key) {
      this.operator = operator;
      this.ids = ids;
      this.key = key;
    }

    void run() {
      try {
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
          list(ids.subList(from, Math.min(ids.size(), from + AT_ONCE)));
          terminal.progress("  listing devices…   %,d of %,d".formatted(done(), ids.size()));
        }
      } finally {
        terminal.progressEnded();
        if (key.isEmpty() && out != null) {
          discard(out);
        }
        if (done() > 0) {
          tell();
        }
      }
    }

    private int done() {
      return items.size() + skipped;
    }

    private void list(List<String> batch) {
      try {
        take(ask(batch));
      } catch (OperatorProblem problem) {
        List<String> rest = new ArrayList<>(batch);
        boolean less = skipEnrolled && rest.removeAll(enrolled(problem));
        if (!less) {
          throw problem;
        }
        skipped += batch.size() - rest.size();
        if (!rest.isEmpty()) {
          list(rest);
        }
      }
    }

    private static List<String> enrolled(OperatorProblem problem) {
      return problem.type().endsWith(":derived-not-first")
              && problem.members().get("devices") instanceof List<?> devices
          ? devices.stream().map(String::valueOf).toList()
          : List.of();
    }

    private JsonNode ask(List<String> batch) {
      Map<String, Object> body = new HashMap<>(Map.of("devices", batch));
      key.ifPresent(it -> body.put("group-key", it));
      if (!ttl.isEmpty()) {
        body.put("ttl", ttl);
      }
      if (replace) {
        body.put("replace", true);
      }
      return operator.connection().post("/tokens/derived", body);
    }

    private void take(JsonNode answer) {
      answer.path("items").forEach(items::add);
      authority = Answers.text(answer, "authority").replace("sha256:", "");
      String shown = Answers.text(answer, "group-key");
      if (!shown.isEmpty()) {
        key = Optional.of(shown);
        made = key;
        keep(shown);
      }
    }

    /** At once: whatever becomes of the rest of the list, these devices are listed by it. */
    private void keep(String shown) {
      if (out != null) {
        try {
          Files.writeString(out, shown + "\n");
        } catch (IOException e) {
          terminal.line(shown);
          throw new Failed(out + " cannot be written: " + e.getMessage() + "; printed instead", e);
        }
      } else if (!access.json()) {
        terminal.line(shown);
      }
    }

    private void tell() {
      if (access.json()) {
        Map<String, Object> all = new LinkedHashMap<>();
        made.filter(it -> out == null).ifPresent(it -> all.put("group-key", it));
        if (!authority.isEmpty()) {
          all.put("authority", "sha256:" + authority);
        }
        all.put("items", items);
        terminal.line(JsonMapper.shared().writeValueAsString(all));
        return;
      }
      if (skipped > 0) {
        terminal.err().printf("%,d have enrolled already, and are left out%n", skipped);
      }
      if (done() < ids.size()) {
        terminal
            .err()
            .printf(
                "listed are %,d of %,d; from %s on none is: list those by the same key (--group-key)%n",
                items.size(), ids.size(), ids.get(done()));
        return;
      }
      if (items.isEmpty()) {
        return;
      }
      terminal
          .err()
          .printf(
              "%,d listed, each to enrol once, until %s UTC. The token of each, offline:%n%s%n",
              items.size(), Answers.time(items.getLast(), "ends"), recipe());
    }

    private String recipe() {
      return """
        printf 'twt1.%%s.%s' "$(printf %%s "thingward/derived-token/v1/$ID" |
          openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary |
          head -c16 | basenc --base64url | tr -d '=')"
      """
          .formatted(authority)
          .stripTrailing();
    }

    private void discard(Path file) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        terminal.err().println(file + " is left over, empty");
      }
    }
  }
}
