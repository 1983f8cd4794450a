package org.thingward.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real mosquitto, on a free loopback port. */
final class Mosquitto implements AutoCloseable {
  private final Process process;
  private final int port;

  private Mosquitto(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Mosquitto start(Path folder) {
    try {
      int port = freePort();
      Path configuration = folder.resolve("mosquitto.conf");
      Files.write(
          configuration,
          List.of(
              "listener " + port + " 127.0.0.1",
              "allow_anonymous true",
              "set_tcp_nodelay true",
              "max_inflight_messages 0",
              "max_queued_messages 0"));
      Process process =
          new ProcessBuilder(program(), "-c", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("mosquitto.log").toFile())
              .start();
      awaitPort(process, port);
      return new Mosquitto(process, port);
    } catch (IOException e) {
      throw new IllegalStateException("mosquitto does not start", e);
    }
  }

  Upstream upstream() {
    return new Upstream("127.0.0.1", port, false, Optional.empty(), Optional.empty());
  }

  int port() {
    return port;
  }

  /** Stops it, as if it had crashed. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static String program() {
    return Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto")
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElse("mosquitto");
  }

  static void awaitPort(Process process, int port) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try (Socket probe = new Socket()) {
        probe.connect(new InetSocketAddress("127.0.0.1", port), 200);
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }
}
