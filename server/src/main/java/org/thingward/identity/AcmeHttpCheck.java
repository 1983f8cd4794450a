package org.thingward.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.thingward.platform.Time;

/**
 * The challenge http-01 (RFC 8555 §8.3): who answers for a name publishes what it was told under
 * that name.
 *
 * <p>Anyone with an account makes this server connect somewhere. So it connects to the networks
 * that the operator named and to no others, to the very address that was checked, follows no
 * redirection, and reads little, for a short time, so many at once.
 */
final class AcmeHttpCheck {
  static final String PATH = "/.well-known/acme-challenge/";

  private static final Duration CONNECTED = Duration.ofSeconds(3);
  private static final Duration ANSWERED = Duration.ofSeconds(8);
  private static final int MOST_BYTES = 8 << 10;
  private static final int MOST_ADDRESSES = 4;
  private static final int AT_ONCE = 32;

  private final AcmeSettings settings;
  private final Time time;
  private final Semaphore places = new Semaphore(AT_ONCE);

  AcmeHttpCheck(AcmeSettings settings, Time time) {
    this.settings = settings;
    this.time = time;
  }

  /**
   * Returns if the response is found under that name.
   *
   * @throws AcmeRefused saying why not
   */
  void require(String name, String token, String keyAuthorization) {
    if (!places.tryAcquire()) {
      throw AcmeRefused.rateLimited("Too many names are being looked at.", Duration.ofSeconds(5));
    }
    try {
      List<InetAddress> addresses = addresses(name);
      AcmeRefused failure = null;
      for (InetAddress address : addresses) {
        try {
          requireAnswer(answer(address, name, token), name, keyAuthorization);
          return;
        } catch (AcmeRefused refused) {
          failure = refused;
        }
      }
      throw failure == null ? nowhere(name) : failure;
    } finally {
      places.release();
    }
  }

  private List<InetAddress> addresses(String name) {
    try {
      List<InetAddress> allowed =
          Arrays.stream(settings.resolver().addresses(name))
              .filter(address -> settings.networks().stream().anyMatch(net -> net.has(address)))
              .limit(MOST_ADDRESSES)
              .toList();
      if (allowed.isEmpty()) {
        throw nowhere(name);
      }
      return allowed;
    } catch (UnknownHostException e) {
      throw new AcmeRefused(AcmeError.DNS, "No address is found for " + name + ".");
    }
  }

  private static AcmeRefused nowhere(String name) {
    return new AcmeRefused(
        AcmeError.CONNECTION,
        "No address of "
            + name
            + " is in a network that this server may look into (setting acme-network).");
  }

  /** HTTP/1.0, so that the answer comes in one piece and ends with the connection. */
  private String answer(InetAddress address, String name, String token) {
    try (Socket socket = new Socket()) {
      long end = time.nanos() + ANSWERED.toNanos();
      socket.connect(new InetSocketAddress(address, settings.port()), (int) CONNECTED.toMillis());
      String request =
          "GET %s%s HTTP/1.0\r\nHost: %s\r\nUser-Agent: thingward\r\nConnection: close\r\n\r\n"
              .formatted(PATH, token, name);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return read(socket, end);
    } catch (IOException e) {
      throw new AcmeRefused(
          AcmeError.CONNECTION,
          "Port %d of %s at %s does not answer an HTTP request."
              .formatted(settings.port(), name, address.getHostAddress()));
    }
  }

  private String read(Socket socket, long end) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] part = new byte[1024];
    InputStream in = socket.getInputStream();
    while (all.size() <= MOST_BYTES) {
      long left = Duration.ofNanos(end - time.nanos()).toMillis();
      if (left <= 0) {
        throw new IOException("too slow");
      }
      socket.setSoTimeout((int) left);
      int read = in.read(part);
      if (read < 0) {
        return all.toString(StandardCharsets.ISO_8859_1);
      }
      all.write(part, 0, read);
    }
    throw new IOException("too long");
  }

  /** What the answer says is not told to who asked: it may be none of its business. */
  private static void requireAnswer(String answer, String name, String keyAuthorization) {
    int headers = answer.indexOf("\r\n\r\n");
    String first = answer.substring(0, Math.max(0, answer.indexOf("\r\n")));
    if (headers < 0 || !first.matches("HTTP/1\\.[01] [0-9]{3}( .*)?")) {
      throw incorrect(name + " answers something that is no HTTP/1.");
    }
    String status = first.substring(9, 12);
    if (!status.equals("200")) {
      throw incorrect(
          "%s answers %s where 200 is expected; redirections are not followed."
              .formatted(name, status));
    }
    byte[] body = answer.substring(headers + 4).stripTrailing().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(body, keyAuthorization.getBytes(StandardCharsets.UTF_8))) {
      throw incorrect(name + " answers 200, and not with this account's key authorization.");
    }
  }

  private static AcmeRefused incorrect(String detail) {
    return new AcmeRefused(AcmeError.INCORRECT_RESPONSE, detail);
  }
}
