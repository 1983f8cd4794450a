package org.thingward.device;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests. */
public final class TestAuthority {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyPair key = DeviceKey.generate(RANDOM).pair();
  private final X500Principal name;
  private final X509Certificate root;

  public TestAuthority(String commonName) {
    name = new X500Principal("CN=" + commonName);
    root = certify(name, key.getPublic(), true);
  }

  public X509Certificate root() {
    return root;
  }

  public Credential credential(String commonName) {
    KeyPair own = DeviceKey.generate(RANDOM).pair();
    return new Credential(
        own.getPrivate(), List.of(certify(commonName, own.getPublic())), List.of(root));
  }

  X509Certificate certify(String commonName, PublicKey subject) {
    return certify(new X500Principal("CN=" + commonName), subject, false);
  }

  private X509Certificate certify(X500Principal subject, PublicKey subjectKey, boolean authority) {
    try {
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(64, RANDOM),
              Date.from(now.minus(Duration.ofMinutes(1))),
              Date.from(now.plus(Duration.ofHours(1))),
              subject,
              subjectKey);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!authority) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
