package org.thingward.gateway;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.thingward.platform.Time;

/** The budget of TLS handshakes under way, of all and of each address (rule G11). */
final class Handshakes {
  private static final int MAX_ADDRESSES = 65_536;

  private final Limits limits;
  private final Time time;
  private final AtomicInteger underWay = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Address> addresses = new ConcurrentHashMap<>();

  /** What one address does: handshakes under way, and its pace. */
  private static final class Address {
    private final Throttle pace;
    private int underWay;
    private long lastSeen;

    Address(Throttle pace) {
      this.pace = pace;
    }
  }

  Handshakes(Limits limits, Time time) {
    this.limits = limits;
    this.time = time;
  }

  /** Begins one, and gives what ends it, once; empty if the budget is used up. */
  Optional<Runnable> begin(InetAddress from) {
    if (underWay.incrementAndGet() > limits.handshakes() || !count(from)) {
      underWay.decrementAndGet();
      return Optional.empty();
    }
    AtomicBoolean over = new AtomicBoolean();
    return Optional.of(() -> {
      if (over.compareAndSet(false, true)) {
        underWay.decrementAndGet();
        uncount(from);
      }
    });
  }

  private boolean count(InetAddress from) {
    long now = time.nanos();
    if (addresses.size() > MAX_ADDRESSES) {
      addresses
          .values()
          .removeIf(idle -> idle.underWay == 0 && now - idle.lastSeen > 1_000_000_000L);
    }
    boolean[] taken = new boolean[1];
    addresses.compute(
        from,
        (key, known) -> {
          Address address =
              known == null ? new Address(new Throttle(limits.connectsPerSecond(), now)) : known;
          address.lastSeen = now;
          taken[0] = address.underWay < limits.handshakesPerAddress() && address.pace.tryTake(now);
          address.underWay += taken[0] ? 1 : 0;
          return address;
        });
    return taken[0];
  }

  private void uncount(InetAddress from) {
    addresses.computeIfPresent(
        from,
        (key, address) -> {
          address.underWay--;
          return address;
        });
  }
}
