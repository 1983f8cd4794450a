package org.thingward.verify.diff;

import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A region of the domain that is decided differently: all cases that one changed part has a say in.
 *
 * @param where the part, e.g. {@code firmware.released is 200d ago, not yet 400d ago}
 * @param before what the old policy says there
 * @param after what the new policy says there
 * @param changes in which ways decisions differ there, the gravest first
 * @param points how many points of the counted domain are in it and decided differently; empty for
 *     a part that points of that domain do not tell apart, such as times
 * @param witness a case in it that differs; empty if none was found, which proves nothing
 */
public record Region(
    String where,
    String before,
    String after,
    Set<Change> changes,
    Optional<BigInteger> points,
    Optional<Compared> witness) {
  public Region {
    EnumSet<Change> copy = EnumSet.noneOf(Change.class);
    copy.addAll(changes);
    changes = Collections.unmodifiableSet(copy);
  }

  /** Whether both policies say the same there, and the wording of reasons alone differs. */
  public boolean isOfWording() {
    return before.equals(after);
  }
}
