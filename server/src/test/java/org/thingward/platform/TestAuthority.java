package org.thingward.platform;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** A certificate authority for tests; names its subjects as ours does. */
public final class TestAuthority implements PeerIdentity {
  private static final AtomicLong serial = new AtomicLong(1);

  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  /** A certificate and its key. */
  public record Credential(X509Certificate certificate, PrivateKey key) {
    /** Writes {@code name.pem} and {@code name.key} for curl and openssl. */
    public Credential write(Path folder, String name) {
      try {
        Files.writeString(folder.resolve(name + ".pem"), pem(certificate));
        Files.writeString(folder.resolve(name + ".key"), pem(new JcaPKCS8Generator(key, null)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }
  }

  /** What a certificate says beside its names. */
  public record Form(KeyPurposeId purpose, boolean authority, Instant from, Instant until) {
    public static Form client() {
      Instant now = Instant.now();
      return new Form(
          KeyPurposeId.id_kp_clientAuth, false, now.minusSeconds(60), now.plusSeconds(3600));
    }

    public Form expired() {
      return new Form(
          purpose, authority, from.minus(Duration.ofDays(2)), from.minus(Duration.ofDays(1)));
    }

    public Form forServers() {
      return new Form(KeyPurposeId.id_kp_serverAuth, authority, from, until);
    }

    public Form asAuthority() {
      return new Form(purpose, true, from, until);
    }
  }

  public TestAuthority(String name) {
    this.certificate =
        sign(
            new X500Name("CN=" + name),
            keys,
            new GeneralNames(new GeneralName[0]),
            Form.client().asAuthority(),
            new X500Name("CN=" + name),
            keys.getPrivate());
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A certificate for {@code subject}, as a device of ours gets it. */
  public Credential issue(Subject subject) {
    return issue(subject, Form.client());
  }

  public Credential issue(Subject subject, Form form) {
    KeyPair pair = newKeys();
    GeneralName uri =
        new GeneralName(GeneralName.uniformResourceIdentifier, "thingward:" + subject);
    return new Credential(
        sign(
            new X500Name("CN=" + subject.name()),
            pair,
            new GeneralNames(uri),
            form,
            new X500Name(certificate.getSubjectX500Principal().getName()),
            keys.getPrivate()),
        pair.getPrivate());
  }

  /** A server's credential for localhost and 127.0.0.1. */
  public ServerCredential server() {
    KeyPair pair = newKeys();
    GeneralNames names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            });
    X509Certificate server =
        sign(
            new X500Name("CN=localhost"),
            pair,
            names,
            Form.client().forServers(),
            new X500Name(certificate.getSubjectX500Principal().getName()),
            keys.getPrivate());
    return new ServerCredential(
        pair.getPrivate(), List.of(server), server.getNotAfter().toInstant());
  }

  @Override
  public List<X509Certificate> authorities() {
    return List.of(certificate);
  }

  @Override
  public Peer identify(VerifiedChain chain) {
    try {
      X509Certificate end = chain.endEntity();
      String uri = (String) end.getSubjectAlternativeNames().iterator().next().get(1);
      return new Peer(
          Subject.parse(uri.substring("thingward:".length())),
          end,
          Digest.of(end.getEncoded()),
          end.getNotAfter().toInstant());
    } catch (CertificateParsingException | java.security.cert.CertificateEncodingException e) {
      throw new Problem(403, "unknown-identity", "Your certificate names no subject.");
    }
  }

  /** The peer that presents this certificate now. */
  public Peer peer(X509Certificate presented) {
    try {
      return identify(VerifiedChain.verify(List.of(presented), authorities(), Instant.now()));
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  public static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate sign(
      X500Name name, KeyPair pair, GeneralNames names, Form form, X500Name issuer, PrivateKey by) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              BigInteger.valueOf(serial.incrementAndGet()),
              Date.from(form.from()),
              Date.from(form.until()),
              name,
              pair.getPublic());
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(form.authority()));
      int usage = form.authority() ? KeyUsage.keyCertSign | KeyUsage.cRLSign : 0;
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(usage | KeyUsage.digitalSignature));
      if (names.getNames().length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(form.purpose()));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
