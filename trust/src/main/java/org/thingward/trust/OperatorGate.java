package org.thingward.trust;

/**
 * Decides whether and where an operator may do something, and whether the approvals it takes are
 * there.
 */
@FunctionalInterface
public interface OperatorGate {
  /**
   * The devices on which the action may be done now: what the operator holds, as far as the caller
   * brought it. Never nowhere.
   *
   * @throws OperatorRefused if it may not be done at all, saying what is missing
   */
  Scope demand(OperatorAction action);
}
