package org.thingward.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.OptionalLong;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import org.thingward.platform.ImportedCredential;

/**
 * A token behind PKCS#11 to which this process is logged in. Keys are made in it, sensitive and not
 * extractable, and kept under the label {@code PREFIX-NAME}.
 *
 * @param uri where it is
 * @param provider what computes in it
 * @param keys those in it, by label
 */
record Pkcs11Token(Pkcs11Uri uri, Provider provider, KeyStore keys) {
  private static final String PROVIDER = "SunPKCS11";
  private static final int AES_BITS = 256;

  /**
   * Logs in to the token.
   *
   * @param setting the setting that named it, e.g. {@code --issuing-key}
   * @throws IllegalStateException saying what to do if there is no such module or token, or the PIN
   *     is wrong or one that anybody tries
   */
  static Pkcs11Token open(String setting, Pkcs11Uri uri) {
    if (!Files.isReadable(uri.module())) {
      throw new IllegalStateException(
          "%s: there is no PKCS#11 module %s that can be read".formatted(setting, uri.module()));
    }
    char[] pin = pin(setting, uri.pinFile());
    OptionalLong slot = Pkcs11Slots.find(uri.module(), uri.token());
    if (slot.isEmpty()) {
      throw new IllegalStateException(
          "%s: no token of %s is labelled '%s': is it plugged in? (softhsm2-util --show-slots, pkcs11-tool -L)"
              .formatted(setting, uri.module(), uri.token()));
    }
    Provider provider = provider(setting, uri, slot.getAsLong());
    return new Pkcs11Token(uri, provider, login(setting, uri, provider, pin));
  }

  private static char[] pin(String setting, Path file) {
    SmallFile.refuseReadableByOthers(file, "the PIN of the PKCS#11 token");
    String pin =
        new String(SmallFile.read(file), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    if (pin.isEmpty()) {
      throw new IllegalStateException(
          "%s: the first line of %s is no PIN".formatted(setting, file));
    }
    requireNoDefault(setting, pin, file);
    return pin.toCharArray();
  }

  /** A token locks itself after some wrong ones: what is short will do, what is tried first not. */
  private static void requireNoDefault(String setting, String pin, Path file) {
    new ImportedCredential(
            "%s: the PIN in %s".formatted(setting, file),
            "give the token another, e.g. pkcs11-tool --change-pin",
            ImportedCredential.Floor.FLAGGED)
        .require("", pin);
  }

  private static Provider provider(String setting, Pkcs11Uri uri, long slot) {
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
        attributes(generate, CKO_SECRET_KEY, CKK_AES) = {
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_ENCRYPT = true
          CKA_DECRYPT = true
        }
        """
            .formatted(slot, uri.module().toAbsolutePath(), slot);
    Provider known = Security.getProvider(PROVIDER);
    if (known == null) {
      throw new IllegalStateException(setting + ": this JDK has no " + PROVIDER);
    }
    return known.configure(configuration);
  }

  private static KeyStore login(String setting, Pkcs11Uri uri, Provider provider, char[] pin) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS11", provider);
      keys.load(null, pin);
      return keys;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "%s: the token '%s' does not open with the PIN in %s; after some wrong ones tokens lock themselves, so try no other at random"
              .formatted(setting, uri.token(), uri.pinFile()),
          e);
    }
  }

  /** Under which label a key of ours is kept. */
  String label(String name) {
    return uri.prefix() + "-" + name;
  }

  /**
   * Refuses a token that has no key of this name.
   *
   * @throws IllegalStateException naming it
   */
  void require(String name) {
    try {
      if (keys.containsAlias(label(name))) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the PKCS#11 token '%s' does not say what is in it".formatted(uri.token()), e);
    }
    throw new IllegalStateException(
        "the PKCS#11 token '%s' has no key '%s'".formatted(uri.token(), label(name)));
  }

  /**
   * The AES-256 key of this name, made in the token if there is none.
   *
   * @throws IllegalStateException if the token makes or opens no such key
   */
  SecretKey aesKey(String name) {
    try {
      if (!keys.containsAlias(label(name))) {
        KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
        generator.init(AES_BITS);
        keys.setKeyEntry(label(name), generator.generateKey(), null, null);
      }
      if (keys.getKey(label(name), null) instanceof SecretKey key) {
        return key;
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IllegalStateException(
          "the PKCS#11 token '%s' makes or opens no AES-256 key '%s'"
              .formatted(uri.token(), label(name)),
          e);
    }
    throw new IllegalStateException(
        "what the PKCS#11 token '%s' has under '%s' is no AES key: give another object=NAME"
            .formatted(uri.token(), label(name)));
  }
}
