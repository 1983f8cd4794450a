package org.thingward.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection that real openssl opens, tells the exporter of, and then sends a request over. */
final class BoundConnection implements AutoCloseable {
  private static final Pattern EXPORTED = Pattern.compile("Keying material: ([0-9A-F]{64})\n");

  private final Path folder;
  private final Process client;
  private final StringBuilder said = new StringBuilder();

  BoundConnection(Path folder, int port, String... options) {
    this.folder = folder;
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "localhost:" + port,
                "-CAfile",
                "root.pem",
                "-verify_return_error",
                "-ign_eof",
                "-keymatexport",
                "EXPORTER-Channel-Binding",
                "-keymatexportlen",
                "32"));
    command.addAll(List.of(options));
    try {
      this.client =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exporter, as a challengePassword has it. */
  String exporter() {
    Matcher found = EXPORTED.matcher(said);
    while (!found.find()) {
      more();
      found = EXPORTED.matcher(said);
    }
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(found.group(1)));
  }

  /** Asks for a certificate over this connection; the whole answer. */
  String enrol(String csr, String token) {
    String user =
        Base64.getEncoder()
            .encodeToString(("pump-07:" + token).getBytes(StandardCharsets.US_ASCII));
    try {
      byte[] body = Base64.getEncoder().encode(Files.readAllBytes(folder.resolve(csr)));
      String head =
          """
          POST /.well-known/est/simpleenroll HTTP/1.1\r
          Host: localhost\r
          Connection: close\r
          Authorization: Basic %s\r
          Content-Type: application/pkcs10\r
          Content-Length: %d\r
          \r
          """
              .formatted(user, body.length);
      OutputStream to = client.getOutputStream();
      to.write(head.getBytes(StandardCharsets.US_ASCII));
      to.write(body);
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int from = said.indexOf("HTTP/1.1 ");
    while (from < 0 || said.indexOf("\r\n\r\n", from) < 0 || !isWhole(from)) {
      more();
      from = said.indexOf("HTTP/1.1 ");
    }
    return said.substring(from);
  }

  private boolean isWhole(int from) {
    Matcher length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(said.substring(from));
    int body = said.indexOf("\r\n\r\n", from) + 4;
    return length.find() && said.length() - body >= Integer.parseInt(length.group(1));
  }

  private void more() {
    byte[] bytes = new byte[8192];
    try {
      InputStream from = client.getInputStream();
      int read = from.read(bytes);
      if (read < 0) {
        throw new AssertionError("openssl ended: " + said);
      }
      said.append(new String(bytes, 0, read, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.destroy();
  }
}
