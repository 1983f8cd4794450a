package org.thingward.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
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
  private static final String PROVIDER = "SunPKCS11";
  private static final Duration PLACEHOLDER_LIFE = Duration.ofDays(100 * 365);

  private final Pkcs11Uri uri;
  private final Provider provider;
  private final KeyStore keys;
  private final Time time;
  private final Randomness randomness;

  private Pkcs11Vault(
      Pkcs11Uri uri, Provider provider, KeyStore keys, Time time, Randomness randomness) {
    this.uri = uri;
    this.provider = provider;
    this.keys = keys;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * Logs in to the token.
   *
   * @throws IllegalStateException saying what to do if there is no such module or token, or the PIN
   *     is wrong
   */
  static Pkcs11Vault open(Pkcs11Uri uri, Time time, Randomness randomness) {
    if (!Files.isReadable(uri.module())) {
      throw new IllegalStateException(
          "--issuing-key: there is no PKCS#11 module " + uri.module() + " that can be read");
    }
    char[] pin = pin(uri.pinFile());
    OptionalLong slot = Pkcs11Slots.find(uri.module(), uri.token());
    if (slot.isEmpty()) {
      throw new IllegalStateException(
          "--issuing-key: no token of %s is labelled '%s': is it plugged in? (softhsm2-util --show-slots, pkcs11-tool -L)"
              .formatted(uri.module(), uri.token()));
    }
    Provider provider = provider(uri, slot.getAsLong());
    return new Pkcs11Vault(uri, provider, login(uri, provider, pin), time, randomness);
  }

  private static char[] pin(Path file) {
    SmallFile.refuseReadableByOthers(file, "the PIN of the PKCS#11 token");
    String pin =
        new String(SmallFile.read(file), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    if (pin.isEmpty()) {
      throw new IllegalStateException("--issuing-key: the first line of " + file + " is no PIN");
    }
    return pin.toCharArray();
  }

  private static Provider provider(Pkcs11Uri uri, long slot) {
    String configuration =
        """
        --name = thingward-%d
        library = "%s"
        slot = %d
        attributes(generate, CKO_PRIVATE_KEY, *) = {
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_SIGN = true
        }
        """
            .formatted(slot, uri.module().toAbsolutePath(), slot);
    Provider known = Security.getProvider(PROVIDER);
    if (known == null) {
      throw new IllegalStateException("--issuing-key: this JDK has no " + PROVIDER);
    }
    return known.configure(configuration);
  }

  private static KeyStore login(Pkcs11Uri uri, Provider provider, char[] pin) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS11", provider);
      keys.load(null, pin);
      return keys;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "--issuing-key: the token '%s' does not open with the PIN in %s; after some wrong ones tokens lock themselves, so try no other at random"
              .formatted(uri.token(), uri.pinFile()),
          e);
    }
  }

  @Override
  public SigningKey generate(String name, SignatureScheme scheme) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Pkcs11Key key = key(scheme, pair.getPrivate(), pair.getPublic().getEncoded());
      if (keys.containsAlias(label(name))) {
        throw new IllegalStateException(
            "the PKCS#11 token '%s' has a key %s already, and none is overwritten: give another object=NAME in --issuing-key"
                .formatted(uri.token(), label(name)));
      }
      keys.setKeyEntry(label(name), pair.getPrivate(), null, new Certificate[] {placeholder(key)});
      return find(name)
          .orElseThrow(() -> new IllegalStateException("the token did not keep the key " + name));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the PKCS#11 token '%s' makes no P-256 key".formatted(uri.token()), e);
    }
  }

  @Override
  public Optional<SigningKey> find(String name) {
    try {
      if (!(keys.getKey(label(name), null) instanceof PrivateKey key)) {
        return Optional.empty();
      }
      byte[] publicKey = keys.getCertificate(label(name)).getPublicKey().getEncoded();
      return Optional.of(key(SignatureScheme.ECDSA_P256_SHA256, key, publicKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the key %s in the PKCS#11 token '%s' does not open".formatted(label(name), uri.token()),
          e);
    }
  }

  private Pkcs11Key key(SignatureScheme scheme, PrivateKey key, byte[] publicKey) {
    return new Pkcs11Key(scheme, SubjectPublicKeyInfo.getInstance(publicKey), key, provider);
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

  private String label(String name) {
    return uri.prefix() + "-" + name;
  }
}
