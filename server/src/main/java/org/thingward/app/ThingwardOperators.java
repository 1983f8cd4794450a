package org.thingward.app;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.thingward.access.Recovery;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.DataDirectory;
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
    HostCommand.run(arguments, USAGE, ThingwardOperators::run);
  }

  private static void run(List<String> given) {
    if (given.isEmpty() || !given.removeFirst().equals("recover")) {
      throw new SettingsRefused("what is to be done about operators?\n" + USAGE);
    }
    String reason = HostCommand.required(given, "--reason", USAGE);
    String by = HostCommand.required(given, "--by", USAGE);
    Settings settings = Settings.read(given);
    if (!LedgerKeys.exist(settings.data().resolve("keys"))) {
      throw new SettingsRefused(
          "there is no server in "
              + settings.data()
              + ": give its --data DIR, or run this as the server's user.");
    }
    Time time = Time.ofMachine();
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      try (TiledLedger ledger = HostCommand.open(data, settings, time)) {
        Recovery recovery = Recovery.order(ledger, by, reason, time.now());
        say(recovery, ledger.size() - 1, settings.json());
      }
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
}
