package org.thingward.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The real mosquitto_pub and mosquitto_sub, over mutual TLS. */
final class Clients {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Path identity;
  private final int port;

  /**
   * Clients with one identity.
   *
   * @param identity a folder with root.pem, cert.pem and key.pem
   */
  Clients(Path identity, int port) {
    this.identity = identity;
    this.port = port;
  }

  /** A run of a client. */
  record Result(int exit, String output) {}

  Result publish(String version, String id, String... arguments) {
    return finish(start("mosquitto_pub", version, id, arguments));
  }

  Process subscribe(String version, String id, String... arguments) {
    return start("mosquitto_sub", version, id, arguments);
  }

  private Process start(String program, String version, String id, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "stdbuf",
                "-oL",
                program,
                "-V",
                version,
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-i",
                id,
                "--cafile",
                identity.resolve("root.pem").toString(),
                "--cert",
                identity.resolve("cert.pem").toString(),
                "--key",
                identity.resolve("key.pem").toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      // Ends the wait for a line that never comes.
      CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      return process;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Result finish(Process process) {
    try {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the client does not end");
      }
      return new Result(process.exitValue(), new String(process.getInputStream().readAllBytes()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
