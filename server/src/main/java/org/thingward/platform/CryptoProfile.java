package org.thingward.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which algorithms this installation takes. A change counts from the next start on: for new
 * handshakes and new certificates, not for what was issued before.
 */
public enum CryptoProfile {
  /** Nothing that is newer than the fleet's tools: neither ML-KEM nor ML-DSA. */
  CLASSIC("X25519", "P-256"),
  /** Hybrid key agreement with who can, and certificates for ML-DSA keys on request. */
  HYBRID("X25519MLKEM768", "X25519", "P-256"),
  /**
   * Hybrid key agreement or none, so that nothing recorded today is read later; no certificates for
   * RSA keys.
   */
  PQ("X25519MLKEM768");

  private final List<String> groups;

  CryptoProfile(String... groups) {
    this.groups = List.of(groups);
  }

  /** The groups that a listener for devices agrees keys in, the best first. */
  public List<String> groups() {
    return groups;
  }

  /** Whether RSA keys are certified. */
  public boolean takesRsa() {
    return this != PQ;
  }

  /** Whether ML-DSA keys (FIPS 204) are certified. */
  public boolean takesMlDsa() {
    return this != CLASSIC;
  }

  /** Its name in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The profile that {@code word} names. */
  public static Optional<CryptoProfile> ofWord(String word) {
    return Arrays.stream(values()).filter(profile -> profile.word().equals(word)).findFirst();
  }
}
