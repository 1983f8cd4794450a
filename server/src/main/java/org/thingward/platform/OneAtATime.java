package org.thingward.platform;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets one at a time work on each of some things: who needs several gets them all at once, so that
 * two never wait for each other, and who needs others does not wait at all.
 *
 * @param <T> what is worked on, by its equality
 */
public final class OneAtATime<T> {
  private final Set<T> busy = new HashSet<>();

  /** Returns once nobody else works on any of these; they are the caller's until {@link #end}. */
  public synchronized void begin(Collection<T> wanted) {
    boolean interrupted = false;
    while (!Collections.disjoint(busy, wanted)) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    busy.addAll(wanted);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does {@code work} while nobody else works on {@code one}. */
  public <R> R alone(T one, Supplier<R> work) {
    begin(List.of(one));
    try {
      return work.get();
    } finally {
      end(List.of(one));
    }
  }

  /** The caller is done with these. */
  public synchronized void end(Collection<T> done) {
    done.forEach(busy::remove);
    notifyAll();
  }
}
