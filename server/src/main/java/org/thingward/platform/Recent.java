package org.thingward.platform;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was found out lately, so that it need not be found out again; who was not asked for longest
 * goes first. It forgets, so nothing may rest on what is not in it. Safe for many threads.
 *
 * @param <K> what was asked
 * @param <V> what was found
 */
public final class Recent<K, V> {
  private final Map<K, V> known = new LinkedHashMap<>(64, 0.75f, true);
  private final int most;

  /**
   * Knows nothing yet.
   *
   * @param most how many are remembered; 1 or more
   */
  public Recent(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("remembers 1 or more, not " + most);
    }
    this.most = most;
  }

  /** What was found, if that is remembered. */
  public synchronized Optional<V> find(K key) {
    return Optional.ofNullable(known.get(key));
  }

  /** Remembers it instead of what was found before. */
  public synchronized void keep(K key, V value) {
    known.put(key, value);
    if (known.size() > most) {
      var eldest = known.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }
}
