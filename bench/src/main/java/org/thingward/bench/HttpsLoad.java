package org.thingward.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks for paths by GET over TLS, each connection one after the other and again and again, and
 * prints how many were answered with 200 within the time, once all are connected and a fifth of it
 * has passed.
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
    long measured = Integer.parseInt(arguments[3]) * 1_000_000_000L;
    CountDownLatch connected = new CountDownLatch(connections);
    AtomicLong answered = new AtomicLong();
    Thread[] threads = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      int first = i * requests.size() / connections;
      threads[i] =
          Thread.ofPlatform()
              .start(() -> answered.addAndGet(ask(port, requests, first, measured, connected)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println(answered.get());
  }

  private static long ask(
      int port, List<byte[]> requests, int first, long measured, CountDownLatch connected) {
    long count = 0;
    try (HttpsConnection server = new HttpsConnection(AnyServer.context(), port)) {
      server.ask(requests.get(first));
      connected.countDown();
      connected.await();
      long from = System.nanoTime() + measured / 5;
      long until = from + measured;
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
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return count;
    }
  }
}
