package org.thingward.verify.bundle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.VerifierKey;

/**
 * What an auditor takes away: a stretch of the log, or one subject's entries in it, with all that
 * its decisions rest on.
 *
 * @param header what was asked for, and what everything is proved against
 * @param entries in the order of the log; those outside the stretch are what others rest on
 * @param attached contents that entries name and that have no entry, see {@link ProofBundle}
 */
public record AuditExport(Header header, List<BundledEntry> entries, List<byte[]> attached) {
  /** The version of the file, its first member. */
  public static final int FORMAT = 1;

  /** Entries of an export at most; whoever wants more takes several. */
  public static final int MAX_ENTRIES = 100_000;

  /** Attachments of an export at most. */
  public static final int MAX_ATTACHED = 100_000;

  /** Bytes of an export at most. */
  public static final long MAX_BYTES = 512L << 20;

  public AuditExport {
    entries = List.copyOf(entries);
    attached = List.copyOf(attached);
  }

  /**
   * The export's first line.
   *
   * @param since entries from this time on; empty for all from the log's beginning
   * @param until entries before this time; empty for all
   * @param subject whose entries; empty for everybody's
   * @param first the index of the first entry of the stretch
   * @param end the index behind its last
   * @param newest of one subject: the index of its newest entry in the stretch, if it has one
   * @param edges the leaves just before and just behind the stretch, without their contents: they
   *     show where it begins and ends
   * @param erased the indices of entries whose contents are deleted
   * @param checkpoint the signed head that all proofs lead to
   * @param keys the log's keys as it states them
   * @param keyChanges how they followed each other
   */
  public record Header(
      Optional<Instant> since,
      Optional<Instant> until,
      Optional<Subject> subject,
      long first,
      long end,
      OptionalLong newest,
      List<BundledEntry> edges,
      SortedSet<Long> erased,
      Checkpoint checkpoint,
      List<VerifierKey> keys,
      List<BundledKeyChange> keyChanges) {
    /** Checks bounds; throws {@link IllegalArgumentException} saying what is wrong. */
    public Header {
      edges = List.copyOf(edges);
      erased = new TreeSet<>(erased);
      keys = List.copyOf(keys);
      keyChanges = List.copyOf(keyChanges);
      if (first < 0 || end < first || end > checkpoint.size()) {
        throw new IllegalArgumentException(
            "the entries %d to %d are not in a log of %d".formatted(first, end, checkpoint.size()));
      }
    }

    /** Whether an index is within the stretch. */
    boolean covers(long index) {
      return first <= index && index < end;
    }
  }
}
