package org.thingward.gateway;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.thingward.device.Credential;
import org.thingward.device.OneKey;
import org.thingward.platform.ServerCredential;
import org.thingward.trust.Subject;

/** A certificate authority for one test. */
final class TestPki {
  private final AtomicLong serials = new AtomicLong(1);
  private final KeyPair key = newKey();
  private final X509Certificate root;

  /** A key and its certificate. */
  record Holder(PrivateKey key, X509Certificate certificate) {}

  TestPki() {
    root = issue("CN=test root", key, "CN=test root", null, Duration.ofDays(1));
  }

  X509Certificate root() {
    return root;
  }

  /** A certificate for a device or service, as the identity room would issue it. */
  Holder client(Subject subject) {
    return client(subject, Duration.ofHours(1));
  }

  Holder client(Subject subject, Duration lasting) {
    KeyPair own = newKey();
    String uri = "thingward:" + subject;
    GeneralNames names = new GeneralNames(new GeneralName(6, uri));
    return new Holder(
        own.getPrivate(), issue("CN=" + subject.name(), own, "CN=test root", names, lasting));
  }

  ServerCredential server() {
    KeyPair own = newKey();
    GeneralNames names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            });
    X509Certificate certificate =
        issue("CN=localhost", own, "CN=test root", names, Duration.ofHours(2));
    return new ServerCredential(
        own.getPrivate(), List.of(certificate), certificate.getNotAfter().toInstant());
  }

  private X509Certificate issue(
      String subject, KeyPair own, String issuer, GeneralNames names, Duration lasting) {
    try {
      Instant now = Instant.now();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(issuer),
              BigInteger.valueOf(serials.getAndIncrement()),
              Date.from(now.minusSeconds(60)),
              Date.from(now.plus(lasting)),
              new X500Name(subject),
              own.getPublic());
      if (names == null) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      } else {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A context that presents {@code holder}'s certificate and trusts this authority. */
  SSLContext context(Holder holder) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("root", root);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      // A key store would encrypt its key anew for every connection.
      Credential own = new Credential(holder.key(), List.of(holder.certificate()), List.of(root));
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {new OneKey(own)}, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes root.pem, cert.pem and key.pem for tools that read files. */
  Path write(Holder holder, Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("root.pem"), pem("CERTIFICATE", root.getEncoded()));
      Files.writeString(
          folder.resolve("cert.pem"), pem("CERTIFICATE", holder.certificate().getEncoded()));
      Files.writeString(folder.resolve("key.pem"), pem("PRIVATE KEY", holder.key().getEncoded()));
      return folder;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String what, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, lines.encodeToString(der), what);
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
