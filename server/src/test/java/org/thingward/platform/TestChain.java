package org.thingward.platform;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates above and below each other as nobody would make them, for who verifies chains. */
public final class TestChain {
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private TestChain() {}

  /** A name and its key. */
  public record Party(String name, KeyPair keys) {}

  /** What a certificate says beside its names. */
  public record Form(boolean authority, Instant from, Instant until, Optional<String> permitted) {
    public static Form authority(Instant now) {
      return new Form(
          true, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)), Optional.empty());
    }

    public static Form client(Instant now) {
      return new Form(
          false, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)), Optional.empty());
    }

    /** Of an authority that may name those below this alone, e.g. {@code O=Plant}. */
    public Form onlyFor(String directory) {
      return new Form(authority, from, until, Optional.of(directory));
    }

    public Form later(Duration by) {
      return new Form(authority, from.plus(by), until.plus(by), permitted);
    }
  }

  public static Party party(String name) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new Party(name, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A certificate of {@code subject} by {@code issuer}. */
  public static X509Certificate certificate(Party subject, Party issuer, Form form) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(issuer.name()),
              BigInteger.valueOf(SERIAL.getAndIncrement()),
              Date.from(form.from()),
              Date.from(form.until()),
              new X500Name(subject.name()),
              subject.keys().getPublic());
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(form.authority() ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
      if (form.authority()) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      } else {
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
      }
      if (form.permitted().isPresent()) {
        GeneralName directory = new GeneralName(GeneralName.directoryName, form.permitted().get());
        builder.addExtension(
            Extension.nameConstraints,
            true,
            new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(directory)}, null));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA")
                      .build(issuer.keys().getPrivate())));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
