package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
import org.thingward.verify.log.Succession;
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

  private KeyHistory history() throws IOException {
    try {
      return KeyHistory.of(source);
    } catch (RecordRefused e) {
      throw new IOException(KeyHistory.FILE + ": " + e.getMessage(), e);
    }
  }

  /**
   * Puts it into public view that {@code next} signs from now on, if the last entry of {@code head}
   * says so: whoever reads meanwhile finds a log that verifies.
   *
   * @return the head as it is now signed; empty if the last entry says nothing of these keys
   */
  Optional<Checkpoint> complete(Checkpoint head, LedgerKeys next) throws IOException {
    if (head.size() == 0) {
      return Optional.empty();
    }
    TiledTree tree = new TiledTree(source, head.size());
    long last = head.size() - 1;
    Leaf leaf = Leaf.decode(tree.entry(last));
    Optional<Opening> opening =
        leaf.type() == EntryType.LOG ? contents.open(last) : Optional.empty();
    if (opening.isEmpty()) {
      return Optional.empty();
    }
    return switch (LogEvent.read(opening.get().content())) {
      case LogEvent.KeysChanged changed when changed.to().equals(next.verifiers()) -> {
        Checkpoint both = next.signToo(head, time.now());
        publish(new KeyChange(leaf, opening.get(), tree.inclusion(last), both), next);
        yield Optional.of(both);
      }
      case LogEvent.Succeeded succeeded when succeeded.successorKeys().equals(next.verifiers()) -> {
        Checkpoint renamed = new Checkpoint(next.origin(), head.size(), head.root(), List.of());
        Checkpoint signed = next.sign(renamed, time.now());
        if (head.origin().equals(succeeded.origin())) {
          publish(new Succession(leaf, opening.get(), head, history()));
        }
        files.replace(LogVerifier.CHECKPOINT, signed.serialise());
        files.replace(KeyHistory.FILE, KeyHistory.NONE.serialise());
        files.replace(LogVerifier.KEYS, next.published());
        yield Optional.of(signed);
      }
      default -> Optional.empty();
    };
  }

  private void publish(Succession succession) throws IOException {
    files.replace(Succession.FILE, succession.serialise());
  }

  private void publish(KeyChange change, LedgerKeys next) throws IOException {
    files.replace(LogVerifier.CHECKPOINT, change.checkpoint().serialise());
    files.replace(KeyHistory.FILE, history().with(change).serialise());
    files.replace(LogVerifier.KEYS, next.published());
  }
}
