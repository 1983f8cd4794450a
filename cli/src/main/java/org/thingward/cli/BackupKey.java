package org.thingward.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.trust.Digest;

/**
 * The server's key-encryption key, with which backups are sealed too: one line, {@code
 * thingward-kek-v1:} and 32 bytes in base64.
 */
final class BackupKey {
  private static final String PREFIX = "thingward-kek-v1:";
  private static final int BYTES = 32;
  private static final String PURPOSE = "thingward/backup/v1";

  private final byte[] key;

  private BackupKey(byte[] key) {
    this.key = key;
  }

  /** Reads it; refuses a file that holds something else. */
  static BackupKey read(Path file) {
    try {
      String line = Files.readString(file, StandardCharsets.US_ASCII).strip();
      byte[] key = Base64.getDecoder().decode(line.replaceFirst("^" + PREFIX, ""));
      if (line.startsWith(PREFIX) && key.length == BYTES) {
        return new BackupKey(key);
      }
    } catch (IOException e) {
      throw new Failed("the key-encryption key " + file + " cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new Failed(file + " holds no key-encryption key", e);
    }
    throw new Failed(file + " holds no key-encryption key");
  }

  /** The name under which the server knows it; says nothing about it. */
  String id() {
    return Digest.of("thingward/kek-id/v1\n".getBytes(StandardCharsets.US_ASCII), key).brief();
  }

  /** The key of one backup: HKDF with SHA-256 (RFC 5869) over this key and the backup's salt. */
  SecretKey of(byte[] salt) {
    try {
      HKDFParameterSpec how =
          HKDFParameterSpec.ofExtract()
              .addIKM(new SecretKeySpec(key, "Generic"))
              .addSalt(salt)
              .thenExpand(PURPOSE.getBytes(StandardCharsets.US_ASCII), BYTES);
      return KDF.getInstance("HKDF-SHA256").deriveKey("AES", how);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 25 has HKDF", e);
    }
  }
}
