package org.thingward.console;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * The first operator's client certificate and the operator listener's own, made at first start and
 * self-signed: no authority vouches for either, the key alone counts (rule O1).
 *
 * <p>Files, readable by their owner alone: {@code operator.pem}, {@code operator.key} for the
 * operator's client; {@code operator-server.pem}, {@code operator-server.key} for the listener.
 * Keys are PKCS#8 in PEM.
 */
public final class BootstrapCredential {
  private static final Duration LIFE = Duration.ofDays(3650);
  private static final int DNS_NAME = 2;

  private final X509Certificate operator;
  private final ServerCredential server;

  private BootstrapCredential(X509Certificate operator, ServerCredential server) {
    this.operator = operator;
    this.server = server;
  }

  /**
   * Reads the credentials in {@code folder}, or makes them. The listener's certificate is for
   * {@code console} beside this machine's own names; for a new name it is made anew, with its key.
   */
  public static BootstrapCredential open(
      Path folder, ConsoleName console, Time time, Randomness randomness) {
    Maker maker = new Maker(folder, console, time.now(), randomness);
    ServerCredential operator = maker.readOrMake("operator", KeyPurposeId.id_kp_clientAuth);
    ServerCredential server = maker.readOrMake("operator-server", KeyPurposeId.id_kp_serverAuth);
    if (!names(server.chain().getFirst(), console)) {
      server = maker.nameAnew("operator-server", server, KeyPurposeId.id_kp_serverAuth);
    }
    return new BootstrapCredential(operator.chain().getFirst(), server);
  }

  /** What the operator's client presents. */
  public X509Certificate operator() {
    return operator;
  }

  /** What the operator listener authenticates itself with. */
  public ServerCredential server() {
    return server;
  }

  /** The digest of the operator's public key (SubjectPublicKeyInfo): what it is known by. */
  public Digest operatorKey() {
    return Digest.of(operator.getPublicKey().getEncoded());
  }

  private static boolean names(X509Certificate certificate, ConsoleName console) {
    try {
      return Objects.requireNonNullElse(
              certificate.getSubjectAlternativeNames(), List.<List<?>>of())
          .contains(List.of(DNS_NAME, console.name()));
    } catch (CertificateParsingException e) {
      throw new IllegalStateException("the operator listener's certificate cannot be read", e);
    }
  }

  /** Whether this certificate is for the operator's key. Its names and dates do not matter. */
  boolean isPresentedBy(X509Certificate certificate) {
    return MessageDigest.isEqual(
        certificate.getPublicKey().getEncoded(), operator.getPublicKey().getEncoded());
  }

  /** Makes and reads credentials in one folder. */
  private record Maker(Path folder, ConsoleName console, Instant now, Randomness randomness) {
    ServerCredential readOrMake(String name, KeyPurposeId purpose) {
      Path certificateFile = folder.resolve(name + ".pem");
      Path keyFile = folder.resolve(name + ".key");
      if (!Files.exists(certificateFile)) {
        KeyPair keys = newKeys();
        // The certificate last: it says that the key is there.
        write(keyFile, pkcs8(keys.getPrivate()));
        write(certificateFile, selfSigned(name, keys, purpose));
      }
      X509Certificate certificate = certificate(certificateFile);
      return new ServerCredential(
          key(keyFile), List.of(certificate), certificate.getNotAfter().toInstant());
    }

    /** For the names of today, under the key it had. */
    ServerCredential nameAnew(String name, ServerCredential earlier, KeyPurposeId purpose) {
      KeyPair keys = new KeyPair(earlier.chain().getFirst().getPublicKey(), earlier.key());
      write(folder.resolve(name + ".pem"), selfSigned(name, keys, purpose));
      return readOrMake(name, purpose);
    }

    private GeneralNames ownNames() {
      List<GeneralName> names =
          new ArrayList<>(
              List.of(
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                  new GeneralName(GeneralName.iPAddress, "::1")));
      if (!console.isLocalhost()) {
        names.add(new GeneralName(GeneralName.dNSName, console.name()));
      }
      return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private KeyPair newKeys() {
      try {
        // By name, so that the form of the stored key does not depend on which provider is first.
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), randomness.secureRandom());
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has P-256", e);
      }
    }

    private X509Certificate selfSigned(String name, KeyPair keys, KeyPurposeId purpose) {
      try {
        X500Name subject = new X500Name("CN=thingward " + name.replace('-', ' '));
        X509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(1, randomness.bytes(16)),
                Date.from(now.minusSeconds(300)),
                Date.from(now.plus(LIFE)),
                subject,
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        if (purpose.equals(KeyPurposeId.id_kp_serverAuth)) {
          builder.addExtension(Extension.subjectAlternativeName, false, ownNames());
        }
        return new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
        throw new IllegalStateException("a certificate could not be made", e);
      }
    }
  }

  /** PKCS#8, unencrypted: its file is readable by its owner alone. */
  private static Object pkcs8(PrivateKey key) {
    try {
      return new JcaPKCS8Generator(key, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DataDirectory.writeSecret(file, text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static X509Certificate certificate(Path file) {
    try {
      if (read(file) instanceof X509CertificateHolder holder) {
        return new JcaX509CertificateConverter().getCertificate(holder);
      }
      throw new IllegalStateException(file + " holds no certificate");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(file + " holds no certificate", e);
    }
  }

  private static PrivateKey key(Path file) {
    try {
      if (read(file) instanceof PrivateKeyInfo info) {
        return new JcaPEMKeyConverter().getPrivateKey(info);
      }
      throw new IllegalStateException(file + " holds no PKCS#8 key");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object read(Path file) {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
      return parser.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
