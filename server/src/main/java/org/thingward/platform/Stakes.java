package org.thingward.platform;

import java.util.Set;
import org.thingward.trust.Impact;

/** Finds out what an operator's change would do, and does nothing (rule O3). */
@FunctionalInterface
public interface Stakes {
  /** Nobody else need agree: it changes no trust. */
  Stakes NONE = request -> new Stake(Set.of(), Impact.NOTHING);

  /**
   * What is at stake.
   *
   * @throws Problem if the request would be refused
   */
  Stake of(OperatorRequest request);

  /** What a change would do decides alone. */
  static Stakes of(Foresight foresight) {
    return request -> new Stake(Set.of(), foresight.of(request));
  }

  /** Others must agree, whatever it does. */
  static Stakes of(Matter matter, Foresight foresight) {
    return request -> new Stake(Set.of(matter), foresight.of(request));
  }

  /** Finds out what a request would do to devices. */
  @FunctionalInterface
  interface Foresight {
    /** Its impact. */
    Impact of(OperatorRequest request);
  }

  /**
   * By what it is weighed whether others must agree.
   *
   * @param matters what takes agreement whatever it does
   * @param impact what it would do to devices
   */
  record Stake(Set<Matter> matters, Impact impact) {
    public Stake {
      matters = Set.copyOf(matters);
    }
  }

  /** What takes others' agreement by its nature. */
  enum Matter {
    /** A device is released from quarantine or from a latch. */
    RELEASE,
    /** Who the operators are, and what each may do. */
    ACCESS,
    /** The certificate authority. */
    AUTHORITY
  }
}
