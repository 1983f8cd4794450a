package org.thingward.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The server as it is packaged, in a process of its own, without a broker, on loopback. */
final class PackagedServer implements AutoCloseable {
  private static final Path TARGET = Path.of("server/target").toAbsolutePath();

  private final Process process;

  /**
   * Starts it.
   *
   * @param data its data directory
   * @param device where devices reach it; 0 for any free port
   * @param operator where operators do; 0 for any free port
   * @param options for its Java
   */
  PackagedServer(Path data, int device, int operator, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.add("-Dthingward.home=" + Path.of("").toAbsolutePath());
    command.addAll(List.of("-cp", packaged() + ":" + TARGET.resolve("lib") + "/*"));
    command.add("org.thingward.app.ThingwardServer");
    command.addAll(List.of("--data", data.toString(), "--listen", "127.0.0.1"));
    command.addAll(List.of("--https-port", String.valueOf(device)));
    command.addAll(List.of("--operator-port", String.valueOf(operator), "--mqtt-port", "0"));
    this.process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
  }

  private static Path packaged() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files
          .filter(file -> file.getFileName().toString().matches("server-[0-9.]+\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("the server is not packaged"));
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
