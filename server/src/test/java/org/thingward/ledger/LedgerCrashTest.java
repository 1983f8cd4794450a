package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.ledger.TestLedgers.open;
import static org.thingward.ledger.TestLedgers.requireSound;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;

/**
 * Kills a writing process at random moments: 64 times, and 1,000 times with {@code
 * -Dthingward.long=true}; two logs at once.
 */
class LedgerCrashTest {
  private static final boolean LONG = Boolean.getBoolean("thingward.long");
  private static final int KILLS_A_LOG = LONG ? 50 : 32;
  private static final int LOGS = LONG ? 20 : 2;

  @TempDir private Path temp;

  @Test
  void nothing_acknowledged_is_lost_when_the_process_is_killed() throws Exception {
    List<Callable<KilledLog>> logs = new ArrayList<>();
    for (int log = 0; log < LOGS; log++) {
      int seed = log;
      logs.add(() -> killedAgainAndAgain(seed));
    }
    List<KilledLog> killed = new ArrayList<>();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      for (Future<KilledLog> log : two.invokeAll(logs)) {
        killed.add(log.get());
      }
    }
    assertThat(killed).allSatisfy(KilledLog::requireThatKillsFellWhileWriting);
  }

  private KilledLog killedAgainAndAgain(int seed) throws Exception {
    Path folder = Files.createDirectory(temp.resolve("log-" + seed));
    KilledLog killed = new KilledLog(folder, seed);
    for (int kill = 0; kill < KILLS_A_LOG; kill++) {
      killed.writeAndKill();
      killed.requireContinues();
    }
    try (TiledLedger ledger = open(folder)) {
      for (String receipt : killed.acknowledged()) {
        assertThat(ledger.index(new Receipt(Digest.parse(receipt)))).as(receipt).isPresent();
      }
      killed.requireContinues();
      requireSound(ledger);
    }
    return killed;
  }
}
