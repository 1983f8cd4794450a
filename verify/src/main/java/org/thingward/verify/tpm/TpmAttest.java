package org.thingward.verify.tpm;

import java.util.HexFormat;
import java.util.List;

/** What a TPM says of itself and signs (TPMS_ATTEST, Part 2, 10.12.8). */
public sealed interface TpmAttest {
  /** What no TPM signs of what comes from outside: the beginning of all that it says itself. */
  int MAGIC = 0xFF544347;

  /** What all kinds have. */
  Common common();

  /**
   * What all kinds have.
   *
   * @param signer the qualified name of the key that signs, in hexadecimal digits
   * @param nonce what whoever asked gave along, in hexadecimal digits
   * @param clock the TPM's time
   * @param firmware the version of the TPM's firmware
   */
  record Common(String signer, String nonce, TpmClock clock, long firmware) {}

  /**
   * A quote: which values PCRs have.
   *
   * @param pcrs which
   * @param digest of their values, by the hash of the signature, in hexadecimal digits
   */
  record Quote(Common common, List<PcrSelection> pcrs, String digest) implements TpmAttest {
    public Quote {
      pcrs = List.copyOf(pcrs);
    }
  }

  /**
   * That another key is in this TPM.
   *
   * @param name the other key's name, in hexadecimal digits
   */
  record Certification(Common common, String name) implements TpmAttest {}

  /**
   * Reads a quote or a certification.
   *
   * @throws TpmRefused if it is none
   */
  static TpmAttest read(byte[] bytes) {
    return TpmBytes.read("TPMS_ATTEST", bytes, TpmAttest::read);
  }

  private static TpmAttest read(TpmBytes from) {
    if (from.bits32() != MAGIC) {
      throw from.refused("it does not begin as what a TPM itself says");
    }
    int kind = from.u16();
    Common common =
        new Common(hex(from.sized(66)), hex(from.sized(64)), TpmClock.read(from), from.u64());
    return switch (kind) {
      case 0x8018 -> new Quote(common, PcrSelection.list(from), hex(from.sized(64)));
      case 0x8017 -> certification(common, from);
      default -> throw from.refused("an attestation of kind 0x%04x".formatted(kind));
    };
  }

  private static Certification certification(Common common, TpmBytes from) {
    String name = hex(from.sized(66));
    from.sized(66);
    return new Certification(common, name);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
