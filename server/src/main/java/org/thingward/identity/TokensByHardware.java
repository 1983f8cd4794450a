package org.thingward.identity;

import java.util.Optional;
import org.thingward.platform.HardwareEnrolment;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Subject;

/**
 * Tokens for devices that proved their TPM, made by nobody.
 *
 * @param stated what this room stated before: whether a device ever had a certificate is asked of
 *     the record, not of the database (rule L4)
 */
record TokensByHardware(Tokens tokens, EvidenceSink stated) implements HardwareEnrolment {
  @Override
  public Optional<String> first(Subject device) {
    boolean enrolled =
        stated.newest(device, Statements.CREDENTIAL).isPresent()
            || stated.newest(device, Statements.HOLDER).isPresent();
    return enrolled ? Optional.empty() : Optional.of(tokens.makeByHardware(device));
  }

  @Override
  public String again(Subject device) {
    return tokens.makeByHardware(device);
  }
}
