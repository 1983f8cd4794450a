package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.thingward.platform.Time;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.KeyChange;
import org.thingward.verify.log.KeyHistory;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogEvent;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.record.RecordRefused;

/**
 * Gives a log's signing over to other keys (rule L6). The entry that names them is durable and in
 * public view before, signed by the keys that go; each step here may be the last before a crash,
 * and all of them are taken again at the next start.
 */
final class KeyHandover {
  private final DurableFiles files;
  private final LogSource source;
  private final SealedContents contents;
  private final Time time;

  KeyHandover(DurableFiles files, Path publicFolder, SealedContents contents, Time time) {
    this.files = files;
    this.source = new LogSource.Directory(publicFolder);
    this.contents = contents;
    this.time = time;
  }

  /** How the log's keys followed each other so far. */
  KeyHistory history() throws IOException {
    try {
      return KeyHistory.of(source);
    } catch (RecordRefused e) {
      throw new IOException(KeyHistory.FILE + ": " + e.getMessage(), e);
    }
  }

  /**
   * The change to {@code next} that {@code head} ends with, signed by both; empty if it does not.
   */
  Optional<KeyChange> change(Checkpoint head, LedgerKeys next) throws IOException {
    if (head.size() == 0) {
      return Optional.empty();
    }
    TiledTree tree = new TiledTree(source, head.size());
    long last = head.size() - 1;
    Leaf leaf = Leaf.decode(tree.entry(last));
    Optional<Opening> opening =
        leaf.type() == EntryType.LOG ? contents.open(last) : Optional.empty();
    boolean names =
        opening
            .map(meaning -> LogEvent.read(meaning.content()))
            .filter(event ->
                event instanceof LogEvent.KeysChanged changed
                    && changed.to().equals(next.verifiers()))
            .isPresent();
    if (!names) {
      return Optional.empty();
    }
    Checkpoint both = next.signToo(head, time.now());
    return Optional.of(new KeyChange(leaf, opening.get(), tree.inclusion(last), both));
  }

  /** Puts the change into public view: whoever reads meanwhile finds a log that verifies. */
  void publish(KeyChange change, LedgerKeys next) throws IOException {
    files.replace(LogVerifier.CHECKPOINT, change.checkpoint().serialise());
    files.replace(KeyHistory.FILE, history().with(change).serialise());
    files.replace(LogVerifier.KEYS, next.published());
  }
}
