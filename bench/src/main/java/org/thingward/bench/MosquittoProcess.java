package org.thingward.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The reference: Debian's mosquitto, plain or with mutual TLS. */
record MosquittoProcess(Process process, int port) implements AutoCloseable {
  /** One in the clear on loopback, as a broker behind the gateway. */
  static MosquittoProcess plain(Path folder) throws Exception {
    return start(folder, List.of("allow_anonymous true"));
  }

  /** One that devices speak to directly, with the certificate in {@code keys}. */
  static MosquittoProcess mutualTls(Path folder, Path keys) throws Exception {
    return start(
        folder,
        List.of(
            "user root",
            "cafile " + keys.resolve("root.pem"),
            "certfile " + keys.resolve("cert.pem"),
            "keyfile " + keys.resolve("key.pem"),
            "require_certificate true",
            "use_identity_as_username true",
            "allow_anonymous false"));
  }

  private static MosquittoProcess start(Path folder, List<String> more) throws Exception {
    Files.createDirectories(folder);
    int port = freePort();
    List<String> lines = new ArrayList<>(List.of("listener " + port + " 127.0.0.1"));
    lines.addAll(List.of("set_tcp_nodelay true", "max_inflight_messages 0", "log_type error"));
    lines.addAll(more);
    Path file = Files.write(folder.resolve("mosquitto.conf"), lines);
    String program =
        Files.isExecutable(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
    Process process =
        new ProcessBuilder(program, "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    awaitPort(process, port);
    return new MosquittoProcess(process, port);
  }

  static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  static void awaitPort(Process process, int port) throws Exception {
    for (int i = 0; i < 100 && process.isAlive(); i++) {
      try (Socket probe = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IllegalStateException("the server beside ours does not start");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
