package org.thingward.console;

import org.thingward.trust.OperatorAction;
import org.thingward.trust.OperatorGate;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Subject;

/** Until passkeys come: the bootstrap operator may do everything, nobody else anything. */
public final class BootstrapGate implements OperatorGate {
  /** Who the bootstrap credential stands for. */
  public static final Subject BOOTSTRAP = Subject.operator("bootstrap");

  @Override
  public void demand(OperatorAction action) {
    if (!action.operator().equals(BOOTSTRAP)) {
      throw new OperatorRefused(
          "'" + action.operator().name() + "' does not hold " + action.permission().word() + ".");
    }
  }
}
