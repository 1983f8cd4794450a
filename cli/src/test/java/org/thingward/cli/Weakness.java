package org.thingward.cli;

import java.util.Optional;
import org.thingward.drill.Attack;

/**
 * A drill whose first layer of defence can be taken out of the source, and what stops it then.
 *
 * @param drill the drill's id
 * @param first the layer that stops it, as it reports that; not reported once it is gone, unless
 *     the second one looks the same from outside
 * @param second the layer that stops it without the first, as it reports that
 * @param firstGone the source without the first layer
 * @param secondGone the source without the second: with both gone the drill succeeds, which shows
 *     that these are the two. Given where they look the same from outside, at least
 */
record Weakness(String drill, Seen first, Seen second, Cut firstGone, Optional<Cut> secondGone) {
  /** How a layer shows in a drill's report. */
  record Seen(Attack.Layer layer, String words) {
    /** Whether a drill's report says so. */
    boolean in(String report) {
      return java.util.Arrays.stream(report.split("; "))
          .anyMatch(stop -> stop.startsWith(layer.word() + ": ") && stop.contains(words));
    }
  }

  /** The two layers are told apart by what the drill reports. */
  static Weakness of(String drill, Seen first, Seen second, Cut firstGone) {
    return new Weakness(drill, first, second, firstGone, Optional.empty());
  }

  /** The two layers look the same from outside. */
  static Weakness alike(String drill, Seen seen, Cut firstGone, Cut secondGone) {
    return new Weakness(drill, seen, seen, firstGone, Optional.of(secondGone));
  }

  static Seen seen(Attack.Layer layer, String words) {
    return new Seen(layer, words);
  }

  @Override
  public String toString() {
    return drill + " without " + firstGone.source().getFileName();
  }
}
