package org.thingward.platform;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that rests on a cryptographic algorithm. Rooms tell what they have; nobody tells a key.
 *
 * @param kind what it is
 * @param name what it is called, e.g. {@code issuing-1}
 * @param use what it is for, in a few words
 * @param algorithm the algorithm with its parameter, of a certificate that of its key: {@code ECDSA
 *     P-256}, {@code RSA-2048}, {@code Ed25519}, {@code ML-DSA-65}, {@code X25519MLKEM768}, {@code
 *     AES-256-GCM}
 * @param signature the algorithm of the signature on a certificate; others have none
 * @param count how many of them there are; 1 at least
 * @param ends when the last of them ends, if it does by itself
 */
public record CryptoAsset(
    Kind kind,
    String name,
    String use,
    String algorithm,
    Optional<String> signature,
    long count,
    Optional<Instant> ends) {
  /** What rests on it. */
  public enum Kind {
    KEY,
    CERTIFICATE,
    /** A way in which keys are agreed for a connection. */
    PROTOCOL
  }

  public CryptoAsset {
    if (count < 1) {
      throw new IllegalArgumentException("what is not there is not told");
    }
  }

  /** One key that does not end by itself. */
  public static CryptoAsset key(String name, String use, String algorithm) {
    return keys(name, use, algorithm, 1);
  }

  /** Public keys of one use that do not end by themselves: how many there are of each algorithm. */
  public static List<CryptoAsset> keys(String name, String use, Stream<PublicKey> keys) {
    SortedMap<String, Long> counted =
        keys.collect(
            Collectors.groupingBy(AlgorithmName::ofKey, TreeMap::new, Collectors.counting()));
    return counted.entrySet().stream()
        .map(each -> keys(name, use, each.getKey(), each.getValue()))
        .toList();
  }

  private static CryptoAsset keys(String name, String use, String algorithm, long count) {
    return new CryptoAsset(
        Kind.KEY, name, use, algorithm, Optional.empty(), count, Optional.empty());
  }

  /** One certificate. */
  public static CryptoAsset certificate(String name, String use, X509Certificate certificate) {
    return new CryptoAsset(
        Kind.CERTIFICATE,
        name,
        use,
        AlgorithmName.ofKey(certificate.getPublicKey()),
        Optional.of(AlgorithmName.ofSignature(certificate)),
        1,
        Optional.of(certificate.getNotAfter().toInstant()));
  }

  /** A group in which a listener agrees keys. */
  public static CryptoAsset group(String listener, String group) {
    return new CryptoAsset(
        Kind.PROTOCOL,
        listener,
        "agrees keys in TLS 1.3",
        group,
        Optional.empty(),
        1,
        Optional.empty());
  }
}
