package org.thingward.verify.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.thingward.verify.record.RecordRefused;

/**
 * Checks a whole log without anyone's help: the signatures of its checkpoint, and that every entry
 * and every tile leads to the root that was signed. It stops at the first thing that is wrong, and
 * says where that is.
 */
public final class LogVerifier {
  /** The file with the log's latest checkpoint. */
  public static final String CHECKPOINT = "checkpoint";

  /** The file in which a log names its own keys, a verifier key a line. */
  public static final String KEYS = "verifier-keys";

  private static final int MAX_KEYS_BYTES = 65_536;

  private final LogSource source;
  private final List<VerifierKey> keys;
  private final Optional<WitnessPolicy> policy;
  private final Optional<Checkpoint> seen;

  /**
   * As the other, where nobody says which witnesses count.
   *
   * @param keys as there
   */
  public LogVerifier(LogSource source, List<VerifierKey> keys) {
    this(source, keys, Optional.empty());
  }

  /**
   * A verifier of the log at {@code source}.
   *
   * @param keys the keys that must all have signed the checkpoint, or keys from before a change
   *     that leads to those that did; at least one
   * @param policy which witnesses must have cosigned it
   */
  public LogVerifier(LogSource source, List<VerifierKey> keys, Optional<WitnessPolicy> policy) {
    this(source, keys, policy, Optional.empty());
  }

