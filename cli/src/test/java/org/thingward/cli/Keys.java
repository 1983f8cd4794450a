package org.thingward.cli;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.thingward.device.Credential;
import org.thingward.device.DeviceKey;

/** A credential of no meaning. */
final class Keys {
  private Keys() {}

  static Credential any() {
    try {
      KeyPair pair = DeviceKey.generate(new SecureRandom()).pair();
      X500Principal name = new X500Principal("CN=test");
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.ONE,
                          Date.from(Instant.now()),
                          Date.from(Instant.now().plusSeconds(3600)),
                          name,
                          pair.getPublic())
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      return new Credential(pair.getPrivate(), List.of(certificate), List.of(certificate));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
