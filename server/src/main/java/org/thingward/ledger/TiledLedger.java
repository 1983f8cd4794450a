package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Database;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.bundle.ProofBundle;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogEvent;
import org.thingward.verify.log.LogStatement;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.OpenedEntry;
import org.thingward.verify.log.ProvedEntry;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;

/**
 * The ledger as a C2SP tiled log in a folder. An entry goes into the write-ahead file first, is
 * acknowledged once it is durable there, and is in public view within a second.
 *
 * <p>In the folder: {@code public/} is what any static file server can serve; {@code private/}
 * holds sealed contents, their keys and the subjects' newest entries; {@code wal/} what is not yet
 * published; {@code new/} what is on its way to its place; {@code lock} keeps a second writer away
 * (rule L5).
 */
public final class TiledLedger implements Ledger, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TiledLedger.class);
  private static final Subject ITSELF = Subject.service("ledger");

  private final Path publicFolder;
  private final Randomness randomness;
  private final Time time;
  private final EntryKeys entryKeys;
  private final Outbox outbox;
  private final Witnesses witnesses;
  private final WriterLock writerLock;
  private final WriteAhead writeAhead;
  private final SealedContents contents;
  private final EntryIndex index;
  private final Publisher publisher;
  private final Sequencer sequencer;
  private final OutboxDrain drain;
  private final KeyHandover handover;
  private final EntryProofs proofs;

  /**
   * Opens the ledger in {@code folder}, made if it is not there, with the outbox in {@code
   * database}. What a crash left half done is completed first.
   *
   * @param policy the witnesses that are to cosign its checkpoints; none without
   * @throws LedgerInUse if another process writes it
   * @throws LedgerUnavailable if it is damaged or cannot be read, saying what and where
   */
  public static TiledLedger open(
      Path folder,
      LedgerKeys keys,
      Time time,
      Randomness randomness,
      Database database,
      Optional<WitnessPolicy> policy) {
    database.migrate("ledger");
    Witnesses asked = witnesses(policy, folder, time);
    OutboxStore outbox = new OutboxStore(database);
    return open(folder, keys, time, randomness, new Surroundings(outbox, Disk.MACHINE, asked));
  }

  /** As the other, without witnesses. */
  public static TiledLedger open(
      Path folder, LedgerKeys keys, Time time, Randomness randomness, Database database) {
    return open(folder, keys, time, randomness, database, Optional.empty());
  }

  /** As the other, but without a database: nothing can be appended with a transaction. */
  public static TiledLedger open(
      Path folder,
      LedgerKeys keys,
      Time time,
      Randomness randomness,
      Optional<WitnessPolicy> policy) {
    Witnesses asked = witnesses(policy, folder, time);
    Surroundings alone = new Surroundings(Outbox.NONE, Disk.MACHINE, asked);
    return open(folder, keys, time, randomness, alone);
  }

  /** As the other, without witnesses. */
  public static TiledLedger open(Path folder, LedgerKeys keys, Time time, Randomness randomness) {
    return open(folder, keys, time, randomness, Optional.empty());
  }

  static Witnesses witnesses(Optional<WitnessPolicy> policy, Path folder, Time time) {
    return policy
        .<Witnesses>map(asked -> new WebWitnesses(asked, folder.resolve("public"), time))
        .orElse(Witnesses.NONE);
  }

  /** What a ledger stands on besides its folder. */
  record Surroundings(Outbox outbox, Disk disk, Witnesses witnesses) {
    private void close() throws IOException {
      witnesses.close();
      outbox.close();
    }
  }

  static TiledLedger open(
      Path folder, LedgerKeys keys, Time time, Randomness randomness, Surroundings around) {
    try {
      Path privateFolder = folder.resolve("private");
      Path walFolder = folder.resolve("wal");
      DurableFiles.makePrivate(
          List.of(
              folder, privateFolder, walFolder, folder.resolve("public"), folder.resolve("new")));
      WriterLock lock = WriterLock.take(folder);
      try {
        around.outbox().claim();
        return new TiledLedger(folder, keys, time, randomness, around, lock).started();
      } catch (IOException | RuntimeException e) {
        around.close();
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LedgerUnavailable("the ledger cannot be opened: " + e.getMessage(), e);
    }
  }

  private TiledLedger(
      Path folder,
      LedgerKeys keys,
      Time time,
      Randomness randomness,
      Surroundings around,
      WriterLock lock)
      throws IOException {
    this.publicFolder = folder.resolve("public");
    this.randomness = randomness;
    this.time = time;
    this.entryKeys = new EntryKeys(randomness);
    this.outbox = around.outbox();
    this.witnesses = around.witnesses();
    Disk disk = around.disk();
    this.writerLock = lock;
    this.writeAhead = new WriteAhead(disk, folder.resolve("wal"));
    this.contents = new SealedContents(disk, folder.resolve("private"));
    DurableFiles files = new DurableFiles(disk, publicFolder, folder.resolve("new"));
    files.clearScratch();
    Heads heads = new Heads(disk, folder.resolve("private"));
    LogRecovery.Found found =
        new LogRecovery(publicFolder, files, keys).find(writeAhead.recover(), heads.all());
    requireHeads(heads, found);
    requireNotBehind(witnesses, keys, found);
    this.index = found.index();
    files.replace(LogVerifier.KEYS, keys.published());
    this.publisher =
        new Publisher(
            new Publisher.Parts(files, keys, time, writeAhead, contents, heads, witnesses),
            found.tree(),
            found.checkpoint());
    publisher.add(found.unpublished());
    this.handover = new KeyHandover(files, publicFolder, contents, time);
    this.proofs = new EntryProofs(publicFolder, contents);
    this.sequencer = new Sequencer(writeAhead, index, publisher, found.next(), found.heads());
    this.drain = new OutboxDrain(outbox, sequencer, index);
  }

  /** Completes what a crash left half done, in the log and in the outbox. */
  private TiledLedger started() throws IOException {
    try {
      Optional<LedgerKeys> waiting = keys().next();
      if (waiting.isPresent()) {
        boolean changed = publisher.handOver(waiting.get(), handover);
        log.info("a change of keys was interrupted: {}", changed ? "it is done now" : "none");
      }
      if (size() == 0) {
        recordBeginning();
      }
      drain.start();
      publisher.publish();
      log.info("ledger {} has {} entries", keys().origin(), size());
      return this;
    } catch (IOException | RuntimeException e) {
      sequencer.close();
      publisher.close();
      writeAhead.close();
      throw e;
    }
  }

  /** Without the newest entry of every subject, the next one could not name it (rule L2). */
  private static void requireHeads(Heads heads, LogRecovery.Found found) throws IOException {
    if (heads.covered() < found.checkpoint().size()) {
      throw new IOException(
          "private/heads knows of %d entries and the log has %d: restore it from a copy"
              .formatted(heads.covered(), found.checkpoint().size()));
    }
  }

  // Before anything is written: a shortened log that goes on would be a fork (rule L5).
  private void requireNotBehind(Witnesses witnesses, LedgerKeys keys, LogRecovery.Found found) {
    Checkpoint head = found.checkpoint();
    Checkpoint signed = head.signatures().isEmpty() ? keys.sign(head, time.now()) : head;
    witnesses.requireNotBehind(signed, found.next());
  }

  private void recordBeginning() {
    LogEvent begun = new LogEvent.Begun(keys().origin(), verifiers());
    append(EntryType.LOG, ITSELF, begun.canonical());
  }

  /**
   * Has other keys, made here, sign from now on. An entry that the present keys sign names them
   * (rule L6). Nothing else may be appended meanwhile. A crash leaves either the present keys in
   * force or the new ones; which, is settled when the ledger is opened again.
   *
   * @param reason why; it can be read by everyone
   * @return the entry
   * @throws IllegalArgumentException if the reason is not one line of 1 to 200 characters
   * @throws LedgerUnavailable if it cannot be written; then open the ledger again
   */
  public LogEvent.KeysChanged changeKeys(String reason) {
    try {
      LogEvent.requireReason(reason);
      List<VerifierKey> from = verifiers();
      LedgerKeys next = keys().makeNext(randomness);
      LogEvent.KeysChanged change =
          new LogEvent.KeysChanged(next.origin(), from, next.verifiers(), reason);
      append(EntryType.LOG, ITSELF, change.canonical());
      if (!publisher.handOver(next, handover)) {
        throw new IOException("other entries were appended meanwhile");
      }
      return change;
    } catch (IOException e) {
      throw new LedgerUnavailable("the keys cannot be changed: " + e.getMessage(), e);
    }
  }

  /**
   * Ends the log under its name and goes on under a new one, with keys that owe nothing to the
   * present ones: for when those are stolen (rule L6). As for {@link #changeKeys}, nothing else may
   * be appended meanwhile.
   *
   * @param believed the last checkpoint that is believed: signed by the keys of its time, and a
   *     beginning of this log; the present one if there is nothing against it
   * @throws IllegalArgumentException if it is not, or reason or name are not one line each
   * @throws LedgerUnavailable if it cannot be written; then open the ledger again
   */
  public LogEvent.Succeeded succeed(Optional<Checkpoint> believed, String reason, String by) {
    try {
      Checkpoint head = publish();
      Checkpoint until = believed.orElse(head);
      List<VerifierKey> from = verifiers();
      proofs.requireBeginning(until, head, from);
      LogEvent.requireReason(reason);
      LogEvent.requireReason(by);
      String old = keys().origin();
      LedgerKeys next = keys().makeSuccessor(randomness);
      LogEvent.Succeeded event =
          new LogEvent.Succeeded(old, from, next.origin(), next.verifiers(), until, reason, by);
      append(EntryType.LOG, ITSELF, event.canonical());
      if (!publisher.handOver(next, handover)) {
        throw new IOException("other entries were appended meanwhile");
      }
      return event;
    } catch (IOException e) {
      throw new LedgerUnavailable("the log cannot be succeeded: " + e.getMessage(), e);
    }
  }

  private LedgerKeys keys() {
    return publisher.keys();
  }

  @Override
  public Receipt append(EntryType type, Subject subject, byte[] content) {
    Entry entry = entry(type, subject, content);
    sequencer.append(List.of(entry));
    return entry.receipt();
  }

  @Override
  public Receipt appendSoon(EntryType type, Subject subject, byte[] content) {
    Entry entry = entry(type, subject, content);
    sequencer.appendSoon(entry);
    return entry.receipt();
  }

  @Override
  public Receipt appendWithTransaction(EntryType type, Subject subject, byte[] content) {
    Entry entry = entry(type, subject, content);
    outbox.add(entry, drain);
    return entry.receipt();
  }

  private Entry entry(EntryType type, Subject subject, byte[] content) {
    return Entry.of(type, subject, time.now(), entryKeys.next(), content.clone());
  }

  @Override
  public OptionalLong index(Receipt receipt) {
    return index.find(receipt.entry());
  }

  @Override
  public Openings openings() {
    drain.empty();
    Checkpoint head = publish();
    return new StoredOpenings(index, contents, head.size(), () -> signers(head));
  }

  private List<StoredOpenings.Signers> signers(Checkpoint head) {
    List<StoredOpenings.Signers> signers = new ArrayList<>();
    proofs
        .keyChanges(head)
        .forEach(one ->
            signers.add(
                new StoredOpenings.Signers(one.change().event().from(), one.change().index())));
    signers.add(new StoredOpenings.Signers(verifiers(), Long.MAX_VALUE));
    return signers;
  }

  @Override
  public byte[] attest(String purpose, byte[] statement) {
    LedgerKeys keys = keys();
    return keys.sign(LogStatement.of(keys.origin(), purpose, statement), time.now()).serialise();
  }

  /** The number of entries that are durable, published or not. */
  public long size() {
    return sequencer.next();
  }

  /** The latest published checkpoint. */
  public Checkpoint checkpoint() {
    return publisher.checkpoint();
  }

  /**
   * Whether as many witnesses as the policy wants cosigned the checkpoint; true without a policy.
   */
  public boolean isWitnessed() {
    return witnesses.suffice(checkpoint());
  }

  /** The keys that verify its signatures. */
  public List<VerifierKey> verifiers() {
    return keys().verifiers();
  }

  /** The folder that any static file server can serve as this log. */
  public Path publicFolder() {
    return publicFolder;
  }

  /**
   * Publishes everything that is durable now.
   *
   * @throws LedgerUnavailable if that cannot be written; the former checkpoint stays
   */
  public Checkpoint publish() {
    try {
      return publisher.publish();
    } catch (IOException e) {
      throw new LedgerUnavailable("the ledger cannot be published: " + e.getMessage(), e);
    }
  }

  /**
   * The log as it is now, everything published.
   *
   * @param subject whose history may be asked for
   * @throws LedgerUnavailable if it cannot be published
   */
  public LogView view(Optional<Subject> subject) {
    try {
      return publisher.view(subject, proofs);
    } catch (IOException e) {
      throw new LedgerUnavailable("the ledger cannot be published: " + e.getMessage(), e);
    }
  }

  /**
   * Proves that the entry at {@code index} is in the log, publishing it first if need be.
   *
   * @throws IllegalArgumentException if there is no such entry
   * @throws LedgerUnavailable if the tiles cannot be read, or no longer lead to the checkpoint
   */
  public ProvedEntry proof(long index) {
    return proofs.proof(index, headWith(index));
  }

  /**
   * The meaning of the entry at {@code index}; empty if it was erased.
   *
   * @throws IllegalArgumentException if there is no such entry
   * @throws LedgerUnavailable if it cannot be read, or was changed on disk
   */
  public Optional<OpenedEntry> opening(long index) {
    return proofs.opening(index, headWith(index));
  }

  /**
   * Collects the proof of one entry and of those that it rests on, all against one checkpoint.
   *
   * @param main the index of the entry that is to be proved
   * @param others the indices of what it rests on: posture, evidence, policy, reference values
   * @param attached contents that have no entry of their own, see {@link ProofBundle}
   * @throws IllegalArgumentException if there is no such entry
   * @throws LedgerUnavailable if files cannot be read, or were changed on disk
   */
  public ProofBundle bundle(long main, Collection<Long> others, List<byte[]> attached) {
    SortedSet<Long> indices = new TreeSet<>(others);
    indices.add(main);
    requireEntry(indices.first());
    Checkpoint head = headWith(indices.last());
    return new ProofBundle(
        head, verifiers(), main, proofs.entries(indices, head), attached, proofs.keyChanges(head));
  }

  /** A published checkpoint that covers the entry at {@code index}. */
  private Checkpoint headWith(long index) {
    requireEntry(index);
    return index < checkpoint().size() ? checkpoint() : publish();
  }

  /**
   * Erases the key of the entry at {@code index}, so that nobody can read it any more; its leaf and
   * all proofs stay (rule L1). Returns once no file of the ledger holds the key.
   *
   * @throws IllegalArgumentException if there is no such entry, or what counts rests on it ({@link
   *     EntryType#isErasable})
   * @throws LedgerUnavailable if a file could not be changed; call again
   */
  public void erase(long index) {
    requireEntry(index);
    EntryType type = proof(index).leaf().type();
    if (!type.isErasable()) {
      throw new IllegalArgumentException(
          "entry %d is of type %s, on which what counts today rests: it is not erased"
              .formatted(index, type.word()));
    }
    try {
      publisher.publish();
      contents.erase(index);
      writeAhead.roll();
      Checkpoint head = publisher.publish();
      writeAhead.forget(head.size());
    } catch (IOException e) {
      throw new LedgerUnavailable("entry %d cannot be erased: %s".formatted(index, e), e);
    }
  }

  private void requireEntry(long index) {
    if (index < 0 || index >= size()) {
      throw new IllegalArgumentException("the ledger has no entry " + index);
    }
  }

  /** Publishes what is durable, and lets another process have the ledger. */
  @Override
  public void close() {
    drain.close();
    sequencer.close();
    try (WriterLock released = writerLock;
        Outbox unclaimed = outbox;
        Witnesses asked = witnesses) {
      Checkpoint head = publisher.publish();
      publisher.close();
      writeAhead.close();
      writeAhead.forget(head.size());
      log.debug("{} and {} are free, {} is asked no more", released, unclaimed, asked);
    } catch (IOException e) {
      throw new LedgerUnavailable("the ledger was not closed in order: " + e.getMessage(), e);
    }
  }
}
