package org.thingward.ledger;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.thingward.platform.Randomness;
import org.thingward.verify.log.EntryKey;

/**
 * Fresh entry keys for many threads. They are drawn many at a time, because the machine's source of
 * randomness has one lock and is slow to ask; each is handed out once and then forgotten here.
 */
final class EntryKeys {
  private static final int AT_ONCE = 256 * EntryKey.LENGTH;

  private final Randomness randomness;
  private final ReentrantLock lock = new ReentrantLock();
  private byte[] drawn = {};
  private int used;

  EntryKeys(Randomness randomness) {
    this.randomness = randomness;
  }

  EntryKey next() {
    lock.lock();
    try {
      if (used == drawn.length) {
        drawn = randomness.bytes(AT_ONCE);
        used = 0;
      }
      int from = used;
      used += EntryKey.LENGTH;
      EntryKey key = EntryKey.of(Arrays.copyOfRange(drawn, from, used));
      Arrays.fill(drawn, from, used, (byte) 0);
      return key;
    } finally {
      lock.unlock();
    }
  }
}
