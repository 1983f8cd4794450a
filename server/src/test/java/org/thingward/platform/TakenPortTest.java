package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class TakenPortTest {
  @Test
  void a_taken_port_says_by_which_process_and_what_to_do() throws IOException {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = new InetSocketAddress("0.0.0.0", holder.getLocalPort());
      assertThatThrownBy(() -> TakenPort.refuse(address, "Give --mqtt-port another one."))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "port %d is taken by process %d (java). Give --mqtt-port another one."
                  .formatted(holder.getLocalPort(), ProcessHandle.current().pid()));
    }
  }

  @Test
  void a_free_port_is_free_again_afterwards() throws IOException {
    int port;
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = holder.getLocalPort();
    }
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    TakenPort.refuse(address, "never said");
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }
}
