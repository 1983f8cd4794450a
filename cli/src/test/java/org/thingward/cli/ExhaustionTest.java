package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.MqttSession;
import org.thingward.device.ServerAddress;
import org.thingward.device.ServerUnreachable;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;

/**
 * Connections by the hundred, and no file descriptor left: who is in stays in, others come after.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExhaustionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ServerUnderFaults house;
  private ServerAddress address;

  @BeforeAll
  void start(@TempDir Path folder) {
    house = new ServerUnderFaults(folder.resolve("data"));
    address = house.running().process().folder().devices();
  }

  @AfterAll
  void stop() {
    if (house != null) {
      house.close();
    }
  }

  @Test
  void G11_a_flood_of_handshakes_from_one_address_keeps_nobody_else_out() throws IOException {
    Subject steady = house.enrolled(Subject.device("steady-1"));
    List<Socket> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 700; i++) {
        flood.add(connection("127.0.0.2", address.mqttPort()));
      }
      assertThat(house.comesIn(steady)).as("from another address it comes in meanwhile").isTrue();
      assertThat(Patience.untilTrue(Duration.ofSeconds(5), () -> ended(flood) >= 700 - 512))
          .as("what is over the budget of an address is closed at once")
          .isTrue();
      assertThat(ended(flood)).as("and what is within it is not").isLessThan(700);
      assertThat(Patience.untilTrue(Duration.ofSeconds(30), () -> ended(flood) == 700))
          .as("a handshake that never comes ends")
          .isTrue();
    } finally {
      close(flood);
    }
  }

  @Test
  void without_a_free_file_descriptor_sessions_go_on_and_with_some_all_is_as_before()
      throws IOException {
    Subject inside = house.enrolled(Subject.device("inside-1"));
    Subject outside = house.enrolled(Subject.device("outside-1"));
    MqttSession live = house.open(inside);
    assertThat(live.publishAcknowledged("t/inside-1/x", "before")).isLessThan(0x80);
    long before = limit();
    List<Socket> crowd = new ArrayList<>();
    limitTo(openFiles() + 10);
    try {
      for (int i = 0; i < 100; i++) {
        crowd.add(connection("127.0.0.3", address.mqttPort()));
      }
      assertThat(house.comesIn(outside)).as("there is no descriptor for it").isFalse();
      for (int i = 0; i < 20; i++) {
        assertThat(live.publishAcknowledged("t/inside-1/x", "without")).isLessThan(0x80);
      }
    } finally {
      limitTo(before);
      close(crowd);
    }
    assertThat(Patience.untilTrue(PATIENCE, () -> house.comesIn(outside) && operatorsAreAnswered()))
        .as("it comes in, and operators are answered, without a restart")
        .isTrue();
    assertThat(live.isOpen()).isTrue();
    CommandLineRun verified =
        CommandLineRun.of("verify", house.running().process().folder().publicLog().toString());
    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
  }

  private boolean operatorsAreAnswered() {
    try {
      return house.operator().list("/devices", Map.of(), 10) != null;
    } catch (OperatorProblem | ServerUnreachable notYet) {
      return false;
    }
  }

  private static Socket connection(String from, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return socket;
  }

  /** How many of them the other side has ended. */
  private static long ended(List<Socket> sockets) {
    return sockets.stream().filter(ExhaustionTest::hasEnded).count();
  }

  private static boolean hasEnded(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (IOException ended) {
      return true;
    }
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(proc("fd"))) {
      return files.count();
    }
  }

  private long limit() throws IOException {
    try (Stream<String> lines = Files.lines(proc("limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> Long.parseLong(line.split("\\s{2,}")[1]))
          .findFirst()
          .orElseThrow();
    }
  }

  private void limitTo(long files) {
    ServerUnderFaults.run(
        List.of(
            "prlimit", "--pid", Long.toString(house.process().pid()), "--nofile=" + files + ":"));
  }

  private Path proc(String what) {
    return Path.of("/proc", Long.toString(house.process().pid()), what);
  }
}
