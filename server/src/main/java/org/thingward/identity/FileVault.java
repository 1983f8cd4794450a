package org.thingward.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Randomness;
import org.thingward.trust.CanonicalJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keys in files, one each, encrypted.
 *
 * <p>Stored format 1, JSON: {@code sealed-key} 1, {@code name}, {@code scheme}, {@code public} (the
 * SubjectPublicKeyInfo), {@code kek} (which key sealed it), {@code cipher}; these are bound to the
 * sealed part as its associated data in canonical form (RFC 8785). Then {@code nonce} and {@code
 * key}: the PKCS#8 of {@link SoftwareKey#pkcs8()}, sealed. Bytes are base64.
 */
final class FileVault implements KeyVault {
  private static final int FORMAT = 1;
  private static final String SUFFIX = ".key";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final KeyEncryptionKey kek;
  private final NativeCrypto crypto;
  private final Randomness randomness;

  FileVault(Path folder, KeyEncryptionKey kek, NativeCrypto crypto, Randomness randomness) {
    this.folder = folder;
    this.kek = kek;
    this.crypto = crypto;
    this.randomness = randomness;
  }

  @Override
  public SigningKey generate(String name, SignatureScheme scheme) {
    SoftwareKey key = SoftwareKey.generate(scheme, randomness, crypto);
    write(name, new Opened(scheme, encoded(key.publicKey()), key.pkcs8()));
    return key;
  }

  @Override
  public Optional<SigningKey> find(String name) {
    return Files.notExists(file(name))
        ? Optional.empty()
        : Optional.of(open(name, kek).key(crypto));
  }

  /** The names of all keys that are sealed here. */
  List<String> names() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(FileVault::isSealed)
          .map(file -> file.getFileName().toString())
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be read", e);
    }
  }

  /** Other keys that are not sealed lie in the same folder. */
  private static boolean isSealed(Path file) {
    if (!file.getFileName().toString().endsWith(SUFFIX)) {
      return false;
    }
    try {
      return JSON.readTree(SmallFile.read(file)).has("sealed-key");
    } catch (JacksonException e) {
      return false;
    }
  }

  /**
   * Finds out that the key of this name opens, by this vault's key or by {@code former}.
   *
   * @throws IllegalStateException if it opens by neither, saying why
   */
  void requireOpen(String name, KeyEncryptionKey former) {
    open(name, isOwn(name) ? kek : former).wipe();
  }

  /**
   * Seals the key of this name by this vault's key, unless it is already; all of it or nothing.
   *
   * @param former what has sealed it
   * @throws IllegalStateException if it does not open, saying why
   */
  void reseal(String name, KeyEncryptionKey former) {
    if (!isOwn(name)) {
      Opened key = open(name, former);
      write(name, key);
      key.wipe();
    }
  }

  private boolean isOwn(String name) {
    return text(JSON.readTree(SmallFile.read(file(name))), "kek").equals(kek.id());
  }

  /** A key that was opened: a secret. */
  private record Opened(SignatureScheme scheme, byte[] publicKey, byte[] pkcs8) {
    SoftwareKey key(NativeCrypto crypto) {
      return SoftwareKey.read(scheme, pkcs8, SubjectPublicKeyInfo.getInstance(publicKey), crypto);
    }

    void wipe() {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private void write(String name, Opened key) {
    Map<String, Object> envelope = label(name, key.scheme(), key.publicKey(), kek.id());
    KeyEncryptionKey.Sealed sealed = kek.seal(key.pkcs8(), CanonicalJson.encode(envelope));
    envelope.put("nonce", base64(sealed.nonce()));
    envelope.put("key", base64(sealed.ciphertext()));
    DataDirectory.writeSecret(file(name), CanonicalJson.encode(envelope));
  }

  private Opened open(String name, KeyEncryptionKey by) {
    Path file = file(name);
    try {
      return open(name, by, JSON.readTree(SmallFile.read(file)));
    } catch (IllegalArgumentException | IllegalStateException | JacksonException e) {
      throw new IllegalStateException("the key in " + file + " does not open: " + reason(e), e);
    }
  }

  private static Opened open(String name, KeyEncryptionKey by, JsonNode stored) {
    if (stored.path("sealed-key").asInt(0) != FORMAT) {
      throw new IllegalStateException("it is not of format " + FORMAT);
    }
    String sealedBy = text(stored, "kek");
    if (!sealedBy.equals(by.id())) {
      throw new IllegalStateException(
          "it was sealed by key-encryption key %s, the one given is %s"
              .formatted(sealedBy, by.id()));
    }
    SignatureScheme scheme = SignatureScheme.ofWord(text(stored, "scheme"));
    byte[] publicKey = bytes(stored, "public");
    byte[] context = CanonicalJson.encode(label(name, scheme, publicKey, sealedBy));
    var sealed = new KeyEncryptionKey.Sealed(bytes(stored, "nonce"), bytes(stored, "key"));
    return new Opened(scheme, publicKey, by.open(sealed, context));
  }

  private Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  private static Map<String, Object> label(
      String name, SignatureScheme scheme, byte[] publicKey, String kek) {
    return new TreeMap<>(
        Map.of(
            "sealed-key",
            FORMAT,
            "name",
            name,
            "scheme",
            scheme.word(),
            "public",
            base64(publicKey),
            "kek",
            kek,
            "cipher",
            KeyEncryptionKey.CIPHER));
  }

  private static byte[] encoded(SubjectPublicKeyInfo key) {
    try {
      return key.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a public key could not be encoded", e);
    }
  }

  private static String text(JsonNode stored, String member) {
    return stored.path(member).asString("");
  }

  private static byte[] bytes(JsonNode stored, String member) {
    return Base64.getDecoder().decode(text(stored, member));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String reason(Exception e) {
    return e instanceof JacksonException ? "it is no JSON" : String.valueOf(e.getMessage());
  }
}
