package org.thingward.drill;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.thingward.device.Credential;
import org.thingward.device.DeviceKey;

/** Makes a certificate that equals a real one in all but keys and signatures. */
final class Forger {
  private Forger() {}

  /** The same names, serial numbers and extensions under an authority of our own. */
  static Credential imitate(Credential real, InstantSource clock, SecureRandom random) {
    KeyPair own = DeviceKey.generate(random).pair();
    KeyPair authority = DeviceKey.generate(random).pair();
    try {
      X509Certificate forged = resigned(real.certificate(), own, authority, clock);
      return new Credential(own.getPrivate(), List.of(forged), real.authorities());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new DrillNotRun("a certificate could not be forged: " + e.getMessage(), e);
    }
  }

  private static X509Certificate resigned(
      X509Certificate real, KeyPair own, KeyPair authority, InstantSource clock)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var builder =
        new JcaX509v3CertificateBuilder(
            real.getIssuerX500Principal(),
            real.getSerialNumber(),
            Date.from(clock.instant().minus(Duration.ofHours(1))),
            Date.from(clock.instant().plus(Duration.ofHours(1))),
            real.getSubjectX500Principal(),
            own.getPublic());
    X509CertificateHolder holder = new JcaX509CertificateHolder(real);
    for (ASN1ObjectIdentifier id : holder.getExtensions().getExtensionOIDs()) {
      builder.addExtension(holder.getExtension(id));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
  }
}
