package org.thingward.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.access.Recovery;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;

/**
 * What is done about operators on the server's own machine, while the server is stopped: whoever
 * can run it has the server's files. Ends with code 2 for wrong usage and 1 if it cannot be done;
 * then nothing was done.
 */
public final class ThingwardOperators {
  private static final String USAGE =
      """
      usage: ./thingward operators recover --reason TEXT --by NAME [SETTINGS]

      Begins with operators anew, when nobody can act as an access administrator any more. Stop the
      server first. Every operator's passkeys, roles, sessions and API tokens end; started again
      within ten minutes, the server gives a one-time link that registers a first passkey, as at its
      first start. It is an entry of the ledger, and cannot be undone.

        --reason TEXT    why, in one line; operators and auditors read it
        --by NAME        who orders it
        SETTINGS         those that the server is started with; of them --data, --config,
                         --witness-policy and --json count here
      """;

  private ThingwardOperators() {}

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
    if (given.isEmpty() || !given.removeFirst().equals("recover")) {
      throw new SettingsRefused("what is to be done about operators?\n" + USAGE);
    }
    String reason = required(given, "--reason");
    String by = required(given, "--by");
    Settings settings = Settings.read(given);
    if (!LedgerKeys.exist(settings.data().resolve("keys"))) {
      throw new SettingsRefused(
          "there is no server in "
              + settings.data()
              + ": give its --data DIR, or run this as the server's user.");
    }
    Time time = Time.ofMachine();
    Randomness randomness = new Randomness(time);
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      LedgerKeys keys = LedgerKeys.open(data.folder("keys"), randomness);
      try (TiledLedger ledger =
          TiledLedger.open(
              data.folder("ledger"),
              keys,
              time,
              randomness,
              settings.witnessPolicy().map(ThingwardLog::witnessPolicy))) {
        Recovery recovery = Recovery.order(ledger, by, reason, time.now());
        say(recovery, ledger.size() - 1, settings.json());
      }
    } catch (IOException e) {
      throw new IllegalStateException("the log's keys cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused(String.valueOf(e.getMessage()));
    }
  }

  private static void say(Recovery recovery, long entry, boolean json) {
    String until = recovery.at().plus(Recovery.LIFE).toString();
    System.out.println(
        json
            ? new String(
                CanonicalJson.encode(Map.of("entry", entry, "until", until)),
                StandardCharsets.UTF_8)
            : """
            Every operator ended, at entry %d of the ledger.
            Start the server before %s: it gives a one-time link for a first passkey.
            Until it was used, nobody is an operator. API tokens are to be made anew.\
            """
                .formatted(entry, until));
  }

  private static String required(List<String> given, String flag) {
    int at = given.indexOf(flag);
    if (at < 0 || at + 1 >= given.size()) {
      throw new SettingsRefused(flag + " TEXT is missing.\n" + USAGE);
    }
    given.remove(at);
    return given.remove(at);
  }

  private static void fail(int code, RuntimeException e) {
    System.err.println("thingward: " + e.getMessage());
    System.exit(code);
  }
}
