package org.thingward.identity;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/**
 * The folder of the authority: certificates, sealed keys, and, from first start until the operator
 * moves it away, the export of the root key (rule I1).
 *
 * <p>The root key is made in memory, signs the issuing authority, leaves as {@value #ROOT_KEY}
 * (PKCS#8, PBES2 with PBKDF2 and AES-256-CBC, so that {@code openssl} opens it) and is forgotten.
 * Its passphrase is random and lies in a second file, {@value #ROOT_PASSPHRASE}.
 */
final class AuthorityFolder {
  static final String ROOT_KEY = "root-key.pem";
  static final String ROOT_PASSPHRASE = "root-key.passphrase";

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityFolder.class);
  private static final String ISSUING = "issuing-1";
  private static final String ROOT_CERTIFICATE = "root.pem";
  private static final String ISSUING_CERTIFICATE = ISSUING + ".pem";
  private static final Duration ROOT_LIFE = Duration.ofDays(20 * 365);
  private static final Duration ISSUING_LIFE = Duration.ofDays(10 * 365);
  private static final int PASSPHRASE_BYTES = 20;
  // Rounds slow down guessing, and nobody guesses 160 random bits: these are for tools that ask.
  private static final int PBKDF2_ROUNDS = 100_000;

  private final Path folder;
  private final KeyVault vault;
  private final NativeCrypto crypto;
  private final Time time;
  private final Randomness randomness;

  AuthorityFolder(
      Path folder, KeyVault vault, NativeCrypto crypto, Time time, Randomness randomness) {
    this.folder = folder;
    this.vault = vault;
    this.crypto = crypto;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * The issuing authority, made with its root if this is the first start.
   *
   * @param publicUrl where devices reach this server over HTTPS, if certificates shall say so
   * @throws IllegalStateException if a key or certificate is missing or does not open
   */
  Authority open(Optional<String> publicUrl) {
    // The issuing certificate is written last: without it the first start did not end.
    if (Files.notExists(folder.resolve(ISSUING_CERTIFICATE))) {
      create();
    }
    remindOfRootKey();
    SigningKey key =
        vault
            .find(ISSUING)
            .orElseThrow(
                () -> new IllegalStateException("the key of " + ISSUING + " is gone; restore it"));
    return new Authority(
        ISSUING,
        Authority.read(SmallFile.read(folder.resolve(ROOT_CERTIFICATE))),
        Authority.read(SmallFile.read(folder.resolve(ISSUING_CERTIFICATE))),
        key,
        publicUrl,
        randomness);
  }

  private void create() {
    SignatureScheme scheme = SignatureScheme.ECDSA_P256_SHA256;
    SoftwareKey rootKey = SoftwareKey.generate(scheme, randomness, crypto);
    // Names carry a random part, so that roots of several installations stay apart everywhere.
    String installation = HexFormat.of().formatHex(randomness.bytes(4));
    X500Name rootName = CertificateForm.commonName("Thingward root " + installation);
    byte[] root =
        CertificateForm.root(
                rootName, Authority.serial(randomness), life(ROOT_LIFE), rootKey.publicKey())
            .signedBy(rootKey);
    export(rootKey);
    write(ROOT_CERTIFICATE, Authority.pem(Authority.read(root)));

    SigningKey issuingKey = vault.generate(ISSUING, scheme);
    byte[] issuing =
        CertificateForm.issuing(
                new CertificateForm.Issuer(
                    rootName, rootKey.publicKey(), Optional.empty(), Optional.empty()),
                CertificateForm.commonName("Thingward issuing 1 " + installation),
                Authority.serial(randomness),
                life(ISSUING_LIFE),
                issuingKey.publicKey())
            .signedBy(rootKey);
    write(ISSUING_CERTIFICATE, Authority.pem(Authority.read(issuing)));
  }

  private void export(SoftwareKey rootKey) {
    String passphrase = HexFormat.ofDelimiter("-").formatHex(randomness.bytes(PASSPHRASE_BYTES));
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          new PKCS8Generator(
              PrivateKeyInfo.getInstance(rootKey.pkcs8()),
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
    write(ROOT_PASSPHRASE, passphrase + "\n");
    write(ROOT_KEY, text.toString());
  }

  private void remindOfRootKey() {
    if (Files.exists(folder.resolve(ROOT_KEY)) || Files.exists(folder.resolve(ROOT_PASSPHRASE))) {
      LOG.warn(
          "The root key's only copy is {} in {}; its passphrase is in {}. Move the two to different"
              + " places off this machine, then delete them here: who has both can make any"
              + " device.",
          ROOT_KEY,
          folder,
          ROOT_PASSPHRASE);
    }
  }

  private CertificateForm.Life life(Duration length) {
    Instant from = time.now().truncatedTo(ChronoUnit.SECONDS);
    return new CertificateForm.Life(from.minus(Duration.ofHours(1)), from.plus(length));
  }

  private void write(String name, String text) {
    DataDirectory.writeSecret(folder.resolve(name), text.getBytes(StandardCharsets.US_ASCII));
  }
}
