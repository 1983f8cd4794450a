package org.thingward.gateway;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.thingward.trust.Subject;

/**
 * A device that publishes numbers, one after another, at QoS 1 or 2, comes back whenever it is cut,
 * and sends again what was not acknowledged, as MQTT 5 §4.4 has it.
 */
final class Publisher implements Runnable {
  private static final long PAUSE_NANOS =
      Boolean.getBoolean("thingward.long") ? 100_000_000 : 20_000_000;

  final Subject subject;
  final int qos;

  /** The last number that was acknowledged. */
  final AtomicLong acknowledged = new AtomicLong();

  /** How often a fall of it was told on the wire. */
  final AtomicLong cuts = new AtomicLong();

  private final House house;
  private final TestPki.Holder holder;
  private final Queue<String> faults;
  private volatile boolean enough;
  private boolean received;

  Publisher(House house, String name, int qos, Queue<String> faults) {
    this.house = house;
    this.subject = Subject.device(name);
    this.holder = house.device(name);
    this.qos = qos;
    this.faults = faults;
  }

  /** Ends after the number that is under way. */
  void finish() {
    enough = true;
  }

  @Override
  public void run() {
    try {
      while (!enough) {
        try (RawClient client = connected()) {
          speak(client);
        }
      }
    } catch (RuntimeException | AssertionError e) {
      faults.add(subject + " failed: " + e);
    }
  }

  private RawClient connected() {
    while (true) {
      RawClient client = house.raw(holder);
      client.send(RawClient.connect(5, 0, 600, subject.name(), "1100000e10", ""));
      byte[] connack = client.nextBytes();
      if (connack.length > 3 && connack[0] == 0x20 && connack[3 + (connack[1] < 0 ? 1 : 0)] == 0) {
        return client;
      }
      client.close();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Until it is cut or has said enough. */
  private void speak(RawClient client) {
    boolean again = true;
    while (!enough || received) {
      long number = acknowledged.get() + 1;
      int id = (int) (number % 0xFFFF) + 1;
      if (!received) {
        byte[] packet =
            RawClient.publish(5, qos, id, "t/" + subject.name() + "/n", "", Long.toString(number));
        packet[0] |= (byte) (again ? 8 : 0);
        client.trySend(packet);
      } else {
        client.trySend(new byte[] {0x62, 2, (byte) (id >> 8), (byte) id});
      }
      again = false;
      if (!complete(client, id)) {
        cuts.incrementAndGet();
        return;
      }
      acknowledged.set(number);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    client.trySend(new byte[] {(byte) 0xe0, 0});
  }

  /** Reads to the end of the hand-shake; false if the connection ended before. */
  private boolean complete(RawClient client, int id) {
    while (true) {
      byte[] packet = client.nextBytes();
      int type = packet.length == 0 ? 0 : packet[0] & 0xF0;
      if (type == 0) {
        return false;
      }
      if (type == 0xe0) {
        continue;
      }
      int code = packet.length > 4 ? packet[4] & 0xFF : 0;
      if (type == 0x50 && code < 0x80) {
        received = true;
        client.trySend(new byte[] {0x62, 2, (byte) (id >> 8), (byte) id});
      } else if (type == 0x40 && code < 0x80 || type == 0x70) {
        received = false;
        return true;
      } else {
        faults.add(subject + " got type " + type + ", code " + code);
        return false;
      }
    }
  }
}
