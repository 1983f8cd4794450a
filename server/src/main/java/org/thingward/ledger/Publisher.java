package org.thingward.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogVerifier;

/**
 * Brings durable entries into public view: contents, heads, bundles and tiles first, each on stable
 * storage, then the checkpoint that covers them, in one step. Whatever fails on the way is done
 * again; nothing is visible before it is complete.
 */
final class Publisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);
  private static final int EAGER = 32_768;
  private static final int MAX_BACKLOG = 262_144;
  private static final long MAX_BACKLOG_BYTES = 256L << 20;
  private static final int AT_ONCE = 65_536;
  private static final long INTERVAL_MILLIS = 1_000;
  private static final long PATIENCE_MILLIS = 10_000;
  private static final long COSIGN_AGAIN_MILLIS = 1_000;

  private final DurableFiles files;
  private final Time time;
  private final WriteAhead writeAhead;
  private final SealedContents contents;
  private final Heads heads;
  private final Witnesses witnesses;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ReentrantLock publishing = new ReentrantLock();
  private final Thread thread;
  private final List<Entry.Sequenced> backlog = new ArrayList<>();
  private long backlogBytes;
  private boolean closing;
  private GrowingTree tree;
  private volatile Checkpoint checkpoint;
  private volatile LedgerKeys keys;

  /** What a log consists of besides its tree. */
  record Parts(
      DurableFiles files,
      LedgerKeys keys,
      Time time,
      WriteAhead writeAhead,
      SealedContents contents,
      Heads heads,
      Witnesses witnesses) {}

  /** Starts behind {@code checkpoint}, whose tree is {@code tree}. */
  Publisher(Parts parts, GrowingTree tree, Checkpoint checkpoint) {
    this.files = parts.files();
    this.keys = parts.keys();
    this.time = parts.time();
    this.writeAhead = parts.writeAhead();
    this.contents = parts.contents();
    this.heads = parts.heads();
    this.witnesses = parts.witnesses();
    this.tree = tree;
    this.checkpoint = checkpoint;
    this.thread = Thread.ofPlatform().name("ledger-publisher").daemon().start(this::run);
  }

  /** The latest checkpoint. */
  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The keys that sign it. */
  LedgerKeys keys() {
    return keys;
  }

  /**
   * Publishes everything, and gives the signing over to {@code next} if the last entry names them;
   * else drops them and returns false.
   */
  boolean handOver(LedgerKeys next, KeyHandover handover) throws IOException {
    publishing.lock();
    try {
      Optional<Checkpoint> signed = handover.complete(publish(), next);
      if (signed.isEmpty()) {
        keys.dropNext();
        return false;
      }
      keys.takeOver();
      keys = next;
      checkpoint = signed.get();
      return true;
    } finally {
      publishing.unlock();
    }
  }

  /**
   * Publishes everything; the log as it is then, with the subject's newest entry if one is named.
   */
  LogView view(Optional<Subject> subject, EntryProofs proofs) throws IOException {
    publishing.lock();
    try {
      Checkpoint head = publish();
      return proofs.view(head, keys.verifiers(), subject.flatMap(heads::of));
    } finally {
      publishing.unlock();
    }
  }

  /** Takes entries that are durable. */
  void add(List<Entry.Sequenced> entries) {
    lock.lock();
    try {
      boolean wasEmpty = backlog.isEmpty();
      backlog.addAll(entries);
      entries.forEach(entry -> backlogBytes += entry.entry().content().length);
      if (wasEmpty || backlog.size() >= EAGER) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is room for more.
   *
   * @throws IOException if there is none for 10 seconds: tiles cannot be written
   */
  void awaitRoom() throws IOException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      while (backlog.size() >= MAX_BACKLOG || backlogBytes >= MAX_BACKLOG_BYTES) {
        if (left <= 0) {
          throw new IOException(
              backlog.size() + " entries wait to be published, and cannot be: see above");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Publishes everything that was durable at this call.
   *
   * @throws IOException if that cannot be written; the former checkpoint stays
   */
  Checkpoint publish() throws IOException {
    publishing.lock();
    try {
      long all = endOfBacklog();
      while (checkpoint.size() < all) {
        List<Entry.Sequenced> next = upTo(AT_ONCE);
        publish(next);
        done(next);
      }
      return checkpoint;
    } finally {
      publishing.unlock();
    }
  }

  private boolean lacksCosignatures() {
    return checkpoint.size() > 0 && !witnesses.suffice(checkpoint);
  }

  /** Asks again for the cosignatures that the checkpoint in public view lacks. */
  private void completeCosignatures() throws IOException {
    publishing.lock();
    try {
      Checkpoint more = witnesses.cosigned(checkpoint);
      if (!more.equals(checkpoint)) {
        files.replace(LogVerifier.CHECKPOINT, more.serialise());
        checkpoint = more;
      }
    } finally {
      publishing.unlock();
    }
  }

  private static long last(List<Entry.Sequenced> entries) {
    return entries.getLast().index();
  }

  private void publish(List<Entry.Sequenced> entries) throws IOException {
    contents.store(entries);
    heads.save(headsOf(entries), last(entries) + 1);
    GrowingTree grown = tree.copy();
    Map<String, byte[]> written = new LinkedHashMap<>();
    for (Entry.Sequenced entry : entries) {
      grown.append(entry.leaf(), entry.hash(), written);
    }
    List<String> full = List.copyOf(written.keySet());
    grown.edge(written);
    files.write(written);
    Checkpoint head = new Checkpoint(keys.origin(), grown.size(), grown.root(), List.of());
    Checkpoint signed = witnesses.cosigned(keys.sign(head, time.now()));
    files.replace(LogVerifier.CHECKPOINT, signed.serialise());
    tree = grown;
    checkpoint = signed;
    tidy(full, last(entries) + 1);
  }

  /** Partial tiles go once the full one is there; write-ahead files once all is covered. */
  private void tidy(List<String> full, long covered) throws IOException {
    for (String tile : full) {
      files.deleteFolder(tile + ".p");
    }
    writeAhead.forget(covered);
  }

  private static Map<Subject, Digest> headsOf(List<Entry.Sequenced> entries) {
    Map<Subject, Digest> heads = new HashMap<>();
    entries.forEach(entry -> heads.put(entry.entry().subject(), entry.hash()));
    return heads;
  }

  private List<Entry.Sequenced> upTo(int count) {
    lock.lock();
    try {
      return List.copyOf(backlog.subList(0, Math.min(count, backlog.size())));
    } finally {
      lock.unlock();
    }
  }

  private long endOfBacklog() {
    lock.lock();
    try {
      return backlog.isEmpty() ? 0 : backlog.getLast().index() + 1;
    } finally {
      lock.unlock();
    }
  }

  private void done(List<Entry.Sequenced> published) {
    lock.lock();
    try {
      backlog.subList(0, published.size()).clear();
      published.forEach(entry -> backlogBytes -= entry.entry().content().length);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (awaitSomethingNew()) {
      try {
        publish();
        if (lacksCosignatures()) {
          completeCosignatures();
        }
      } catch (IOException | RuntimeException e) {
        log.error("the ledger's tiles cannot be written, and will be tried again", e);
      }
    }
  }

  /** Lets a second of entries gather, or fewer if there are many; false at the end. */
  private boolean awaitSomethingNew() {
    lock.lock();
    try {
      boolean waited = false;
      while (backlog.isEmpty() && !closing && !waited) {
        if (lacksCosignatures()) {
          waited = !changed.await(COSIGN_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } else {
          changed.await();
        }
      }
      long left = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
      while (left > 0 && !waited && backlog.size() < EAGER && !closing) {
        left = changed.awaitNanos(left);
      }
      return !closing;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends without publishing: call {@link #publish} before. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    publishing.lock();
    try {
      heads.close();
    } finally {
      publishing.unlock();
    }
    log.debug("{} ended at {} entries", thread.getName(), checkpoint.size());
  }
}
