package org.thingward.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A device on a plain socket: an MQTT 5 session over mutual TLS that waits for its end. */
final class TlsDevice implements AutoCloseable {
  private static final int DISCONNECT = 0xE0;

  private final SSLSocket socket;
  private final InputStream in;

  /** Connects, and returns once it was let in. */
  TlsDevice(SSLContext context, String name, int port) throws IOException {
    socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
    byte[] id = name.getBytes(StandardCharsets.UTF_8);
    byte[] head = {0x10, (byte) (13 + id.length), 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0};
    socket.getOutputStream().write(head);
    socket.getOutputStream().write(new byte[] {0, (byte) id.length});
    socket.getOutputStream().write(id);
    in = socket.getInputStream();
    byte[] answer = in.readNBytes(4);
    if (answer.length < 4 || answer[0] != 0x20 || answer[3] != 0) {
      throw new IllegalStateException(name + " was not let in");
    }
    in.skipNBytes(answer[1] - 2);
  }

  static SSLContext context(BenchPki pki, BenchPki.Holder holder) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", holder.key(), new char[0], new Certificate[] {holder.certificate()});
    own.setCertificateEntry("root", pki.root());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(own);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** Waits for DISCONNECT; the moment it was read, by {@link System#nanoTime}. */
  long awaitCut() throws IOException {
    int read = in.read();
    long now = System.nanoTime();
    if (read != DISCONNECT) {
      throw new IllegalStateException("no DISCONNECT came");
    }
    return now;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
