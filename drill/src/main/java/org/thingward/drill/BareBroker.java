package org.thingward.drill;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A broker that takes everybody and does nothing with them: whom a gateway does not let through
 * never gets here, and more is not needed to see that.
 */
final class BareBroker implements AutoCloseable {
  /** CONNACK of MQTT 5: no session, success, no properties. */
  private static final byte[] WELCOME = {0x20, 3, 0, 0, 0};

  private final ServerSocket listener;

  private BareBroker(ServerSocket listener) {
    this.listener = listener;
  }

  /** One on a free port, for this machine alone. */
  static BareBroker open() throws IOException {
    BareBroker broker = new BareBroker(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("bare-broker").start(broker::accept);
    return broker;
  }

  /** Its address, as a server's setting. */
  String url() {
    return "mqtt://127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> welcome(client));
      }
    } catch (IOException closed) {
      // By us, when the drill is over.
    }
  }

  private static void welcome(Socket client) {
    try (client;
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream()) {
      if (in.read() >= 0) {
        out.write(WELCOME);
        long unused = in.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException ended) {
      // It is the other end's to say how long it stays.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
