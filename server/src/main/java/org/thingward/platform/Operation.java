package org.thingward.platform;

import java.util.Set;
import java.util.function.Supplier;
import org.thingward.platform.OperatorRoute.Handler;
import org.thingward.trust.Impact;

/**
 * What a request of an operator does, and by what it is weighed whether others must agree (rule
 * O3). No route is made without one: what changes something is weighed, or says why it is not.
 */
public sealed interface Operation {
  /** It only reads. */
  record Read(Handler handler) implements Operation {}

  /**
   * It changes something, and nobody else need agree to that, whatever is asked.
   *
   * @param because why, in a sentence for who reviews it
   */
  record Unweighed(String because, Handler handler) implements Operation {
    public Unweighed {
      if (because.isBlank()) {
        throw new IllegalArgumentException("say why nobody else need agree");
      }
    }
  }

  /** It changes something, and what that would do is found out before. */
  record Weighed(Preparation preparation) implements Operation {}

  /** It changes something that nobody else need agree to, for this reason. */
  static Operation unweighed(String because, Handler handler) {
    return new Unweighed(because, handler);
  }

  /** It changes something that is worked out before it is made. */
  static Operation weighed(Preparation preparation) {
    return new Weighed(preparation);
  }

  /** Works a change out, and makes none. */
  @FunctionalInterface
  interface Preparation {
    /**
     * What was asked for, ready to be made.
     *
     * @throws Problem if it is refused
     */
    Prepared of(OperatorRequest request);
  }

  /**
   * A change that is ready to be made.
   *
   * @param stake by what it is weighed
   * @param act makes exactly the change that was weighed, or throws {@link #changedMeanwhile} if
   *     that would do something else by then (rule O4)
   */
  record Prepared(Stakes.Stake stake, Supplier<OperatorResponse> act) {
    /** One that is weighed by what it does alone. */
    public static Prepared of(Impact impact, Supplier<OperatorResponse> act) {
      return new Prepared(new Stakes.Stake(Set.of(), impact), act);
    }

    /** This change, to which others must agree by its nature, whatever it does. */
    public Prepared about(Stakes.Matter matter) {
      return new Prepared(new Stakes.Stake(Set.of(matter), stake.impact()), act);
    }
  }

  /** What is answered if something happened between the weighing of a change and its making. */
  static Problem changedMeanwhile(String what) {
    return new Problem(
        409, "changed-meanwhile", what + " while this was weighed. Nothing was done; ask again.");
  }
}
