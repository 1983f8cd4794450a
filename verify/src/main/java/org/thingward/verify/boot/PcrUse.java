package org.thingward.verify.boot;

/**
 * What is measured into which PCR: 0 to 7 by firmware (TCG PC Client Platform Firmware Profile
 * 1.05, 3.3.4), the others by what starts after it, as the Linux TPM PCR registry of the UAPI group
 * lists them.
 */
public final class PcrUse {
  private PcrUse() {}

  /**
   * In words for a person.
   *
   * @param pcr its number, 0 to 23
   * @throws IllegalArgumentException if there is no such PCR
   */
  public static String words(int pcr) {
    return switch (pcr) {
      case 0 -> "firmware";
      case 1 -> "settings of the firmware and the board";
      case 2 -> "drivers that parts brought along";
      case 3 -> "settings of such drivers";
      case 4 -> "boot loader, and what it starts";
      case 5 -> "partition table, and settings of the boot loader";
      case 6 -> "the maker's own";
      case 7 -> "secure boot: its state, its keys, and which of them was used";
      case 8 -> "commands of the boot loader and the kernel";
      case 9 -> "files that the boot loader or the kernel's start read";
      case 10 -> "files that Linux measured";
      case 11 -> "unified kernel image";
      case 12 -> "command line and settings given to the kernel";
      case 13 -> "extensions of the system";
      case 14 -> "keys that the machine's owner enrolled";
      case 15 -> "the system's identity, and what it mounts";
      case 16 -> "for trials";
      case 17, 18, 19, 20, 21, 22 -> "start that was measured late (DRTM)";
      case 23 -> "the application's own";
      default -> throw new IllegalArgumentException("there is no PCR " + pcr);
    };
  }
}
