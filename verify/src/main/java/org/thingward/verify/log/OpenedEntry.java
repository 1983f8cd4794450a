package org.thingward.verify.log;

import java.util.List;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * An entry together with its meaning.
 *
 * @param index its place in the log
 */
public record OpenedEntry(long index, Leaf leaf, Opening opening) {
  /**
   * Checks that {@code history}, oldest first, is the whole history of one subject up to its last
   * entry (rule L2): every opening fits its leaf, and every leaf names the one before it.
   *
   * @return what is wrong, naming the entry; empty if nothing is
   */
  public static Optional<String> firstGap(List<OpenedEntry> history) {
    Digest previous = Leaf.NO_PREVIOUS;
    for (OpenedEntry entry : history) {
      if (!entry.opening().opens(entry.leaf())) {
        return Optional.of("entry " + entry.index() + ": its opening does not fit its leaf");
      }
      if (!entry.opening().previous().equals(previous)) {
        return Optional.of(
            "entry %d: an entry of this subject just before it is left out"
                .formatted(entry.index()));
      }
      previous = entry.leaf().hash();
    }
    return Optional.empty();
  }
}
