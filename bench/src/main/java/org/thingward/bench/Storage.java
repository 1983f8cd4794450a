package org.thingward.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Children;
import org.thingward.platform.Database;
import org.thingward.platform.Randomness;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.Time;
import org.thingward.posture.Postures;

/**
 * The real database and ledger, in a folder of their own, as several benchmarks stand on them.
 *
 * @param keys the folder of keys
 */
record Storage(
    Path folder,
    Path keys,
    Time time,
    Randomness randomness,
    Children children,
    Database database,
    TiledLedger ledger)
    implements AutoCloseable {

  /** Opens both in {@code folder}. */
  static Storage open(Path folder) throws IOException {
    Time time = Time.ofMachine();
    Randomness randomness = new Randomness(time);
    Path keys = Files.createDirectories(folder.resolve("keys"));
    Children children = new Children(Files.createDirectories(folder.resolve("log")), time);
    Database database = Database.embedded(folder.resolve("database"), children, randomness, time);
    TiledLedger ledger =
        TiledLedger.open(
            folder.resolve("ledger"),
            LedgerKeys.open(keys, randomness),
            time,
            randomness,
            database);
    return new Storage(folder, keys, time, randomness, children, database, ledger);
  }

  /** Postures kept there; whoever asks closes them. */
  Postures postures() throws IOException {
    Path own = Files.createDirectories(folder.resolve("posture"));
    return new Postures(database, ledger, own, new SteadyTime(time));
  }

  @Override
  public void close() throws Exception {
    try (children;
        database;
        ledger) {
      // The ledger first, then what it stands on.
    }
  }
}
