package org.thingward.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Stands between gateway and broker and spoils what the broker says: what a defect would do. */
final class LossyRelay implements AutoCloseable {
  private final ServerSocket listener;
  private final int brokerPort;
  private final UnaryOperator<byte[]> fromBroker;

  /**
   * A relay to the broker at that port.
   *
   * @param fromBroker what becomes of each packet of the broker; an empty one is lost
   */
  LossyRelay(int brokerPort, UnaryOperator<byte[]> fromBroker) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.brokerPort = brokerPort;
    this.fromBroker = fromBroker;
    Thread.ofVirtual().start(this::accept);
  }

  Upstream upstream() {
    return new Upstream(
        "127.0.0.1", listener.getLocalPort(), false, Optional.empty(), Optional.empty());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        RawClient gateway = RawClient.accept(listener);
        RawClient broker = RawClient.plain(brokerPort);
        Thread.ofVirtual().start(() -> pass(gateway, broker, packet -> packet));
        Thread.ofVirtual().start(() -> pass(broker, gateway, fromBroker));
      } catch (IllegalStateException closed) {
        return;
      }
    }
  }

  private static void pass(RawClient from, RawClient to, UnaryOperator<byte[]> change) {
    for (byte[] packet = from.nextBytes(); packet.length > 0; packet = from.nextBytes()) {
      to.trySend(change.apply(packet));
    }
    to.close();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
