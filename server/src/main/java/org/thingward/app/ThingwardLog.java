package org.thingward.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogEvent;
import org.thingward.verify.log.VerifierKey;

/**
 * What is done to the log itself, on the server's machine and while the server is stopped. Ends
 * with code 2 for wrong usage and 1 if it cannot be done; then the log is as it was, or the next
 * start completes what was begun.
 */
public final class ThingwardLog {
  private static final String USAGE =
      """
      usage: ./thingward log rotate-key --reason TEXT [SETTINGS]
             ./thingward log succeed --reason TEXT --by NAME [--believed FILE] [SETTINGS]

      Changes the keys that sign the log. Stop the server first.
        rotate-key       new keys are made; an entry that the present keys sign names them
        succeed          when the keys are stolen: the log ends under its name, and goes on under
                         another one, whose keys owe nothing to the old ones

        --reason TEXT    why, in one line; anyone who reads the log can read it
        --by NAME        who orders it; as public as the reason
        --believed FILE  the last checkpoint that is believed; the present one without
        SETTINGS         those that the server is started with; of them --data, --config,
                         --witness-policy and --json count here
      """;

  private ThingwardLog() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    HostCommand.run(arguments, USAGE, ThingwardLog::run);
  }

  private static void run(List<String> given) {
    String command = given.isEmpty() ? "" : given.removeFirst();
    if (!List.of("rotate-key", "succeed").contains(command)) {
      throw new SettingsRefused("what is to be done to the log?\n" + USAGE);
    }
    String reason = HostCommand.required(given, "--reason", USAGE);
    Optional<Path> believed = Optional.empty();
    Optional<String> by = Optional.empty();
    if (command.equals("succeed")) {
      by = Optional.of(HostCommand.required(given, "--by", USAGE));
      believed = HostCommand.take(given, "--believed").map(Path::of);
    }
    Settings settings = Settings.read(given);
    requireLog(settings.data());
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      try (TiledLedger ledger = HostCommand.open(data, settings, Time.ofMachine())) {
        String name = by.orElse("");
        Optional<Checkpoint> until = believed.map(ThingwardLog::checkpoint);
        LogEvent event =
            by.isPresent() ? ledger.succeed(until, reason, name) : ledger.changeKeys(reason);
        say(event, ledger, settings.json());
      }
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused(String.valueOf(e.getMessage()));
    }
  }

  private static Checkpoint checkpoint(Path file) {
    try {
      return Checkpoint.parse(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsRefused("--believed: " + file + ": " + e.getMessage());
    }
  }

  /** Before anything is made: a folder without keys is the wrong one. */
  private static void requireLog(Path data) {
    if (!LedgerKeys.exist(data.resolve("keys"))) {
      throw new SettingsRefused(
          "there is no log in " + data + ": give the server's --data DIR, or run as its user.");
    }
  }

  private static void say(LogEvent event, TiledLedger ledger, boolean json) {
    long entry = ledger.size() - 1;
    System.out.println(json ? json(ledger, entry) : sentences(event, entry, ledger.publicFolder()));
  }

  private static String json(TiledLedger ledger, long entry) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("origin", ledger.checkpoint().origin());
    tree.put("entry", entry);
    tree.put("keys", ledger.verifiers().stream().map(VerifierKey::toString).toList());
    return new String(CanonicalJson.encode(tree), StandardCharsets.UTF_8);
  }

  private static String sentences(LogEvent event, long entry, Path publicFolder) {
    Path keys = publicFolder.resolve("verifier-keys");
    return switch (event) {
      case LogEvent.Succeeded succeeded ->
          """
          The log %s ended at entry %d, and goes on as %s.
          Give its keys to everyone who checks it, in person: %s
          Nobody follows to them by the old ones. Its witnesses need them too.\
          """
              .formatted(succeeded.origin(), entry, succeeded.successor(), keys);
      case LogEvent.KeysChanged changed ->
          """
          The keys of the log %s were changed at entry %d, signed by the old and the new.
          Whoever knows the old ones follows by %s.
          Give the new ones to the log's witnesses, in place of the old: %s\
          """
              .formatted(changed.origin(), entry, publicFolder.resolve("key-history"), keys);
      case LogEvent.Begun begun -> throw new IllegalStateException("a log begins by itself");
    };
  }
}
