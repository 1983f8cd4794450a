package org.thingward.drill;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A bare connection to a listener, on which the attacker says what it likes. */
final class Wire implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final Socket socket;

  private Wire(Socket socket) {
    this.socket = socket;
  }

  /** Connects by TCP and says nothing. */
  static Wire plain(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      return new Wire(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects and shakes hands by TLS. */
  static Wire tls(SSLContext tls, String host, int port) throws IOException {
    Wire below = plain(host, port);
    below.socket.setSoTimeout(CONNECT_MILLIS);
    return new Wire(tls.getSocketFactory().createSocket(below.socket, host, port, true));
  }

  /** Sends; false if the other end has closed already. */
  boolean say(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /**
   * Waits until the other end closes, reading whatever it says.
   *
   * @return the first bytes that it said, or empty if it did not close in time
   */
  Optional<byte[]> closedWithin(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    byte[] first = new byte[0];
    byte[] buffer = new byte[512];
    try {
      for (long left = patience.toMillis();
          left > 0;
          left = (end - System.nanoTime()) / 1_000_000) {
        socket.setSoTimeout((int) Math.max(1, left));
        int read = socket.getInputStream().read(buffer);
        if (read < 0) {
          return Optional.of(first);
        }
        first = first.length == 0 ? Arrays.copyOf(buffer, read) : first;
      }
      return Optional.empty();
    } catch (SocketTimeoutException stillOpen) {
      return Optional.empty();
    } catch (IOException reset) {
      return Optional.of(first);
    }
  }

  /** The first bytes that the other end says; none if it says nothing in time, or closes. */
  byte[] firstAnswer(Duration patience) {
    byte[] buffer = new byte[512];
    try {
      socket.setSoTimeout((int) patience.toMillis());
      int read = socket.getInputStream().read(buffer);
      return read < 0 ? new byte[0] : Arrays.copyOf(buffer, read);
    } catch (IOException silentOrReset) {
      return new byte[0];
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // It is closed: what was wanted.
    }
  }
}
