package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;

/**
 * The key that encrypts stored keys (rule I1): AES-256-GCM, 96-bit random nonces.
 *
 * <p>It is read from one line of text, {@code thingward-kek-v1:} and 32 bytes in base64, or stays
 * in a PKCS#11 token, which then encrypts and decrypts itself.
 */
final class KeyEncryptionKey {
  static final String CIPHER = "AES-256-GCM";

  private static final Logger LOG = LoggerFactory.getLogger(KeyEncryptionKey.class);
  private static final String SETTING = "--key-encryption-key";
  private static final String PREFIX = "thingward-kek-v1:";
  private static final String BESIDE_DATA = "key-encryption-key";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /**
   * What is sealed under this nonce is one text alone: it tells keys apart that nobody can read.
   */
  private static final byte[] ID_NONCE = "kek-id-nonce".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ID_LABEL =
      "thingward/kek-id/v1\n".getBytes(StandardCharsets.US_ASCII);

  private final SecretKey key;
  private final Optional<Provider> token;
  private final String id;
  private final Randomness randomness;

  private KeyEncryptionKey(byte[] key, Randomness randomness) {
    this.key = new SecretKeySpec(key, "AES");
    this.token = Optional.empty();
    this.id = Digest.of(ID_LABEL, key).brief();
    this.randomness = randomness;
  }

  private KeyEncryptionKey(Pkcs11Token token, Randomness randomness) {
    this.key = token.aesKey(BESIDE_DATA);
    this.token = Optional.of(token.provider());
    this.randomness = randomness;
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, ID_NONCE, ID_LABEL).doFinal(ID_LABEL);
      this.id = Digest.of(ID_LABEL, sealed).brief();
    } catch (GeneralSecurityException | ProviderException e) {
      throw new IllegalStateException(
          "--key-encryption-key: the PKCS#11 token '%s' does not encrypt with %s: give another, or a file"
              .formatted(token.uri().token(), CIPHER),
          e);
    }
  }

  /**
   * Something sealed.
   *
   * @param nonce 12 bytes
   * @param ciphertext with the tag at its end
   */
  record Sealed(byte[] nonce, byte[] ciphertext) {}

  /**
   * Opens the key; in {@code keyFolder} or in a token it is made at first start.
   *
   * @throws IllegalStateException if the file holds no such key or others may read it, or the token
   *     is not there, does not open or does not encrypt
   */
  static KeyEncryptionKey open(KeyEncryptionPlace place, Path keyFolder, Randomness randomness) {
    Resealing.refuseUnfinished(keyFolder);
    return switch (place) {
      case KeyEncryptionPlace.Beside here -> beside(keyFolder, randomness);
      case KeyEncryptionPlace.InFile(Path file) -> inFile(file, randomness);
      case KeyEncryptionPlace.InToken(Pkcs11Uri uri) -> inToken(uri, randomness);
    };
  }

  /**
   * Opens a key that has sealed something, to seal that under another one; makes none.
   *
   * @throws IllegalStateException if it is not there, or as {@link #open} has it
   */
  static KeyEncryptionKey existing(
      KeyEncryptionPlace place, Path keyFolder, Randomness randomness) {
    return switch (place) {
      case KeyEncryptionPlace.Beside here -> inFile(keyFolder.resolve(BESIDE_DATA), randomness);
      case KeyEncryptionPlace.InFile(Path file) -> inFile(file, randomness);
      case KeyEncryptionPlace.InToken(Pkcs11Uri uri) -> {
        Pkcs11Token token = Pkcs11Token.open(SETTING, uri);
        token.require(BESIDE_DATA);
        yield new KeyEncryptionKey(token, randomness);
      }
    };
  }

  /**
   * Opens the key under which everything is to be sealed from now on; in a token it is made if it
   * is not there.
   *
   * @throws IllegalStateException if it is to lie beside what it seals, or as {@link #open} has it
   */
  static KeyEncryptionKey toSealUnder(KeyEncryptionPlace place, Randomness randomness) {
    return switch (place) {
      case KeyEncryptionPlace.Beside here ->
          throw new IllegalStateException("the new key-encryption key needs a place of its own");
      case KeyEncryptionPlace.InFile(Path file) -> inFile(file, randomness);
      case KeyEncryptionPlace.InToken(Pkcs11Uri uri) -> inToken(uri, randomness);
    };
  }

  private static KeyEncryptionKey inFile(Path file, Randomness randomness) {
    SmallFile.refuseReadableByOthers(file, "the key-encryption key");
    return new KeyEncryptionKey(parse(file), randomness);
  }

  private static KeyEncryptionKey inToken(Pkcs11Uri uri, Randomness randomness) {
    return new KeyEncryptionKey(Pkcs11Token.open(SETTING, uri), randomness);
  }

  private static KeyEncryptionKey beside(Path keyFolder, Randomness randomness) {
    Path beside = keyFolder.resolve(BESIDE_DATA);
    if (Files.notExists(beside)) {
      String line = PREFIX + Base64.getEncoder().encodeToString(randomness.bytes(KEY_BYTES)) + "\n";
      DataDirectory.writeSecret(beside, line.getBytes(StandardCharsets.US_ASCII));
    }
    LOG.warn(
        "The key that encrypts the authority's keys lies beside them, in {}: that protects a backup"
            + " made without this file, nothing else. Give it as a systemd credential or by"
            + " --key-encryption-key FILE.",
        beside);
    return new KeyEncryptionKey(parse(beside), randomness);
  }

  /** A short name that tells keys apart and says nothing about them. */
  String id() {
    return id;
  }

  /** Encrypts {@code secret}; it opens only with the same {@code context}. */
  Sealed seal(byte[] secret, byte[] context) {
    byte[] nonce = randomness.bytes(NONCE_BYTES);
    try {
      return new Sealed(nonce, cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(secret));
    } catch (GeneralSecurityException | ProviderException e) {
      throw new IllegalStateException("what encrypts keys with " + CIPHER + " does not answer", e);
    }
  }

  /** What is sealed does not open by this key. */
  static final class OtherKey extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private OtherKey(Throwable cause) {
      super("sealed by another key, or changed since", cause);
    }
  }

  /**
   * Decrypts.
   *
   * @throws OtherKey if it was sealed by another key or changed since
   * @throws IllegalStateException if it is malformed, or the token does not answer
   */
  byte[] open(Sealed sealed, byte[] context) {
    try {
      return cipher(Cipher.DECRYPT_MODE, sealed.nonce(), context).doFinal(sealed.ciphertext());
    } catch (AEADBadTagException e) {
      throw new OtherKey(e);
    } catch (GeneralSecurityException | ProviderException e) {
      throw new IllegalStateException(
          "what is sealed is malformed, or the token with the key-encryption key does not answer",
          e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    Cipher cipher =
        token.isPresent()
            ? Cipher.getInstance("AES/GCM/NoPadding", token.get())
            : Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }

  private static byte[] parse(Path file) {
    String line = new String(SmallFile.read(file), StandardCharsets.US_ASCII).stripTrailing();
    try {
      byte[] key = Base64.getDecoder().decode(line.replaceFirst("^" + PREFIX, ""));
      if (line.startsWith(PREFIX) && key.length == KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("{} is not base64", file, e);
    }
    throw new IllegalStateException(
        file
            + " holds no key-encryption key: make it with (printf "
            + PREFIX
            + "; openssl rand -base64 32) > FILE");
  }
}
