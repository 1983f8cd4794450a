package org.thingward.identity;

import java.util.Optional;
import org.thingward.platform.HardwareEnrolment;
import org.thingward.trust.Subject;

/**
 * Tokens for devices that proved their TPM, made by nobody.
 *
 * @param live knows by the record, not by the database (rule L4), whether a device ever had a
 *     certificate
 */
record TokensByHardware(Tokens tokens, LiveCertificates live) implements HardwareEnrolment {
  @Override
  public Optional<String> first(Subject device) {
    return live.everStated(device) ? Optional.empty() : Optional.of(tokens.makeByHardware(device));
  }

  @Override
  public String again(Subject device) {
    return tokens.makeByHardware(device);
  }
}
