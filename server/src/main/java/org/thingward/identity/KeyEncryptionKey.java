package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
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
 * <p>It is read from one line of text, {@code thingward-kek-v1:} and 32 bytes in base64.
 */
final class KeyEncryptionKey {
  static final String CIPHER = "AES-256-GCM";

  private static final Logger LOG = LoggerFactory.getLogger(KeyEncryptionKey.class);
  private static final String PREFIX = "thingward-kek-v1:";
  private static final String BESIDE_DATA = "key-encryption-key";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final byte[] key;
  private final Randomness randomness;

  private KeyEncryptionKey(byte[] key, Randomness randomness) {
    this.key = key;
    this.randomness = randomness;
  }

  /**
   * Something sealed.
   *
   * @param nonce 12 bytes
   * @param ciphertext with the tag at its end
   */
  record Sealed(byte[] nonce, byte[] ciphertext) {}

  /**
   * Opens the key in {@code file}, e.g. a systemd credential; without one, a file in {@code
   * keyFolder} that is made at first start.
   *
   * @throws IllegalStateException if the file holds no such key or others may read it
   */
  static KeyEncryptionKey open(Optional<Path> file, Path keyFolder, Randomness randomness) {
    if (file.isPresent()) {
      SmallFile.refuseReadableByOthers(file.get(), "the key-encryption key");
      return new KeyEncryptionKey(parse(file.get()), randomness);
    }
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
    return Digest.of("thingward/kek-id/v1\n".getBytes(StandardCharsets.US_ASCII), key).brief();
  }

  /** Encrypts {@code secret}; it opens only with the same {@code context}. */
  Sealed seal(byte[] secret, byte[] context) {
    byte[] nonce = randomness.bytes(NONCE_BYTES);
    try {
      return new Sealed(nonce, cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    }
  }

  /**
   * Decrypts.
   *
   * @throws IllegalStateException if it was sealed by another key or changed since
   */
  byte[] open(Sealed sealed, byte[] context) {
    try {
      return cipher(Cipher.DECRYPT_MODE, sealed.nonce(), context).doFinal(sealed.ciphertext());
    } catch (AEADBadTagException e) {
      throw new IllegalStateException("sealed by another key, or changed since", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("what is sealed is malformed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
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
