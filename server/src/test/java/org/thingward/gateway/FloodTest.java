package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Time;

/** Strangers that open connections and say nothing, and what is left for others. */
class FloodTest extends OverMosquitto {
  private static final Limits FEW = Limits.defaults().withHandshakes(8, 4);
  private static final String HOME = "127.0.0.10";

  @Test
  void G11_a_known_device_gets_in_while_strangers_flood() throws IOException {
    List<Socket> flood = new ArrayList<>();
    try (House small = new House(broker.upstream(), FEW)) {
      TestPki.Holder known = small.device("known");
      TestPki.Holder unknown = small.device("unknown");
      enter(small, known, HOME, "known");
      int let = 0;
      for (int i = 0; i < 40; i++) {
        Socket stranger = silent(small.port, "127.0.0." + (20 + i));
        flood.add(stranger);
        let += isOpen(stranger) ? 1 : 0;
      }
      assertThat(let).as("strangers with a handshake under way").isEqualTo(6);
      assertThatThrownBy(() -> enter(small, unknown, "127.0.0.11", "unknown"))
          .as("one that was never here is a stranger too")
          .isInstanceOf(IllegalStateException.class);
      enter(small, known, HOME, "known");
      enter(small, unknown, HOME, "unknown");
    } finally {
      for (Socket stranger : flood) {
        stranger.close();
      }
    }
  }

  @Test
  void G11_one_address_has_so_many_handshakes_under_way_and_no_more() throws IOException {
    List<Socket> flood = new ArrayList<>();
    try (House small = new House(broker.upstream(), FEW)) {
      int let = 0;
      for (int i = 0; i < 10; i++) {
        Socket stranger = silent(small.port, "127.0.0.20");
        flood.add(stranger);
        let += isOpen(stranger) ? 1 : 0;
      }
      assertThat(let).isEqualTo(4);
      enter(small, small.device("other"), "127.0.0.11", "other");
    } finally {
      for (Socket stranger : flood) {
        stranger.close();
      }
    }
  }

  @Test
  void G11_handshakes_that_end_give_their_place_back() throws IOException {
    try (House small = new House(broker.upstream(), FEW)) {
      TestPki.Holder device = small.device("often");
      for (int i = 0; i < 20; i++) {
        enter(small, device, HOME, "often");
        silent(small.port, HOME).close();
      }
      enter(small, device, HOME, "often");
    }
  }

  @Test
  void G11_the_reserve_is_kept_for_a_day() throws IOException {
    AtomicLong nanos = new AtomicLong();
    Handshakes budget = new Handshakes(FEW, at(nanos));
    InetAddress known = InetAddress.getByName("2001:db8::1");
    budget.begin(known).orElseThrow().proved();
    for (int i = 0; i < 6; i++) {
      assertThat(budget.begin(InetAddress.getByName("192.0.2." + i))).isPresent();
    }
    assertThat(budget.begin(InetAddress.getByName("192.0.2.9"))).isEmpty();
    InetAddress sameNetwork = InetAddress.getByName("2001:db8::ffff:2");
    Optional<Handshakes.Handshake> second = budget.begin(sameNetwork);
    assertThat(second).isPresent();
    second.orElseThrow().failed();
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    assertThat(budget.begin(known)).as("forgotten after a day").isEmpty();
  }

  @Test
  void G11_an_address_keeps_a_pace() throws IOException {
    AtomicLong nanos = new AtomicLong();
    Handshakes budget = new Handshakes(Limits.defaults(), at(nanos));
    InetAddress address = InetAddress.getByName("192.0.2.1");
    int let = 0;
    for (int i = 0; i < 5_000; i++) {
      Optional<Handshakes.Handshake> one = budget.begin(address);
      one.ifPresent(Handshakes.Handshake::failed);
      let += one.isPresent() ? 1 : 0;
    }
    assertThat(let).isEqualTo(Limits.defaults().connectsPerSecond());
    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(budget.begin(address)).isPresent();
  }

  @Test
  void G11_a_connect_has_5_seconds_and_8_KiB() {
    assertThat(Limits.defaults().connectWithin()).isEqualTo(Duration.ofSeconds(5));
    assertThat(Limits.defaults().connectBytes()).isEqualTo(8 * 1024);
  }

  private static void enter(House house, TestPki.Holder holder, String from, String name) {
    try (RawClient client = RawClient.open(house.pki.context(holder), house.port, from)) {
      client.connect5(name).ping();
    }
  }

  private static Socket silent(int port, String from) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0);
  }

  /** Whether the gateway keeps this connection: one that is refused is closed at once. */
  private static boolean isOpen(Socket socket) throws IOException {
    socket.setSoTimeout(150);
    try {
      return socket.getInputStream().read() >= 0;
    } catch (java.net.SocketTimeoutException kept) {
      return true;
    } catch (java.net.SocketException reset) {
      return false;
    }
  }

  private static Time at(AtomicLong nanos) {
    return new Time() {
      @Override
      public Instant now() {
        return Instant.EPOCH.plusNanos(nanos.get());
      }

      @Override
      public long nanos() {
        return nanos.get();
      }
    };
  }
}
