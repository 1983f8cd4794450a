package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/**
 * Keys in a token behind PKCS#11: made there, sensitive, not extractable, kept under the label
 * {@code PREFIX-NAME}. Beside each lies a certificate by itself, which says nothing to anyone: the
 * JDK finds a key in a token by its certificate.
 */
final class Pkcs11Vault implements KeyVault {
  private static final Duration PLACEHOLDER_LIFE = Duration.ofDays(100 * 365);

  private final Pkcs11Token token;
  private final Time time;
  private final Randomness randomness;

  private Pkcs11Vault(Pkcs11Token token, Time time, Randomness randomness) {
    this.token = token;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * Logs in to the token, as {@link Pkcs11Token#open} has it.
   *
   * @throws IllegalStateException if that is not possible
   */
  static Pkcs11Vault open(Pkcs11Uri uri, Time time, Randomness randomness) {
    return new Pkcs11Vault(Pkcs11Token.open("--issuing-key", uri), time, randomness);
  }

  @Override
  public SigningKey generate(String name, SignatureScheme scheme) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", token.provider());
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Pkcs11Key key = key(scheme, pair.getPrivate(), pair.getPublic().getEncoded());
      if (token.keys().containsAlias(token.label(name))) {
        throw new IllegalStateException(
            "the PKCS#11 token '%s' has a key %s already, and none is overwritten: give another object=NAME in --issuing-key"
                .formatted(token.uri().token(), token.label(name)));
      }
      token
          .keys()
          .setKeyEntry(
              token.label(name), pair.getPrivate(), null, new Certificate[] {placeholder(key)});
      return find(name)
          .orElseThrow(() -> new IllegalStateException("the token did not keep the key " + name));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the PKCS#11 token '%s' makes no P-256 key".formatted(token.uri().token()), e);
    }
  }

  @Override
  public Optional<SigningKey> find(String name) {
    try {
      if (!(token.keys().getKey(token.label(name), null) instanceof PrivateKey key)) {
        return Optional.empty();
      }
      byte[] publicKey = token.keys().getCertificate(token.label(name)).getPublicKey().getEncoded();
      return Optional.of(key(SignatureScheme.ECDSA_P256_SHA256, key, publicKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the key %s in the PKCS#11 token '%s' does not open"
              .formatted(token.label(name), token.uri().token()),
          e);
    }
  }

  private Pkcs11Key key(SignatureScheme scheme, PrivateKey key, byte[] publicKey) {
    return new Pkcs11Key(
        scheme, SubjectPublicKeyInfo.getInstance(publicKey), key, token.provider());
  }

  private X509Certificate placeholder(Pkcs11Key key) {
    Instant now = time.now().truncatedTo(ChronoUnit.SECONDS);
    X500Name name = CertificateForm.commonName("a key of Thingward, certified elsewhere");
    return Authority.read(
        CertificateForm.placeholder(
                name,
                Authority.serial(randomness),
                new CertificateForm.Life(now, now.plus(PLACEHOLDER_LIFE)),
                key.publicKey())
            .signedBy(key));
  }
}
