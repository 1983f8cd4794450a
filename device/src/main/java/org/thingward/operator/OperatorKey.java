package org.thingward.operator;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.thingward.device.Credential;

/**
 * A key that an operator's program proves to the server, so that its API token is worth nothing to
 * whoever has not the key too. Its certificate is signed by itself: nobody trusts it for anything.
 */
public final class OperatorKey {
  // The name that the listener says it accepts; clients hold back certificates of other issuers.
  private static final X500Name NAME = new X500Name("CN=thingward operator");
  private static final String FILE = "client";
  private static final Duration LIFE = Duration.ofDays(3650);

  private OperatorKey() {}

  /**
   * The key in {@code client.key} and {@code client.pem} of a folder; made if there is none.
   *
   * @param listener what the server's operator listener is checked by
   */
  public static Credential open(
      Path folder, List<X509Certificate> listener, Instant now, SecureRandom random)
      throws IOException {
    if (!exists(folder)) {
      make(listener, now, random).save(folder, FILE);
    }
    return new Credential(
        Pem.key(folder.resolve(FILE + ".key")),
        Pem.certificates(folder.resolve(FILE + ".pem")),
        listener);
  }

  /** Whether a folder holds one. */
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve(FILE + ".pem"));
  }

  private static Credential make(List<X509Certificate> listener, Instant now, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              NAME,
              new BigInteger(128, random).setBit(0),
              Date.from(now.minusSeconds(300)),
              Date.from(now.plus(LIFE)),
              NAME,
              keys.getPublic());
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      return new Credential(keys.getPrivate(), List.of(certificate), listener);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }
}
