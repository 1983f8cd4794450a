package org.thingward.access;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A maker of authenticators, who has each say whose it is (packed attestation, WebAuthn §8.2). */
final class AttestingMaker {
  private final KeyPair rootKeys = newKeys();
  private final KeyPair batchKeys = newKeys();
  private final X509Certificate root;
  private final X509Certificate batch;

  AttestingMaker(String name) {
    String subject = "C=NO,O=" + name + ",OU=Authenticator Attestation,CN=" + name;
    this.root = signed("CN=" + name + " root", rootKeys, "CN=" + name + " root", true);
    this.batch = signed(subject, batchKeys, "CN=" + name + " root", false);
  }

  X509Certificate root() {
    return root;
  }

  byte[] batchCertificate() {
    try {
      return batch.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] sign(byte[] authenticatorData, byte[] clientDataHash) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(batchKeys.getPrivate());
      signature.update(authenticatorData);
      signature.update(clientDataHash);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate signed(String subject, KeyPair keys, String issuer, boolean authority) {
    Instant now = Instant.now();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(authority ? 1 : 2),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(3_600)),
            new X500Name(subject),
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(rootKeys.getPrivate())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
