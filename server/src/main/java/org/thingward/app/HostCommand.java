package org.thingward.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;

/** What the commands have in common that change a stopped server's log on its own machine. */
final class HostCommand {
  private HostCommand() {}

  /** Runs one; ends with code 2 for wrong usage and 1 if it cannot be done. */
  static void run(String[] arguments, String usage, Consumer<List<String>> command) {
    List<String> given = new ArrayList<>(List.of(arguments));
    if (Settings.asksForHelp(given)) {
      System.out.print(usage);
      return;
    }
    try {
      command.accept(given);
    } catch (SettingsRefused e) {
      fail(2, e);
    } catch (RuntimeException e) {
      fail(1, e);
    }
  }

  private static void fail(int code, RuntimeException e) {
    System.err.println("thingward: " + e.getMessage());
    System.exit(code);
  }

  /** Takes a flag that the server does not know out of those given. */
  static Optional<String> take(List<String> given, String flag) {
    int at = given.indexOf(flag);
    if (at < 0 || at + 1 >= given.size()) {
      return Optional.empty();
    }
    given.remove(at);
    return Optional.of(given.remove(at));
  }

  static String required(List<String> given, String flag, String usage) {
    return take(given, flag)
        .orElseThrow(() -> new SettingsRefused(flag + " TEXT is missing.\n" + usage));
  }

  static TiledLedger open(DataDirectory data, Settings settings, Time time) {
    Randomness randomness = new Randomness(time);
    try {
      return TiledLedger.open(
          data.folder("ledger"),
          LedgerKeys.open(data.folder("keys"), randomness),
          time,
          randomness,
          settings.witnessPolicy().map(HostCommand::witnessPolicy));
    } catch (IOException e) {
      throw new IllegalStateException("the log's keys cannot be read: " + e.getMessage(), e);
    }
  }

  static WitnessPolicy witnessPolicy(Path file) {
    try {
      return WitnessPolicyReader.read(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsRefused("--witness-policy: " + file + ": " + e.getMessage());
    }
  }
}
