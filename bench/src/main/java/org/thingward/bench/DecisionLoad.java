package org.thingward.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.thingward.device.ClientTls;
import org.thingward.device.DeviceKey;
import org.thingward.device.EstClient;
import org.thingward.device.ServerAddress;
import org.thingward.operator.Operator;
import org.thingward.trust.Subject;

/**
 * Devices that ask for a nonce over mutual TLS, again and again, at a steady rate over all of them:
 * the request that costs least and is decided, recorded and told like any other.
 */
final class DecisionLoad {
  private static final String PATH = "/.well-known/thingward/attestation/nonce";
  private static final int DEVICES = 64;

  private final ServerAddress server;
  private final List<SSLContext> devices = new ArrayList<>();

  /** Enrols the devices, who must be registered: {@code device-000000} and those after it. */
  DecisionLoad(ServerAddress server, Operator operator) {
    this.server = server;
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < DEVICES; i++) {
      String name = "device-%06d".formatted(i);
      var token = operator.createToken(Subject.device(name), Duration.ofHours(1));
      try (EstClient est = new EstClient(server, token.authority())) {
        var credential = est.enrol(token, DeviceKey.generate(random), name);
        devices.add(ClientTls.of(credential).forHttps());
      }
    }
  }

  /**
   * Asks for so many a second, each device one after the other, or for as many as are answered.
   *
   * @return how many were answered
   */
  long run(int rate, int seconds) throws InterruptedException {
    AtomicLong answered = new AtomicLong();
    AtomicLong left = new AtomicLong((long) rate * seconds);
    Semaphore due = new Semaphore(0);
    List<Thread> threads =
        devices.stream()
            .map(device -> Thread.ofVirtual().start(() -> asks(device, due, left, answered)))
            .toList();
    long start = System.nanoTime();
    for (long released = 0; released < (long) rate * seconds; ) {
      long now = (System.nanoTime() - start) * rate / 1_000_000_000L;
      int more = (int) Math.min(now, (long) rate * seconds) - (int) released;
      due.release(more);
      released += more;
      LockSupport.parkNanos(1_000_000);
    }
    due.release(devices.size());
    for (Thread thread : threads) {
      thread.join();
    }
    return answered.get();
  }

  private void asks(SSLContext device, Semaphore due, AtomicLong left, AtomicLong answered) {
    try (KeptHttps connection = new KeptHttps(server, device, PATH)) {
      due.acquire();
      while (left.getAndDecrement() > 0) {
        if (connection.ask() == 200) {
          answered.incrementAndGet();
        }
        due.acquire();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
