package org.thingward.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** A stretch of the log, for an auditor to take away. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a stretch of the log into one file: every entry, its meaning, and all it rests on.",
      "An auditor checks it without the server: thingward verify FILE"
    })
final class ExportCommand implements Callable<Integer> {
  private final Tools tools;

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "FILE", description = "Where to write it.")
  private Path file = Path.of("");

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "",
      description = "Entries from then on: 2026-11-01 or 2026-11-01T12:00:00Z. Default: all.")
  private String since = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      defaultValue = "",
      description = "Entries before then. Default: all.")
  private String until = "";

  @Option(
      names = "--subject",
      paramLabel = "SUBJECT",
      defaultValue = "",
      description = "One subject's entries alone: device:meter-12, release:…, operator:…")
  private String subject = "";

  ExportCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    Map<String, String> asked = new HashMap<>();
    put(asked, "since", time("--since", since));
    put(asked, "until", time("--until", until));
    put(
        asked,
        "subject",
        subject.isEmpty() || subject.contains(":") ? subject : "device:" + subject);
    return tools.asOperator(
        access,
        operator -> {
          Path scratch = file.resolveSibling(file.getFileName() + ".part");
          tools.terminal().progress("  reading the log…");
          try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(scratch))) {
              operator.export(asked, out);
            } finally {
              tools.terminal().progressEnded();
            }
            Files.move(scratch, file, StandardCopyOption.REPLACE_EXISTING);
            say(Files.size(file));
          } catch (IOException e) {
            throw new Failed(file + " cannot be written: " + e.getMessage(), e);
          } finally {
            delete(scratch);
          }
        });
  }

  private void say(long bytes) {
    String line =
        access.json()
            ? JsonMapper.shared()
                .writeValueAsString(Map.of("file", file.toString(), "bytes", bytes))
            : "%s written (%,d KiB); check it without us: thingward verify %s"
                .formatted(file, bytes / 1_024, file);
    tools.terminal().line(line);
  }

  private static void delete(Path scratch) {
    try {
      Files.deleteIfExists(scratch);
    } catch (IOException e) {
      throw new Failed(scratch + " is left over and cannot be deleted", e);
    }
  }

  private static void put(Map<String, String> asked, String name, String value) {
    if (!value.isEmpty()) {
      asked.put(name, value);
    }
  }

  /** A time, or a day's beginning in UTC. */
  private static String time(String option, String text) {
    try {
      if (text.isEmpty()) {
        return "";
      }
      return text.contains("T")
          ? Instant.parse(text).toString()
          : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC).toString();
    } catch (DateTimeException e) {
      throw new Failed(option + " is written 2026-11-01 or 2026-11-01T12:00:00Z", e);
    }
  }
}
