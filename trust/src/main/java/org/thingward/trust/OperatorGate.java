package org.thingward.trust;

/** Decides whether an operator may do something, and whether the approvals it takes are there. */
@FunctionalInterface
public interface OperatorGate {
  /**
   * Returns if the action may be done now.
   *
   * @throws OperatorRefused if not, saying what is missing
   */
  void demand(OperatorAction action);
}
