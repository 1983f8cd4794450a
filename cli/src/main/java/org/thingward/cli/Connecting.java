package org.thingward.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.thingward.device.ClientTls;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.Pem;
import org.thingward.operator.ServerFolder;

/**
 * How a command reaches its server, and as whom: by the token that it is given in a file or in the
 * environment, else by the one that {@code thingward login} stored, else by the bootstrap
 * certificate of the data directory.
 *
 * @param server the operator listener
 * @param listener what it is checked by
 * @param login what {@code thingward login} stored for it
 */
record Connecting(
    Access access, Tools tools, URI server, List<X509Certificate> listener, StoredLogin login) {
  private static final String TOKEN = "THINGWARD_TOKEN";

  static Connecting with(Access access, Tools tools) {
    ServerFolder folder = new ServerFolder(access.data());
    if (access.server().isEmpty() != access.ca().isEmpty()) {
      throw new Failed("--server and --ca go together: where the server is, and how to know it");
    }
    URI server = access.server().isEmpty() ? folder.operators() : address(access.server());
    List<X509Certificate> listener =
        access.ca().isEmpty() ? folder.operatorListener() : certificates(Path.of(access.ca()));
    return new Connecting(
        access, tools, server, listener, StoredLogin.of(listener.getFirst(), tools));
  }

  private static URI address(String text) {
    try {
      URI address = URI.create(text);
      if ("https".equals(address.getScheme()) && address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new Failed("--server: " + e.getMessage(), e);
    }
    throw new Failed("--server: write https://HOST:PORT");
  }

  private static List<X509Certificate> certificates(Path file) {
    try {
      return Pem.certificates(file);
    } catch (IOException e) {
      throw new Failed("--ca: " + e.getMessage(), e);
    }
  }

  /** A connection as an operator. */
  OperatorConnection asOperator() {
    Optional<String> token = givenToken().or(login::token);
    if (token.isPresent() || !access.server().isEmpty()) {
      return new OperatorConnection(server, login.tls(listener), token, tools.random());
    }
    return new OperatorConnection(
        server, new ServerFolder(access.data()).operator(), tools.random());
  }

  /** A connection that proves the key of the login, and is nobody's yet. */
  OperatorConnection proving() {
    return new OperatorConnection(
        server, ClientTls.of(login.key(listener)), Optional.empty(), tools.random());
  }

  /** A connection that proves nothing. */
  OperatorConnection unknown() {
    return new OperatorConnection(
        server, ClientTls.anonymous(listener), Optional.empty(), tools.random());
  }

  private Optional<String> givenToken() {
    if (access.tokenFile().isEmpty()) {
      return Optional.ofNullable(tools.environment().get(TOKEN))
          .map(String::strip)
          .filter(token -> !token.isEmpty())
          .map(token -> printable(token, TOKEN));
    }
    try {
      return Optional.of(
          printable(Files.readString(Path.of(access.tokenFile())).strip(), "--token-file"));
    } catch (IOException e) {
      throw new Failed("--token-file: " + e.getMessage() + " cannot be read", e);
    }
  }

  /** What goes into a header has no line breaks, and nothing of another alphabet. */
  static String printable(String token, String source) {
    if (!token.matches("[\\x21-\\x7E]{1,256}")) {
      throw new Failed(source + " holds no API token: one line that begins with thingward_");
    }
    return token;
  }
}