  /**
   * As the other, for someone who has verified this log before.
   *
   * @param seen the head that was verified last: the log must continue it
   */
  public LogVerifier(
      LogSource source,
      List<VerifierKey> keys,
      Optional<WitnessPolicy> policy,
      Optional<Checkpoint> seen) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a log is verified with at least one key");
    }
    this.source = source;
    this.keys = List.copyOf(keys);
    this.policy = policy;
    this.seen = seen;
  }

  /**
   * The keys that a log names itself. They prove that the log is of one piece, not whose it is:
   * compare them with keys that you have from elsewhere.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it holds something else
   */
  public static List<VerifierKey> keysOf(LogSource source) throws IOException {
    String text = new String(source.read(KEYS, MAX_KEYS_BYTES), StandardCharsets.UTF_8);
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException(KEYS + " ends with a newline");
    }
    return Arrays.stream(text.substring(0, text.length() - 1).split("\n", -1))
        .map(VerifierKey::parse)
        .toList();
  }

  /** Reads and checks everything. Never throws for what it finds: that is in the report. */
  public LogReport verify() {
    KeyHistory history;
    List<VerifierKey> signers;
    Checkpoint checkpoint;
    try {
      history = history();
      signers = followed(history, keys);
      checkpoint = signedCheckpoint(signers);
    } catch (FaultFound found) {
      return LogReport.ofUnsigned(ended().or(found::fault));
    }
    Optional<Instant> time =
        signers.stream().flatMap(k -> checkpoint.timeBy(k).stream()).findFirst();
    LogReport signed =
        new LogReport(
            Optional.of(checkpoint),
            signers,
            time,
            0,
            Optional.empty(),
            policy.map(asked -> LogReport.Witnesses.of(asked, checkpoint)),
            history,
            List.of());
    try {
      requireOwnKeys(history, signers);
      new LogWalk(source, checkpoint).walk();
      requireContinued(history, checkpoint);
      List<String> succession = requireSuccession(checkpoint);
      return signed.with(checkOtherFiles(checkpoint.size()), succession);
    } catch (FaultFound found) {
      return signed.with(found.fault());
    }
  }

  private KeyHistory history() throws FaultFound {
    try {
      return KeyHistory.of(source);
    } catch (IOException | RecordRefused e) {
      throw new FaultFound(LogFault.in(KeyHistory.FILE, "cannot be read: " + e.getMessage()));
    }
  }

  /** The keys in force, by entries that those given signed, or their successors (rule L6). */
  private static List<VerifierKey> followed(KeyHistory history, List<VerifierKey> known)
      throws FaultFound {
    try {
      return history.follow(known);
    } catch (IllegalArgumentException e) {
      throw new FaultFound(LogFault.in(KeyHistory.FILE, String.valueOf(e.getMessage())));
    }
  }

  /** Every head at which the keys changed, and the one seen before, is a beginning of this one. */
  private void requireContinued(KeyHistory history, Checkpoint head) throws FaultFound {
    List<Predecessor> before = new ArrayList<>();
    seen.ifPresent(one -> before.add(new Predecessor(one, "was seen before")));
    for (KeyChange change : history.changes()) {
      before.add(new Predecessor(change.checkpoint(), "is where its keys were changed"));
    }
    for (Predecessor each : before) {
      Optional<LogFault> fault = each.fault(source, head);
      if (fault.isPresent()) {
        throw new FaultFound(fault.get());
      }
    }
  }

  /** For who knows the keys of an earlier name alone: that the log ended under it. */
  private Optional<LogFault> ended() {
    try {
      Optional<Succession> stated = Succession.of(source);
      return stated.isPresent() && stated.get().isEndFor(source, keys)
          ? Optional.of(LogFault.in(Succession.FILE, stated.get().end()))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException | RecordRefused e) {
      return Optional.empty();
    }
  }

  /** What is to be said of the log's earlier name, if it had one. */
  private List<String> requireSuccession(Checkpoint head) throws FaultFound {
    try {
      Optional<Succession> succession = Succession.of(source);
      if (succession.isPresent() && succession.get().endsAt(source, head)) {
        return List.of(succession.get().end());
      }
      Optional<String> fault = succession.flatMap(stated -> stated.fault(source, head));
      if (fault.isPresent()) {
        throw new FaultFound(LogFault.in(Succession.FILE, fault.get()));
      }
      return succession.map(stated -> stated.lines(policy)).orElse(List.of());
    } catch (IOException | IllegalArgumentException | RecordRefused e) {
      throw new FaultFound(LogFault.in(Succession.FILE, "cannot be read: " + e.getMessage()));
    }
  }

  private Checkpoint signedCheckpoint(List<VerifierKey> signers) throws FaultFound {
    Checkpoint checkpoint;
    try {
      checkpoint = Checkpoint.parse(source.read(CHECKPOINT, Checkpoint.MAX_BYTES));
    } catch (NoSuchFileException e) {
      throw new FaultFound(LogFault.in(CHECKPOINT, "is missing"));
    } catch (IOException | IllegalArgumentException e) {
      throw new FaultFound(LogFault.in(CHECKPOINT, "cannot be read: " + e.getMessage()));
    }
    for (VerifierKey key : signers) {
      if (!checkpoint.signedBy(key)) {
        throw new FaultFound(
            LogFault.in(
                CHECKPOINT,
                "has no valid %s signature of %s"
                    .formatted(key.algorithm().standardName(), key.name())));
      }
    }
    return checkpoint;
  }

  private void requireOwnKeys(KeyHistory history, List<VerifierKey> signers) throws FaultFound {
    try {
      if (!Set.copyOf(followed(history, keysOf(source))).containsAll(signers)) {
        throw new FaultFound(LogFault.in(KEYS, "names other keys than those that signed"));
      }
    } catch (NoSuchFileException e) {
      // A log need not name its keys: C2SP tlog-tiles knows no such file.
    } catch (IOException | IllegalArgumentException e) {
      throw new FaultFound(LogFault.in(KEYS, "cannot be read: " + e.getMessage()));
    }
  }

  /** Checks old partial tiles, and counts the files that no checkpoint covers yet. */
  private int checkOtherFiles(long size) throws FaultFound {
    int uncovered = 0;
    for (String file : files()) {
      Optional<TilePath> tile = TilePath.parse(file);
      if (tile.isEmpty()) {
        requireKnown(file);
      } else if (!covers(size, tile.get())) {
        uncovered++;
      } else {
        checkPrefix(tile.get(), size);
      }
    }
    return uncovered;
  }

  private List<String> files() throws FaultFound {
    try {
      return source.files();
    } catch (IOException e) {
      throw new FaultFound(LogFault.in(".", "cannot be listed: " + e.getMessage()));
    }
  }

  private static void requireKnown(String file) throws FaultFound {
    if (!List.of(CHECKPOINT, KEYS, KeyHistory.FILE, Succession.FILE).contains(file)) {
      throw new FaultFound(LogFault.in(file, "is no file of a log"));
    }
  }

  private static long inRow(long size, TilePath tile) {
    return switch (tile) {
      case TilePath.Entries entries -> size;
      case TilePath.Hashes hashes -> size >>> (8 * hashes.level());
    };
  }

  private static boolean covers(long size, TilePath tile) {
    return tile.index() * TilePath.FULL + tile.width() <= inRow(size, tile);
  }

  /** A partial tile is the beginning of the tile that took its place, which is checked already. */
  private void checkPrefix(TilePath tile, long size) throws FaultFound {
    int width = (int) Math.min(TilePath.FULL, inRow(size, tile) - tile.index() * TilePath.FULL);
    if (tile.width() == width) {
      return;
    }
    TilePath current =
        switch (tile) {
          case TilePath.Entries entries -> new TilePath.Entries(entries.index(), width);
          case TilePath.Hashes hashes -> new TilePath.Hashes(hashes.level(), tile.index(), width);
        };
    try {
      byte[] old = source.read(tile.path(), LogWalk.maxBytes(tile));
      byte[] now = readOrWhole(current);
      int common = Arrays.mismatch(old, now);
      if (old.length != LogWalk.exactBytes(tile) || (common >= 0 && common < old.length)) {
        int unit = LogWalk.exactBytes(tile) / tile.width();
        long place = tile.index() * TilePath.FULL + Math.max(0, common) / unit;
        throw new FaultFound(
            LogFault.in(tile.path(), "differs from %s at its place %d".formatted(current, place)));
      }
    } catch (NoSuchFileException e) {
      // It went since it was listed: the log grows, and no partial tile has to stay.
    } catch (IOException e) {
      throw new FaultFound(
          LogFault.in(tile.path(), "cannot be read: " + Objects.toString(e.getMessage())));
    }
  }

  private byte[] readOrWhole(TilePath tile) throws IOException {
    int most = LogWalk.maxBytes(tile);
    try {
      return source.read(tile.path(), most);
    } catch (NoSuchFileException e) {
      return source.read(tile.whole().path(), most);
    }
  }

  /** Ends the walk at the first fault. */
  static final class FaultFound extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient LogFault fault;

    FaultFound(LogFault fault) {
      super(fault.toString(), null, false, false);
      this.fault = fault;
    }

    Optional<LogFault> fault() {
      return Optional.of(fault);
    }
  }
}
