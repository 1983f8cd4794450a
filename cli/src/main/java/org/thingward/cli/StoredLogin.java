package org.thingward.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.operator.OperatorKey;
import org.thingward.trust.Digest;

/**
 * What {@code thingward login} keeps for one server, which its key names: the token, and the key
 * that the token is bound to. So a token is never sent to another server that listens at the same
 * address.
 *
 * @param folder readable by its owner alone; it may not exist
 */
record StoredLogin(Path folder, Tools tools) {
  private static final String TOKEN = "token";
  private static final int NAME_DIGITS = 32;

  /** That for the server whose listener shows this certificate (XDG base directories). */
  static StoredLogin of(X509Certificate listener, Tools tools) {
    String given = tools.environment().getOrDefault("XDG_CONFIG_HOME", "");
    Path base =
        given.isEmpty()
            ? Path.of(
                tools.environment().getOrDefault("HOME", System.getProperty("user.home")),
                ".config")
            : Path.of(given);
    String name = Digest.of(listener.getPublicKey().getEncoded()).hex().substring(0, NAME_DIGITS);
    return new StoredLogin(base.resolve("thingward").resolve("servers").resolve(name), tools);
  }

  /** The token; empty if nobody is logged in. */
  Optional<String> token() {
    try {
      return Optional.of(
          Connecting.printable(Files.readString(tokenFile()).strip(), tokenFile().toString()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Failed("the stored token cannot be read: " + e.getMessage(), e);
    }
  }

  private Path tokenFile() {
    return folder.resolve(TOKEN);
  }

  /** How connections are made: with the key, if there is one. */
  ClientTls tls(List<X509Certificate> listener) {
    return OperatorKey.exists(folder) ? ClientTls.of(key(listener)) : ClientTls.anonymous(listener);
  }

  /** The key that the token is bound to, or is to be; made if there is none. */
  Credential key(List<X509Certificate> listener) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return OperatorKey.open(folder, listener, tools.clock().instant(), tools.random());
    } catch (IOException e) {
      throw new Failed("the key of the login cannot be read or made: " + e.getMessage(), e);
    }
  }

  /** Keeps a token, readable by its owner alone, in place of an earlier one. */
  void keep(String token) {
    try {
      Path next = folder.resolve(TOKEN + ".next");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(next, (token + "\n").getBytes(StandardCharsets.US_ASCII));
      Files.move(next, tokenFile(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new Failed("the token cannot be stored: " + e.getMessage(), e);
    }
  }

  /** Forgets all of it. */
  void delete() {
    Folders.delete(folder);
  }
}
