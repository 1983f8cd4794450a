package org.thingward.attestation;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.thingward.platform.HardwareEnrolment;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Component;
import org.thingward.trust.Posture;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/**
 * Of two who hold one device's key, the one who has the TPM that the device is known by comes back
 * without an operator (rule I3). Only where nobody but an operator could have made that TPM the
 * device's: it is on its product's list, and all of the device's certificates were of keys in it.
 */
final class Survivors {
  private final Statements statements;
  private final AllowedKeys allowed;
  private final Function<Subject, Optional<Posture>> postures;
  private final HardwareEnrolment enrolment;

  Survivors(
      Statements statements,
      AllowedKeys allowed,
      Function<Subject, Optional<Posture>> postures,
      HardwareEnrolment enrolment) {
    this.statements = statements;
    this.allowed = allowed;
    this.postures = postures;
    this.enrolment = enrolment;
  }

  /**
   * A token for the way back, if the device may go it.
   *
   * @param shown the keys of the TPM that has just proved itself, and is on the product's list if
   *     there is one; not yet stated
   */
  Optional<String> token(Subject device, Statements.Keys shown) {
    boolean same =
        statements
            .keys(device)
            .filter(known -> known.endorsement().equals(shown.endorsement()))
            .isPresent();
    return same && postures.apply(device).filter(this::isSurvivors).isPresent()
        ? Optional.of(enrolment.again(device))
        : Optional.empty();
  }

  /** Whether nothing counts against it but that two hold its key, which was in the TPM. */
  private boolean isSurvivors(Posture posture) {
    return posture.vector().of(Component.INSTANCE_IDENTITY) == Tier.CONTRAINDICATED
        && Arrays.stream(Component.values())
            .filter(component -> component != Component.INSTANCE_IDENTITY)
            .allMatch(component -> posture.vector().of(component) != Tier.CONTRAINDICATED)
        && posture.assurance().atLeast(AssuranceLevel.L4)
        && posture.product().flatMap(allowed::list).isPresent();
  }
}
