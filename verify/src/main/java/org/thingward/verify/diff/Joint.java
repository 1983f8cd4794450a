package org.thingward.verify.diff;

import org.thingward.trust.Requirement;

/** What the same statements come to under the old policy and under the new one. */
record Joint(Standing before, Standing after) {
  static final Joint NOTHING = new Joint(Standing.NOTHING, Standing.NOTHING);

  static Joint of(Standing before, Standing after) {
    return new Joint(before, after);
  }

  Joint with(Joint other) {
    return new Joint(before.with(other.before), after.with(other.after));
  }

  Joint over(Requirement some) {
    return new Joint(before.over(some), after.over(some));
  }
}
