package org.thingward.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks for paths by GET over TLS, each connection one after the other and again and again, and
 * prints how many were answered with 200 within the time, after a fifth of it that does not count.
 *
 * <p>{@code HttpsLoad PORT FILE CONNECTIONS SECONDS}: the file has a path a line.
 */
public final class HttpsLoad {
  private HttpsLoad() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    List<byte[]> requests =
        Files.readAllLines(Path.of(arguments[1])).stream().map(HttpsConnection::get).toList();
    int connections = Integer.parseInt(arguments[2]);
    long second = 1_000_000_000L;
    long measured = Integer.parseInt(arguments[3]) * second;
    long from = System.nanoTime() + measured / 5;
    AtomicLong answered = new AtomicLong();
    Thread[] threads = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      int first = i * requests.size() / connections;
      threads[i] =
          Thread.ofPlatform()
              .start(() -> answered.addAndGet(ask(port, requests, first, from, from + measured)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println(answered.get());
  }

  private static long ask(int port, List<byte[]> requests, int first, long from, long until) {
    long count = 0;
    try (HttpsConnection server = new HttpsConnection(AnyServer.context(), port)) {
      for (int i = first; System.nanoTime() < until; i++) {
        HttpsConnection.Answer answer = server.ask(requests.get(i % requests.size()));
        if (answer.status() != 200) {
          throw new IOException("answered " + answer.status());
        }
        count += System.nanoTime() >= from ? 1 : 0;
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
