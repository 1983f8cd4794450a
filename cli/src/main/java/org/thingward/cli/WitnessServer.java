package org.thingward.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.thingward.verify.log.AddCheckpoint;
import org.thingward.verify.witness.Witness;

/**
 * A witness behind HTTP. It speaks no TLS: what it is sent is public and signed, and so is what it
 * answers; whoever wants TLS puts a proxy before it.
 */
final class WitnessServer implements AutoCloseable {
  private static final int BACKLOG = 64;
  private static final int THREADS = 16;

  private final Witness witness;
  private final Consumer<String> failures;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  static {
    // Read once by the JDK's server: seconds for a request, idle and open connections at most.
    setIfAbsent("sun.net.httpserver.maxReqTime", "10");
    setIfAbsent("sun.net.httpserver.maxRspTime", "10");
    setIfAbsent("jdk.httpserver.maxConnections", "256");
  }

  private WitnessServer(Witness witness, InetSocketAddress address, Consumer<String> failures)
      throws IOException {
    this.witness = witness;
    this.failures = failures;
    this.server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Starts to listen.
   *
   * @param witness not closed with the server
   * @param failures is told of what the operator has to mend
   * @throws IOException if the address cannot be had
   */
  static WitnessServer start(Witness witness, InetSocketAddress address, Consumer<String> failures)
      throws IOException {
    WitnessServer started = new WitnessServer(witness, address, failures);
    started.server.start();
    return started;
  }

  /** The port it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Witness.Answer answer = answer(exchange);
      byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private Witness.Answer answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().endsWith("/add-checkpoint")) {
      return plain(404, "a witness answers POST add-checkpoint and nothing else");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return plain(405, "add-checkpoint takes POST");
    }
    byte[] body;
    try (InputStream in = exchange.getRequestBody()) {
      body = in.readNBytes(AddCheckpoint.MAX_BYTES + 1);
    }
    if (body.length > AddCheckpoint.MAX_BYTES) {
      return plain(413, "a request has at most " + AddCheckpoint.MAX_BYTES + " bytes");
    }
    try {
      return witness.addCheckpoint(body);
    } catch (IOException e) {
      failures.accept("nothing is cosigned: " + e);
      return plain(500, "the witness cannot store what it has seen; its operator is told");
    }
  }

  private static Witness.Answer plain(int status, String text) {
    return new Witness.Answer(status, "text/plain; charset=utf-8", text + "\n");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
