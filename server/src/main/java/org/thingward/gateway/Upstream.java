package org.thingward.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.thingward.platform.ImportedCredential;

/**
 * The broker behind the gateway: where it is, and how the gateway proves itself to it.
 *
 * @param host its name or address
 * @param port its port
 * @param tls whether it is spoken to over TLS, its certificate and name verified
 * @param authority the certificates that vouch for it (PEM); empty for those of the Java platform
 * @param credential the gateway's own user name and password; empty if the broker asks for none
 */
public record Upstream(
    String host,
    int port,
    boolean tls,
    Optional<Path> authority,
    Optional<Upstream.Credential> credential) {
  private static final int PORT = 1883;
  private static final int TLS_PORT = 8883;

  /** A user name and password. Never shown in text. */
  public record Credential(String user, String password) {
    @Override
    public String toString() {
      return "Credential[user=" + user + "]";
    }
  }

  public Upstream {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
    }
  }

  /** A broker on this machine, in the clear. */
  public static Upstream local(int port, Credential credential) {
    return new Upstream("127.0.0.1", port, false, Optional.empty(), Optional.of(credential));
  }

  /**
   * Reads {@code mqtt://[user@]host[:port]} or {@code mqtts://…}.
   *
   * @param uri the broker's address; a password in it is refused, because command lines are public
   * @param passwordFile the file whose first line is the password, if there is a user
   * @param authority the certificates that vouch for a broker over TLS (PEM)
   * @throws IllegalArgumentException saying what is wrong with them
   */
  public static Upstream parse(String uri, Optional<Path> passwordFile, Optional<Path> authority) {
    URI address = address(uri);
    boolean tls = "mqtts".equals(address.getScheme());
    int port = address.getPort() >= 0 ? address.getPort() : tls ? TLS_PORT : PORT;
    return new Upstream(
        address.getHost(), port, tls, authority, credential(address.getUserInfo(), passwordFile));
  }

  private static URI address(String uri) {
    try {
      URI address = new URI(uri);
      boolean mqtt = "mqtts".equals(address.getScheme()) || "mqtt".equals(address.getScheme());
      if (mqtt && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException notEvenAnAddress) {
      // Told below, like any other that is no broker's.
    }
    throw new IllegalArgumentException(
        "'%s' is no broker: write mqtt://user@host:port or mqtts://user@host:port".formatted(uri));
  }

  private static Optional<Credential> credential(
      @Nullable String user, Optional<Path> passwordFile) {
    if (user == null) {
      return Optional.empty();
    }
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "give the broker's password in a file, not in its address");
    }
    Path file =
        passwordFile.orElseThrow(
            () -> new IllegalArgumentException("the broker's user needs a password file"));
    try {
      String password = Files.readString(file).lines().findFirst().orElse("");
      requireNoDefault(user, password, file);
      return Optional.of(new Credential(user, password));
    } catch (IOException e) {
      throw new IllegalArgumentException("the broker's password file cannot be read: " + file, e);
    }
  }

  /** Who knows the broker's password acts for every device behind the gateway's back. */
  private static void requireNoDefault(String user, String password, Path file) {
    new ImportedCredential(
            "the broker's password in " + file,
            "make another, e.g. with openssl rand -hex 16",
            ImportedCredential.Floor.FLAGGED)
        .require(user, password);
  }
}
