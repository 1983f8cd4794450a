package org.thingward.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.thingward.device.ServerAddress;

/**
 * One kept connection of a device over HTTPS that sends the same request again and again, and costs
 * as little of the machine as it can: what is measured is the server.
 */
final class KeptHttps implements AutoCloseable {
  private final SSLSocket socket;
  private final InputStream in;
  private final byte[] request;

  /** Connects, to send an empty POST to {@code path}. */
  KeptHttps(ServerAddress server, SSLContext tls, String path) throws IOException {
    this.socket =
        (SSLSocket) tls.getSocketFactory().createSocket(server.host(), server.httpsPort());
    this.in = new BufferedInputStream(socket.getInputStream());
    this.request =
        "POST %s HTTP/1.1\r\nhost: %s:%d\r\ncontent-length: 0\r\n\r\n"
            .formatted(path, server.host(), server.httpsPort())
            .getBytes(US_ASCII);
  }

  /** Sends it, reads all of the answer, and returns its status. */
  int ask() throws IOException {
    socket.getOutputStream().write(request);
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    in.skipNBytes(length);
    return status;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
