package org.thingward.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.verify.log.LogEvent;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;

/**
 * What is done to the log itself, on the server's machine and while the server is stopped. Ends
 * with code 2 for wrong usage and 1 if it cannot be done; then the log is as it was, or the next
 * start completes what was begun.
 */
public final class ThingwardLog {
  private static final String USAGE =
      """
      usage: ./thingward log rotate-key --reason TEXT [SETTINGS]

      Changes the keys that sign the log. Stop the server first.
        rotate-key     new keys are made; an entry that the present keys sign names them

        --reason TEXT  why, in one line; anyone who reads the log can read it
        SETTINGS       those that the server is started with; of them --data, --config,
                       --witness-policy and --json count here
      """;

  private ThingwardLog() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    List<String> given = new ArrayList<>(List.of(arguments));
    if (Settings.asksForHelp(given)) {
      System.out.print(USAGE);
      return;
    }
    try {
      run(given);
    } catch (SettingsRefused e) {
      fail(2, e);
    } catch (RuntimeException e) {
      fail(1, e);
    }
  }

  private static void run(List<String> given) {
    if (given.isEmpty() || !given.removeFirst().equals("rotate-key")) {
      throw new SettingsRefused("what is to be done to the log?\n" + USAGE);
    }
    String reason = take(given, "--reason");
    Settings settings = Settings.read(given);
    requireLog(settings.data());
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      rotateKey(data, settings, reason);
    }
  }

  /** Takes a flag that the server does not know out of those given. */
  private static String take(List<String> given, String flag) {
    int at = given.indexOf(flag);
    if (at < 0 || at + 1 >= given.size()) {
      throw new SettingsRefused(flag + " TEXT is missing.\n" + USAGE);
    }
    given.remove(at);
    return given.remove(at);
  }

  /** Before anything is made: a folder without keys is the wrong one. */
  private static void requireLog(Path data) {
    if (!LedgerKeys.exist(data.resolve("keys"))) {
      throw new SettingsRefused(
          "there is no log in " + data + ": give the server's --data DIR, or run as its user.");
    }
  }

  private static void rotateKey(DataDirectory data, Settings settings, String reason) {
    Time time = Time.ofMachine();
    Randomness randomness = new Randomness(time);
    try (TiledLedger ledger =
        TiledLedger.open(
            data.folder("ledger"),
            LedgerKeys.open(data.folder("keys"), randomness),
            time,
            randomness,
            settings.witnessPolicy().map(ThingwardLog::witnessPolicy))) {
      LogEvent.KeysChanged change = ledger.changeKeys(reason);
      System.out.println(
          settings.json()
              ? json(change, ledger.size() - 1)
              : sentences(change, ledger.size() - 1, ledger.publicFolder()));
    } catch (IOException e) {
      throw new IllegalStateException("the log's keys cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused("--reason: " + e.getMessage() + ".");
    }
  }

  static WitnessPolicy witnessPolicy(Path file) {
    try {
      return WitnessPolicyReader.read(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsRefused("--witness-policy: " + file + ": " + e.getMessage());
    }
  }

  private static String json(LogEvent.KeysChanged change, long entry) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("origin", change.origin());
    tree.put("entry", entry);
    tree.put("keys", change.to().stream().map(VerifierKey::toString).toList());
    return new String(CanonicalJson.encode(tree), StandardCharsets.UTF_8);
  }

  private static String sentences(LogEvent.KeysChanged change, long entry, Path publicFolder) {
    return """
    The keys of the log %s were changed at entry %d, signed by the old and the new.
    Whoever knows the old ones follows by %s.
    Give the new ones to the log's witnesses, in place of the old: %s\
    """
        .formatted(
            change.origin(),
            entry,
            publicFolder.resolve("key-history"),
            publicFolder.resolve("verifier-keys"));
  }

  private static void fail(int code, RuntimeException e) {
    System.err.println("thingward: " + e.getMessage());
    System.exit(code);
  }
}
