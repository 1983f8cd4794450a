package org.thingward.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    return start(folder, List.of("allow_anonymous true"));
  }

  /** One that speaks TLS with the certificate in {@code keys}, to this user only. */
  static Mosquitto startWithTls(Path folder, Path keys, String user, String password) {
    try {
      Path users = Files.writeString(folder.resolve("users"), user + ":" + password + "\n");
      Process hash = new ProcessBuilder("mosquitto_passwd", "-U", users.toString()).start();
      hash.waitFor(60, TimeUnit.SECONDS);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return start(
        folder,
        List.of(
            "user root",
            "certfile " + keys.resolve("cert.pem"),
            "keyfile " + keys.resolve("key.pem"),
            "password_file " + folder.resolve("users"),
            "allow_anonymous false"));
  }

  private static Mosquitto start(Path folder, List<String> more) {
    try {
      int port = freePort();
      Path configuration = folder.resolve("mosquitto.conf");
      List<String> lines = new ArrayList<>(List.of("listener " + port + " 127.0.0.1"));
      lines.addAll(
          List.of("set_tcp_nodelay true", "max_inflight_messages 0", "max_queued_messages 0"));
      lines.addAll(more);
      Files.write(configuration, lines);
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
      process.waitFor(60, TimeUnit.SECONDS);
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
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
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
