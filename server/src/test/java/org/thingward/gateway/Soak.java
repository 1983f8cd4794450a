package org.thingward.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/**
 * Idle devices, busy ones, and some whose rights go to and fro, while devices of all kinds fall out
 * of trust and come back. Notes every fault: a message lost or repeated, a delivery beyond a right,
 * a fall that the device is not told of.
 */
final class Soak implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BETWEEN_FALLS = 30_000_000;

  private final House house;
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Map<Subject, AtomicLong> replaced = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> collected = new ConcurrentHashMap<>();
  private final List<Idle> idle = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong cuts = new AtomicLong();
  private final AtomicLong withheld = new AtomicLong();
  private final RawClient collector;
  private final int watched;
  private volatile boolean over;

  /** A device that only holds a session. */
  private static final class Idle {
    private final Subject subject;
    private final TestPki.Holder holder;
    private RawClient connection;

    Idle(Subject subject, TestPki.Holder holder, RawClient connection) {
      this.subject = subject;
      this.holder = holder;
      this.connection = connection;
    }
  }

  /** What came of it. */
  record Result(List<String> faults, long published, long cuts, long withheld, HeapTrend heap) {}

  Soak(House house, int idleOnes, int busyOnes, int watchedOnes) {
    this.house = house;
    this.watched = watchedOnes;
    for (int i = 0; i < idleOnes; i++) {
      String name = "idle-" + i;
      TestPki.Holder holder = house.device(name);
      idle.add(new Idle(Subject.device(name), holder, join(holder, name)));
    }
    for (int i = 0; i < busyOnes; i++) {
      publishers.add(new Publisher(house, "busy-" + i, 1 + i % 2, faults));
    }
    // Last, for who waits for something here waits a minute, and thousands take longer to join.
    thread(this::countReplacements);
    collector = house.raw(house.service("collector", List.of(), List.of("t/#")));
    collector.connect5("collector").send(RawClient.subscribe(5, 1, 2, "t/#"));
    collector.nextBytes();
    thread(this::collect);
  }

  private RawClient join(TestPki.Holder holder, String name) {
    RawClient client = house.raw(holder).connect5(name);
    client.send(RawClient.subscribe(5, 1, 1, "c/" + name + "/#"));
    client.nextBytes();
    return client;
  }

  private Thread thread(Runnable task) {
    Thread started =
        Thread.ofVirtual()
            .start(() -> {
              try {
                task.run();
              } catch (RuntimeException | AssertionError e) {
                if (!over) {
                  faults.add("a part of the soak failed: " + e);
                }
              }
            });
    threads.add(started);
    return started;
  }

  Result run(Duration time) {
    List<Thread> busy = publishers.stream().map(this::thread).toList();
    List<Thread> others = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    BooleanSupplier goesOn = () -> System.nanoTime() < end;
    others.add(thread(() -> cutIdle(goesOn)));
    others.add(thread(() -> cutBusy(goesOn)));
    for (int i = 0; i < watched; i++) {
      String name = "watched-" + i;
      others.add(thread(() -> withdraw(name, goesOn)));
    }
    HeapTrend heap = new HeapTrend();
    long step = Math.max(500_000_000L, time.toNanos() / 60);
    while (goesOn.getAsBoolean()) {
      LockSupport.parkNanos(step);
      heap.sample();
    }
    others.forEach(Soak::join);
    publishers.forEach(Publisher::finish);
    busy.forEach(Soak::join);
    expectAllCollected();
    long published = publishers.stream().mapToLong(each -> each.acknowledged.get()).sum();
    return new Result(List.copyOf(faults), published, cuts.get(), withheld.get(), heap);
  }

  /** Ends of grants, by whose they are; keeps the queue short. */
  private void countReplacements() {
    while (!over) {
      GrantEnd end = house.trust.nextEnd();
      if (end.cause() == GrantEnd.Cause.REPLACED) {
        replacements(end.grant().subject()).incrementAndGet();
      }
    }
  }

  private AtomicLong replacements(Subject subject) {
    return replaced.computeIfAbsent(subject, same -> new AtomicLong());
  }

  /** Every number of every publisher once and in order; at QoS 1 one may come again. */
  private void collect() {
    while (true) {
      byte[] packet = collector.nextBytes();
      if (packet.length == 0) {
        return;
      }
      int type = packet[0] & 0xF0;
      if (type == 0x30) {
        int topicLength = packet[3];
        String topic = new String(packet, 4, topicLength, StandardCharsets.UTF_8);
        int qos = packet[0] >> 1 & 3;
        int id = 4 + topicLength;
        int text = id + 3;
        long number =
            Long.parseLong(
                new String(packet, text, packet.length - text, StandardCharsets.US_ASCII));
        note(topic, qos, number);
        byte answer = (byte) (qos == 1 ? 0x40 : 0x50);
        collector.trySend(new byte[] {answer, 2, packet[id], packet[id + 1]});
      } else if (type == 0x60) {
        collector.trySend(new byte[] {0x70, 2, packet[2], packet[3]});
      }
    }
  }

  private void note(String topic, int qos, long number) {
    AtomicLong last = collected.computeIfAbsent(topic, same -> new AtomicLong());
    boolean repeated = qos == 1 && number == last.get();
    if (number != last.get() + 1 && !repeated) {
      faults.add("%s at QoS %d: %d after %d".formatted(topic, qos, number, last.get()));
    }
    last.set(number);
  }

  private void expectAllCollected() {
    await(
        "all that was acknowledged to arrive",
        () ->
            publishers.stream()
                .allMatch(each -> collected(each.subject).get() >= each.acknowledged.get()));
  }

  private AtomicLong collected(Subject device) {
    return collected.getOrDefault("t/" + device.name() + "/n", new AtomicLong());
  }

  /** One idle device after another falls, must hear of it, and comes back. */
  private void cutIdle(BooleanSupplier goesOn) {
    Random random = new Random(1);
    while (goesOn.getAsBoolean()) {
      Idle one = idle.get(random.nextInt(idle.size()));
      house.trust.distrust(one.subject);
      String last = one.connection.next();
      if (!last.startsWith("e0") || !RawClient.CLOSED.equals(one.connection.next())) {
        faults.add(one.subject + " was not cut in order: " + last);
      }
      one.connection.close();
      cuts.incrementAndGet();
      house.device(one.subject.name());
      one.connection = join(one.holder, one.subject.name());
      LockSupport.parkNanos(BETWEEN_FALLS);
    }
  }

  /** One busy device after another falls, must notice, and may come back. */
  private void cutBusy(BooleanSupplier goesOn) {
    Random random = new Random(2);
    while (goesOn.getAsBoolean()) {
      Publisher one = publishers.get(random.nextInt(publishers.size()));
      long moved = one.acknowledged.get();
      await(one.subject + " to go on", () -> one.acknowledged.get() > moved);
      long before = one.cuts.get();
      house.trust.distrust(one.subject);
      await(one.subject + " to be cut", () -> one.cuts.get() > before);
      cuts.incrementAndGet();
      house.device(one.subject.name());
      LockSupport.parkNanos(BETWEEN_FALLS);
    }
  }

  /** A device loses and gets back its right to a topic; what is said meanwhile it must not hear. */
  private void withdraw(String name, BooleanSupplier goesOn) {
    Subject subject = Subject.device(name);
    TestPki.Holder holder = house.device(name);
    TestPki.Holder speaker = house.service("to-" + name, List.of("c/#"), List.of());
    try (RawClient device = join(holder, name);
        RawClient voice = house.raw(speaker).connect5("to-" + name)) {
      for (int round = 1; goesOn.getAsBoolean(); round++) {
        mayReceive(subject, "c/" + name + "/open");
        say(voice, "c/" + name + "/secret", round);
        say(voice, "c/" + name + "/open", round);
        byte[] heard = device.nextBytes();
        String topic = heard.length < 4 ? "" : new String(heard, 4, heard[3]);
        if (!topic.equals("c/" + name + "/open")) {
          faults.add(name + " hears " + topic + " without a right");
        }
        int id = 4 + heard[3];
        device.send(new byte[] {0x40, 2, heard[id], heard[id + 1]});
        withheld.incrementAndGet();
        mayReceive(subject, "c/" + name + "/#");
      }
    }
  }

  private void mayReceive(Subject subject, String filter) {
    long before = replacements(subject).get();
    house.trust.trust(subject, List.of("t/" + subject.name() + "/#"), List.of(filter));
    await(subject + "'s new grant", () -> replacements(subject).get() > before);
  }

  private static void say(RawClient voice, String topic, int round) {
    voice.send(RawClient.publish(5, 1, 1, topic, "", Integer.toString(round)));
    voice.nextBytes();
  }

  private void await(String what, BooleanSupplier comes) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!comes.getAsBoolean()) {
      if (System.nanoTime() > end) {
        faults.add("a minute is not enough for " + what);
        return;
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    over = true;
    idle.forEach(one -> one.connection.close());
    collector.close();
  }
}
