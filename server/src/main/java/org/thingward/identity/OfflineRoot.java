package org.thingward.identity;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemReader;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * The root in a folder, best on a machine that is never on a network: its certificate, {@value
 * #CERTIFICATE}, and its key, {@value #KEY}, encrypted (PKCS#8, PBES2 with PBKDF2 and AES-256-CBC,
 * so that {@code openssl} opens it) under a random passphrase in a second file, {@value
 * #PASSPHRASE}. A server that makes its own root at first start leaves the same files (rule I1).
 */
public final class OfflineRoot {
  static final String CERTIFICATE = "root.pem";
  static final String KEY = "root-key.pem";
  static final String PASSPHRASE = "root-key.passphrase";

  private static final Duration LIFE = Duration.ofDays(20 * 365);
  private static final Duration LONGEST_ISSUING = Duration.ofDays(10 * 365);
  private static final int PASSPHRASE_BYTES = 20;
  // Rounds slow down guessing, and nobody guesses 160 random bits: these are for tools that ask.
  private static final int PBKDF2_ROUNDS = 100_000;
  private static final String NAME = "Thingward root ";

  private final X509Certificate certificate;
  private final SoftwareKey key;
  private final Time time;
  private final Randomness randomness;

  private OfflineRoot(
      X509Certificate certificate, SoftwareKey key, Time time, Randomness randomness) {
    this.certificate = certificate;
    this.key = key;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * Makes a root and leaves its files in {@code folder}.
   *
   * @throws IllegalStateException if there is one already
   */
  public static OfflineRoot create(Path folder, Time time, Randomness randomness) {
    NativeCrypto crypto = NativeCrypto.load();
    if (Files.exists(folder.resolve(CERTIFICATE)) || Files.exists(folder.resolve(KEY))) {
      throw new IllegalStateException("there is a root in " + folder + " already");
    }
    return overwrite(folder, crypto, time, randomness);
  }

  /** As {@link #create}, where an earlier attempt may have left files. */
  static OfflineRoot overwrite(Path folder, NativeCrypto crypto, Time time, Randomness randomness) {
    SoftwareKey key = SoftwareKey.generate(SignatureScheme.ECDSA_P256_SHA256, randomness, crypto);
    // Names carry a random part, so that roots of several installations stay apart everywhere.
    X500Name name =
        CertificateForm.commonName(NAME + HexFormat.of().formatHex(randomness.bytes(4)));
    byte[] der =
        CertificateForm.root(name, Authority.serial(randomness), life(time, LIFE), key.publicKey())
            .signedBy(key);
    OfflineRoot root = new OfflineRoot(Authority.read(der), key, time, randomness);
    root.export(folder);
    write(folder, CERTIFICATE, Authority.pem(root.certificate));
    return root;
  }

  /**
   * Opens the root in {@code folder}.
   *
   * @param passphrase the file with the passphrase of its key
   * @throws IllegalStateException if a file is missing, or the passphrase is another one's
   */
  public static OfflineRoot open(Path folder, Path passphrase, Time time, Randomness randomness) {
    X509Certificate certificate = Authority.read(SmallFile.read(folder.resolve(CERTIFICATE)));
    char[] secret =
        new String(SmallFile.read(passphrase), StandardCharsets.US_ASCII).strip().toCharArray();
    String pem = new String(SmallFile.read(folder.resolve(KEY)), StandardCharsets.US_ASCII);
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof PKCS8EncryptedPrivateKeyInfo sealed) {
        PrivateKeyInfo opened =
            sealed.decryptPrivateKeyInfo(
                new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(secret));
        SoftwareKey key =
            SoftwareKey.read(
                SignatureScheme.ECDSA_P256_SHA256,
                opened.getEncoded(),
                SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded()),
                NativeCrypto.load());
        AuthorityCheck.objection(certificate, key)
            .ifPresent(objection -> {
              throw new IllegalStateException("the root in " + folder + ": " + objection);
            });
        return new OfflineRoot(certificate, key, time, randomness);
      }
    } catch (IOException | OperatorCreationException | PKCSException e) {
      throw new IllegalStateException(
          "the root key in %s does not open with the passphrase in %s"
              .formatted(folder, passphrase),
          e);
    }
    throw new IllegalStateException(folder.resolve(KEY) + " holds no encrypted key");
  }

  /** The digest of the certificate: what people compare, and tokens carry. */
  public Digest fingerprint() {
    return Digest.of(Authority.der(certificate));
  }

  /**
   * What a request asks to be certified.
   *
   * @param name the authority's name
   * @param key the digest of its public key, which people compare
   */
  public record Request(String name, Digest key, SubjectPublicKeyInfo publicKey) {
    /**
     * Reads a request in PEM.
     *
     * @throws IllegalArgumentException if it is none, or not signed by its own key
     */
    public static Request read(byte[] pem) {
      try (PemReader reader =
          new PemReader(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
        var object = reader.readPemObject();
        if (object == null) {
          throw new IllegalArgumentException("no certificate request in PEM");
        }
        Csr csr = Csr.read(object.getContent(), NativeCrypto.load());
        X500Name name =
            CertificationRequest.getInstance(object.getContent())
                .getCertificationRequestInfo()
                .getSubject();
        return new Request(name.toString(), csr.keyDigest(), csr.key());
      } catch (IOException | org.thingward.platform.Problem e) {
        throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /** The certificate of an issuing authority in PEM, good for ten years or to the root's end. */
  public String sign(Request request) {
    CertificateForm.Life asked = life(time, LONGEST_ISSUING);
    Instant end = certificate.getNotAfter().toInstant();
    CertificateForm.Life cut =
        new CertificateForm.Life(asked.from(), asked.until().isBefore(end) ? asked.until() : end);
    X500Name name = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    byte[] der =
        CertificateForm.issuing(
                new CertificateForm.Issuer(
                    name, key.publicKey(), Optional.empty(), Optional.empty()),
                new X500Name(request.name()),
                Authority.serial(randomness),
                cut,
                request.publicKey())
            .signedBy(key);
    return Authority.pem(Authority.read(der));
  }

  private void export(Path folder) {
    String passphrase = HexFormat.ofDelimiter("-").formatHex(randomness.bytes(PASSPHRASE_BYTES));
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          new PKCS8Generator(
              PrivateKeyInfo.getInstance(key.pkcs8()),
              new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                  .setProvider(new BouncyCastleProvider())
                  .setPRF(PKCS8Generator.PRF_HMACSHA256)
                  .setIterationCount(PBKDF2_ROUNDS)
                  .setRandom(randomness.secureRandom())
                  .setPassword(passphrase.toCharArray())
                  .build()));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("the root key could not be exported", e);
    }
    write(folder, PASSPHRASE, passphrase + "\n");
    write(folder, KEY, text.toString());
  }

  private static CertificateForm.Life life(Time time, Duration length) {
    Instant from = time.now().truncatedTo(ChronoUnit.SECONDS);
    return new CertificateForm.Life(from.minus(Duration.ofHours(1)), from.plus(length));
  }

  private static void write(Path folder, String name, String text) {
    DataDirectory.writeSecret(folder.resolve(name), text.getBytes(StandardCharsets.US_ASCII));
  }
}
