package org.thingward.assurance;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.thingward.platform.CryptoAsset;

/** What a quantum computer that is large enough does to an algorithm. */
enum QuantumThreat {
  /** Keys are found from public keys (Shor): what is signed can be forged. */
  FORGED,
  /** The same, for agreed keys: what is recorded today is read then. */
  READ_LATER,
  /** None that is known. */
  NONE,
  /** We do not know this algorithm: look at it. */
  UNKNOWN;

  private static final List<String> SIGNATURES = List.of("RSA", "ECDSA", "EC ", "Ed25519", "Ed448");
  private static final List<String> AGREEMENTS = List.of("X25519", "X448", "P-256", "P-384");
  private static final List<String> SOUND =
      List.of(
          "ML-DSA-", "ML-KEM-", "SLH-DSA-", "AES-256", "SHA-256", "SHA-384", "SHA-512", "HMAC-");

  /** To an asset: that to its key, or to the signature on it where that is the worse one. */
  static QuantumThreat of(CryptoAsset asset) {
    return Stream.concat(Stream.of(asset.algorithm()), asset.signature().stream())
        .map(QuantumThreat::of)
        .min(Comparator.comparing(threat -> threat == NONE))
        .orElseThrow();
  }

  static QuantumThreat of(String algorithm) {
    // A hybrid stands as long as one of its parts does.
    if (algorithm.contains("MLKEM") || startsWith(algorithm, SOUND)) {
      return NONE;
    }
    if (startsWith(algorithm, SIGNATURES)) {
      return FORGED;
    }
    return startsWith(algorithm, AGREEMENTS) ? READ_LATER : UNKNOWN;
  }

  private static boolean startsWith(String algorithm, List<String> names) {
    return names.stream().anyMatch(algorithm::startsWith);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
