package org.thingward.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The reference for handshakes: {@code openssl s_server} that demands a client certificate. */
record OpensslServer(Process process, int port) implements AutoCloseable {
  static OpensslServer start(Path keys, Path folder) throws Exception {
    int port = MosquittoProcess.freePort();
    Process process =
        new ProcessBuilder(
                List.of(
                    "openssl",
                    "s_server",
                    "-accept",
                    "127.0.0.1:" + port,
                    "-cert",
                    keys.resolve("cert.pem").toString(),
                    "-key",
                    keys.resolve("key.pem").toString(),
                    "-CAfile",
                    keys.resolve("root.pem").toString(),
                    "-Verify",
                    "1",
                    "-verify_return_error",
                    "-tls1_3",
                    "-groups",
                    "X25519",
                    "-www",
                    "-quiet"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s_server.log").toFile())
            .start();
    MosquittoProcess.awaitPort(process, port);
    return new OpensslServer(process, port);
  }

  Duration cpu() {
    return ChildJava.cpu(process.toHandle());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
