package org.thingward.verify.boot;

import java.util.List;
import org.thingward.verify.tpm.TpmAlgorithm;

/** Whether the firmware started only what was signed, as its log says by what was measured. */
public enum SecureBoot {
  /** Measured once, before anything was started, and on. */
  ON,
  /** Measured once, and off, or as something that the firmware does not have. */
  OFF,
  /** Not measured, or measured in a way that can mean both. */
  UNKNOWN;

  private static final int PCR = 7;

  /**
   * What a log says, of whose digests of {@code bank} the quote has shown that they were extended.
   */
  public static SecureBoot of(BootLog log, TpmAlgorithm bank) {
    List<BootEvent> measured =
        log.events().stream().filter(event -> event.pcr() == PCR && event.isMeasured()).toList();
    int end = firstSeparator(measured);
    List<BootEvent> told = measured.stream().filter(event -> isNamed(event, "SecureBoot")).toList();
    if (told.size() != 1 || end < 0 || measured.indexOf(told.getFirst()) > end) {
      return UNKNOWN;
    }
    BootEvent only = told.getFirst();
    EfiVariable variable = EfiVariable.read(only.data());
    boolean counts =
        only.kind() == EventKind.EFI_VARIABLE_DRIVER_CONFIG
            && only.isOfItsData(bank)
            && variable.vendor().equals(EfiVariable.GLOBAL)
            && (variable.isFlag() || variable.data().length == 0);
    return counts ? (variable.isSet() ? ON : OFF) : UNKNOWN;
  }

  private static int firstSeparator(List<BootEvent> measured) {
    for (int i = 0; i < measured.size(); i++) {
      if (measured.get(i).kind() == EventKind.SEPARATOR) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isNamed(BootEvent event, String name) {
    if (!event.kind().isVariable()) {
      return false;
    }
    try {
      return EfiVariable.read(event.data()).name().equals(name);
    } catch (BootLogRefused unreadable) {
      return false;
    }
  }
}
