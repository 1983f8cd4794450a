package org.thingward.trust;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that evidence does from a moment on: two collections of evidence with equal outlooks give
 * postures that stand alike ever after.
 *
 * @param items what acts or will act; of those that read alike, the ones that last longest
 * @param windows the links that are open
 */
record Outlook(Set<Item> items, Set<Window> windows) {
  /** One effect, without the piece behind it. Times before the moment are set to it. */
  record Item(
      Effect.Sense reads,
      AssuranceLevel assurance,
      boolean raises,
      Instant from,
      Instant live,
      Instant to) {
    boolean outlasts(Item other) {
      return reads.equals(other.reads)
          && assurance == other.assurance
          && raises == other.raises
          && !from.isAfter(other.from)
          && !live.isBefore(other.live)
          && !to.isBefore(other.to)
          && !equals(other);
    }
  }

  static Outlook of(List<Effect> effects, List<Window> windows, Instant at) {
    Set<Item> items = new HashSet<>();
    for (Effect effect : effects) {
      if (effect.to().isAfter(at)) {
        items.add(item(effect, at));
      }
    }
    Set<Item> longest = new HashSet<>(items);
    longest.removeIf(item -> items.stream().anyMatch(other -> other.outlasts(item)));
    Set<Window> open = new HashSet<>();
    for (Window window : windows) {
      if (window.to().isAfter(at)) {
        open.add(new Window(window.target(), Moments.later(window.from(), at), window.to()));
      }
    }
    return new Outlook(longest, open);
  }

  private static Item item(Effect effect, Instant at) {
    return new Item(
        effect.sense(),
        effect.piece().evidence().assurance(),
        effect.piece().raises(),
        Moments.later(effect.from(), at),
        Moments.later(effect.live(), at),
        effect.to());
  }
}
