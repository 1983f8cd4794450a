package org.thingward.platform;

import java.util.Set;
import org.thingward.trust.Impact;

/** What is at stake in an operator's change (rule O3). */
public final class Stakes {
  private Stakes() {}

  /**
   * By what a change is weighed.
   *
   * @param matters what takes agreement whatever it does
   * @param impact what it would do to devices
   */
  public record Stake(Set<Matter> matters, Impact impact) {
    /** Nothing is. */
    public static final Stake NOTHING = new Stake(Set.of(), Impact.NOTHING);

    public Stake {
      matters = Set.copyOf(matters);
    }
  }

  /** What takes others' agreement by its nature. */
  public enum Matter {
    /** A device is released from quarantine or from a latch. */
    RELEASE,
    /** Who the operators are, and what each may do. */
    ACCESS
  }
}
