package org.thingward.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.thingward.platform.Time;

/**
 * The budget of TLS handshakes under way, of all and of each address (rule G11). A quarter of it is
 * kept for addresses from which somebody proved an identity within the last day, so that a flood of
 * strangers does not shut out devices that are known.
 */
final class Handshakes {
  private static final int MAX_ADDRESSES = 65_536;
  private static final int RESERVED_ONE_IN = 4;
  private static final long KNOWN_FOR = Duration.ofDays(1).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int NETWORK_BYTES_6 = 8;

  private final Limits limits;
  private final Time time;
  private final int forStrangers;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong sweptAt;
  private final ConcurrentHashMap<InetAddress, Address> addresses = new ConcurrentHashMap<>();

  /** What one address does: handshakes under way, its pace, and whether it is known. */
  private static final class Address {
    private final Throttle pace;
    private int underWay;
    private long lastSeen;
    private boolean proved;
    private long provedAt;

    Address(Throttle pace) {
      this.pace = pace;
    }

    boolean isKnown(long now) {
      return proved && now - provedAt < KNOWN_FOR;
    }
  }

  /** One handshake under way; the first to say how it ended is heard. */
  final class Handshake {
    private final InetAddress from;
    private final AtomicBoolean over = new AtomicBoolean();

    private Handshake(InetAddress from) {
      this.from = from;
    }

    /** The client proved an identity by a certificate that verifies. */
    void proved() {
      if (over.compareAndSet(false, true)) {
        end(from, true);
      }
    }

    /** It came to nothing. */
    void failed() {
      if (over.compareAndSet(false, true)) {
        end(from, false);
      }
    }
  }

  Handshakes(Limits limits, Time time) {
    this.limits = limits;
    this.time = time;
    this.forStrangers = limits.handshakes() - limits.handshakes() / RESERVED_ONE_IN;
    this.sweptAt = new AtomicLong(time.nanos());
  }

  /** Begins one; empty if the budget is used up. */
  Optional<Handshake> begin(InetAddress address) {
    InetAddress from = network(address);
    int now = underWay.incrementAndGet();
    if (now > limits.handshakes() || !count(from, now > forStrangers)) {
      underWay.decrementAndGet();
      return Optional.empty();
    }
    return Optional.of(new Handshake(from));
  }

  private boolean count(InetAddress from, boolean knownOnly) {
    long now = time.nanos();
    sweep(now);
    boolean[] taken = new boolean[1];
    addresses.compute(
        from,
        (key, present) -> {
          if (present == null && (knownOnly || addresses.size() >= MAX_ADDRESSES)) {
            return null;
          }
          Address address =
              present == null
                  ? new Address(new Throttle(limits.connectsPerSecond(), now))
                  : present;
          address.lastSeen = now;
          taken[0] =
              (!knownOnly || address.isKnown(now))
                  && address.underWay < limits.handshakesPerAddress()
                  && address.pace.tryTake(now);
          address.underWay += taken[0] ? 1 : 0;
          return address;
        });
    return taken[0];
  }

  /** Forgets strangers that are gone, at most once a second, and only when there are many. */
  private void sweep(long now) {
    long last = sweptAt.get();
    if (addresses.size() >= MAX_ADDRESSES / 2
        && now - last > SECOND
        && sweptAt.compareAndSet(last, now)) {
      addresses
          .values()
          .removeIf(
              idle -> idle.underWay == 0 && now - idle.lastSeen > SECOND && !idle.isKnown(now));
    }
  }

  private void end(InetAddress from, boolean proved) {
    underWay.decrementAndGet();
    addresses.computeIfPresent(
        from,
        (key, address) -> {
          address.underWay--;
          if (proved) {
            address.proved = true;
            address.provedAt = time.nanos();
          }
          return address;
        });
  }

  /** Of IPv6 the network of 64 bits, which is what one subscriber has at least. */
  private static InetAddress network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, NETWORK_BYTES_6, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
