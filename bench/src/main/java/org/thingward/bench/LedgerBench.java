package org.thingward.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * Durable appends to the ledger by many threads, beside the upper bound on the same disk in the
 * same run: a bare file that gathers the same bytes and is forced once a batch.
 *
 * <p>{@code LedgerBench FOLDER [THREADS [SECONDS [BYTES [RATE]]]]}: 4096 threads, 10 seconds, 256
 * bytes, and as fast as possible unless a rate a second is given.
 */
public final class LedgerBench {
  private final int threads;
  private final long seconds;
  private final byte[] content;
  private final double rate;

  private LedgerBench(int threads, long seconds, int bytes, double rate) {
    this.threads = threads;
    this.seconds = seconds;
    this.content = new byte[bytes];
    this.rate = rate;
    Arrays.fill(content, (byte) 'x');
  }

  /** Runs both, prints a line each and their ratio. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    LedgerBench bench =
        new LedgerBench(
            Math.toIntExact(number(arguments, 1, 4_096)),
            number(arguments, 2, 10),
            Math.toIntExact(number(arguments, 3, 256)),
            number(arguments, 4, 0));
    Measured bare = bench.bareFile(folder.resolve("bare"));
    Measured ledger = bench.ledger(folder);
    bench.report(ledger, bare);
  }

  /** Appends a second, and the 99th percentile of the wait for one. */
  private record Measured(double perSecond, double worstMillis) {}

  private void report(Measured ledger, Measured bare) {
    String reference = "group commit into a bare file";
    if (rate > 0) {
      String what = String.format(Locale.ROOT, "ledger append at %,.0f /s asked, p99", rate);
      Figure.once(what, "ms", ledger.worstMillis(), reference, bare.worstMillis(), "≤ 50 ms")
          .print();
    } else {
      String what = "ledger append, durable";
      Figure.once(what, "/s", ledger.perSecond(), reference, bare.perSecond(), "≥ 100,000 /s")
          .print();
    }
  }

  private static long number(String[] arguments, int place, long otherwise) {
    return arguments.length > place ? Long.parseLong(arguments[place]) : otherwise;
  }

  private Measured ledger(Path folder) throws Exception {
    Time time = Time.ofMachine();
    Randomness randomness = new Randomness(time);
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    long started = System.nanoTime();
    TiledLedger ledger = TiledLedger.open(folder.resolve("log"), keys, time, randomness);
    print("opened", started, ledger.size());
    Work append =
        thread -> {
          Subject device = Subject.device("device-" + thread % 10_000);
          return () -> ledger.append(EntryType.DECISION, device, content);
        };
    Measured unused = measure("ledger, warming up", append);
    Measured measured = measure("ledger", append);
    long ended = System.nanoTime();
    ledger.close();
    print("published the rest", ended, ledger.checkpoint().size());
    long again = System.nanoTime();
    try (TiledLedger reopened = TiledLedger.open(folder.resolve("log"), keys, time, randomness)) {
      print("opened again", again, reopened.size());
    }
    return measured;
  }

  private static void print(String what, long since, long entries) {
    double took = (System.nanoTime() - since) / 1e9;
    System.out.printf(Locale.ROOT, "%s: %,d entries after %.2f s%n", what, entries, took);
  }

  private Measured bareFile(Path path) throws Exception {
    try (FileChannel file =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        BareLog log = new BareLog(file, content)) {
      return measure("bare file", thread -> log::append);
    } finally {
      Files.delete(path);
    }
  }

  private interface Work {
    Runnable of(int thread);
  }

  private Measured measure(String name, Work work) throws InterruptedException {
    List<long[]> latencies = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    for (int i = 0; i < threads; i++) {
      Runnable append = work.of(i);
      Samples samples = new Samples(latencies);
      int thread = i;
      running.add(Thread.ofVirtual().start(() -> run(append, samples, thread, start, end)));
    }
    for (Thread thread : running) {
      thread.join();
    }
    double took = (System.nanoTime() - start) / 1e9;
    long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s: %,.0f/s (%,d in %.1f s, %d threads), ack p50 %.1f ms, p99 %.1f ms%n",
        name,
        all.length / took,
        all.length,
        took,
        threads,
        millis(all, 0.5),
        millis(all, 0.99));
    return new Measured(all.length / took, millis(all, 0.99));
  }

  private void run(Runnable append, Samples samples, int thread, long start, long end) {
    long step = rate > 0 ? (long) (threads * 1e9 / rate) : 0;
    long due = start + (long) ((double) step * thread / threads);
    while (System.nanoTime() < end) {
      // Measured from when it was due, so that waiting in line is not left out.
      while (step > 0 && System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      long from = step > 0 ? due : System.nanoTime();
      append.run();
      samples.add(System.nanoTime() - from);
      due += step;
    }
    samples.done();
  }

  private static double millis(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * share)] / 1e6;
  }

  /** The latencies of one thread. */
  private static final class Samples {
    private final List<long[]> all;
    private long[] nanos = new long[64];
    private int count;

    Samples(List<long[]> all) {
      this.all = all;
    }

    void add(long latency) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = latency;
    }

    void done() {
      synchronized (all) {
        all.add(Arrays.copyOf(nanos, count));
      }
    }
  }

  /** Group commit of the same bytes into one file, and nothing else. */
  private static final class BareLog implements AutoCloseable {
    private final FileChannel file;
    private final byte[] content;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private CompletableFuture<Void> open = new CompletableFuture<>();
    private int waiting;
    private boolean closing;

    BareLog(FileChannel file, byte[] content) {
      this.file = file;
      this.content = content;
      Thread.ofPlatform().daemon().start(this::run);
    }

    void append() {
      CompletableFuture<Void> mine;
      lock.lock();
      try {
        mine = open;
        waiting++;
        work.signal();
      } finally {
        lock.unlock();
      }
      mine.join();
    }

    private void run() {
      try {
        while (write()) {
          continue;
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean write() throws IOException {
      CompletableFuture<Void> batch;
      int count;
      lock.lock();
      try {
        while (waiting == 0 && !closing) {
          work.awaitUninterruptibly();
        }
        if (waiting == 0) {
          return false;
        }
        batch = open;
        count = waiting;
        open = new CompletableFuture<>();
        waiting = 0;
      } finally {
        lock.unlock();
      }
      ByteBuffer bytes = ByteBuffer.allocate(count * content.length);
      for (int i = 0; i < count; i++) {
        bytes.put(content);
      }
      file.write(bytes.flip());
      file.force(false);
      batch.complete(null);
      return true;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closing = true;
        work.signal();
      } finally {
        lock.unlock();
      }
    }
  }
}
