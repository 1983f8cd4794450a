package org.thingward.verify.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.thingward.trust.Digest;
import org.thingward.verify.log.LogVerifier.FaultFound;

/**
 * Walks a log from its entries to its root, row by row, keeping what follows from the entries apart
 * from what the tiles say. Where the two differ, the signed root decides who is right.
 */
final class LogWalk {
  private final LogSource source;
  private final Checkpoint checkpoint;
  private final long size;
  private final List<TileRow> rows = new ArrayList<>();
  private final List<Long> differingEntries = new ArrayList<>();

  LogWalk(LogSource source, Checkpoint checkpoint) {
    this.source = source;
    this.checkpoint = checkpoint;
    this.size = checkpoint.size();
  }

  void walk() throws FaultFound {
    rows.add(new TileRow());
    rows.add(new TileRow());
    readEntries();
    for (int level = 1; size >>> (8 * level) > 0; level++) {
      readRow(level);
    }
    Digest fromEntries = root(false);
    Digest fromTiles = root(true);
    if (fromEntries.equals(checkpoint.root())) {
      requireTilesFollowEntries();
    } else if (fromTiles.equals(checkpoint.root())) {
      throw new FaultFound(firstBelowTrustedTiles());
    } else {
      throw new FaultFound(contradiction());
    }
  }

  /** The first entry of each bundle that differs from its tile is remembered, and no more. */
  private void readEntries() throws FaultFound {
    for (long tile = 0; tile * TilePath.FULL < size; tile++) {
      int width = width(tile, size);
      TilePath.Entries bundle = new TilePath.Entries(tile, width);
      List<Digest> fromEntries = leafHashes(bundle);
      List<Digest> stored = readHashes(new TilePath.Hashes(0, tile, width));
      for (int i = 0; i < width; i++) {
        if (!fromEntries.get(i).equals(stored.get(i))) {
          differingEntries.add(tile * TilePath.FULL + i);
          break;
        }
      }
      if (width == TilePath.FULL) {
        rows.get(1).fromEntries.add(MerkleTree.root(fromEntries));
        rows.get(1).fromTiles.add(MerkleTree.root(stored));
      } else {
        rows.get(0).fromEntries.addAll(fromEntries);
        rows.get(0).stored.addAll(stored);
      }
    }
  }

  private void readRow(int level) throws FaultFound {
    TileRow row = rows.get(level);
    TileRow above = new TileRow();
    rows.add(above);
    long inRow = size >>> (8 * level);
    for (long tile = 0; tile * TilePath.FULL < inRow; tile++) {
      int width = width(tile, inRow);
      List<Digest> stored = readHashes(new TilePath.Hashes(level, tile, width));
      row.stored.addAll(stored);
      if (width == TilePath.FULL) {
        int from = Math.toIntExact(tile * TilePath.FULL);
        above.fromEntries.add(MerkleTree.root(row.fromEntries.subList(from, from + width)));
        above.fromTiles.add(MerkleTree.root(stored));
      }
    }
  }

  private Digest root(boolean stored) {
    List<List<Digest>> edges = new ArrayList<>();
    for (int level = 0; level < rows.size(); level++) {
      TileRow row = rows.get(level);
      edges.add(TileRow.edge(stored ? row.stored : row.fromEntries, size, level));
    }
    return MerkleTree.rootOfEdges(edges);
  }

  /** The entries lead to the signed root: a tile that says otherwise is wrong. */
  private void requireTilesFollowEntries() throws FaultFound {
    if (!differingEntries.isEmpty()) {
      throw new FaultFound(wrongLeafTile(differingEntries.getFirst()));
    }
    for (int level = 1; level < rows.size(); level++) {
      TileRow row = rows.get(level);
      for (int i = 0; i < row.stored.size(); i++) {
        if (!row.stored.get(i).equals(row.fromEntries.get(i))) {
          throw new FaultFound(wrongHash(level, i));
        }
      }
    }
  }

  /** The tiles of the right edge lead to the signed root: what differs below them is wrong. */
  private LogFault firstBelowTrustedTiles() {
    Optional<LogFault> entry =
        differingEntries.stream()
            .findFirst()
            .map(index -> leafTileIsTrusted(index) ? wrongEntry(index) : wrongLeafTile(index));
    return Stream.of(entry, firstUntrustedTile())
        .flatMap(Optional::stream)
        .min(Comparator.comparingLong(fault -> fault.entry().orElse(0)))
        .orElseGet(this::contradiction);
  }

  private boolean leafTileIsTrusted(long entry) {
    int tile = Math.toIntExact(entry / TilePath.FULL);
    TileRow above = rows.get(1);
    return tile >= above.fromTiles.size()
        || above.fromTiles.get(tile).equals(above.stored.get(tile));
  }

  /** The first full tile that is not what the tile above says, from the top down. */
  private Optional<LogFault> firstUntrustedTile() {
    for (int level = rows.size() - 1; level >= 1; level--) {
      TileRow row = rows.get(level);
      for (int i = 0; i < row.fromTiles.size(); i++) {
        if (!row.fromTiles.get(i).equals(row.stored.get(i))) {
          return Optional.of(wrongTile(level - 1, i));
        }
      }
    }
    return Optional.empty();
  }

  private LogFault contradiction() {
    if (!differingEntries.isEmpty()) {
      long entry = differingEntries.getFirst();
      return dated(
          LogFault.at(
              entry,
              bundle(entry).path(),
              "entry %,d differs from %s, and neither leads to the checkpoint"
                  .formatted(entry, leafTile(entry))));
    }
    Optional<LogFault> tile = firstUntrustedTile();
    return tile.orElseGet(() ->
        LogFault.at(
            0,
            LogVerifier.CHECKPOINT,
            "entries and tiles agree with each other but not with it: the log was rewritten,"
                + " from which entry on cannot be told"));
  }

  private LogFault wrongEntry(long entry) {
    return dated(
        LogFault.at(
            entry,
            bundle(entry).path(),
            "entry %,d differs from hash %d of %s"
                .formatted(entry, entry % TilePath.FULL, leafTile(entry))));
  }

  private LogFault wrongLeafTile(long entry) {
    return dated(
        LogFault.at(
            entry,
            leafTile(entry).path(),
            "hash %d differs from entry %,d".formatted(entry % TilePath.FULL, entry)));
  }

  private LogFault wrongHash(int level, int place) {
    long entry = (long) place << (8 * level);
    TilePath below = new TilePath.Hashes(level - 1, place, TilePath.FULL);
    return dated(
        LogFault.at(
            entry,
            tileOf(level, place).path(),
            "hash %d differs from %s".formatted(place % TilePath.FULL, below)));
  }

  private LogFault wrongTile(int level, int tile) {
    long entry = ((long) tile * TilePath.FULL) << (8 * level);
    TilePath path = new TilePath.Hashes(level, tile, TilePath.FULL);
    return dated(
        LogFault.at(
            entry,
            path.path(),
            "differs from hash %d of %s".formatted(tile % TilePath.FULL, tileOf(level + 1, tile))));
  }

  private TilePath tileOf(int level, long place) {
    long tile = place / TilePath.FULL;
    return new TilePath.Hashes(level, tile, width(tile, size >>> (8 * level)));
  }

  private TilePath leafTile(long entry) {
    return tileOf(0, entry);
  }

  private TilePath.Entries bundle(long entry) {
    long tile = entry / TilePath.FULL;
    return new TilePath.Entries(tile, width(tile, size));
  }

  private static int width(long tile, long inRow) {
    return (int) Math.min(TilePath.FULL, inRow - tile * TilePath.FULL);
  }

  private List<Digest> leafHashes(TilePath.Entries path) throws FaultFound {
    byte[] bundle = read(path);
    List<Digest> hashes = new ArrayList<>(path.width());
    for (byte[] entry : entries(path, bundle)) {
      hashes.add(MerkleTree.leafHash(entry));
    }
    return hashes;
  }

  private List<byte[]> entries(TilePath.Entries path, byte[] bundle) throws FaultFound {
    long first = path.index() * TilePath.FULL;
    List<byte[]> entries;
    String trouble;
    try {
      entries = EntryBundle.decode(bundle, path.width());
      trouble = "";
    } catch (EntryBundle.MalformedBundle e) {
      entries = e.readable();
      trouble = String.valueOf(e.getMessage());
    }
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).length != Leaf.LENGTH) {
        throw new FaultFound(
            LogFault.at(
                first + i,
                path.path(),
                "entry %,d has %d bytes, a leaf has 74"
                    .formatted(first + i, entries.get(i).length)));
      }
    }
    if (!trouble.isEmpty()) {
      long entry = first + entries.size();
      throw new FaultFound(
          LogFault.at(
              entry, path.path(), "entry %,d cannot be read: %s".formatted(entry, trouble)));
    }
    return entries;
  }

  private List<Digest> readHashes(TilePath.Hashes path) throws FaultFound {
    byte[] tile = read(path);
    if (tile.length != exactBytes(path)) {
      throw new FaultFound(
          LogFault.at(
              (path.index() * TilePath.FULL) << (8 * path.level()),
              path.path(),
              "has %d bytes instead of %d".formatted(tile.length, exactBytes(path))));
    }
    return TiledTree.hashes(tile, path.width());
  }

  /** Reads a file; in place of a partial one that is gone, the beginning of the full one. */
  private byte[] read(TilePath path) throws FaultFound {
    try {
      return source.read(path.path(), maxBytes(path));
    } catch (NoSuchFileException e) {
      if (path.width() == TilePath.FULL) {
        throw new FaultFound(LogFault.at(firstEntry(path), path.path(), "is missing"));
      }
      byte[] whole = readWhole(path);
      return Arrays.copyOf(whole, Math.min(whole.length, exactBytes(path)));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private byte[] readWhole(TilePath path) throws FaultFound {
    try {
      return source.read(path.whole().path(), maxBytes(path));
    } catch (NoSuchFileException e) {
      throw new FaultFound(LogFault.at(firstEntry(path), path.path(), "is missing"));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static FaultFound unreadable(TilePath path, IOException e) {
    String reason = "cannot be read: " + e.getMessage();
    return new FaultFound(LogFault.at(firstEntry(path), path.path(), reason));
  }

  private static long firstEntry(TilePath path) {
    long first = path.index() * TilePath.FULL;
    return switch (path) {
      case TilePath.Entries entries -> first;
      case TilePath.Hashes hashes -> first << (8 * hashes.level());
    };
  }

  /** Adds the time that the faulty entry states, where it can be read. */
  private LogFault dated(LogFault fault) {
    try {
      long entry = fault.entry().orElse(0);
      byte[] leaf = new TiledTree(source, size).entry(entry);
      Optional<Instant> time = Optional.of(Leaf.decode(leaf).time());
      return fault.dated(time);
    } catch (IOException | IllegalArgumentException e) {
      return fault;
    }
  }

  /** Bytes of a tile, or of a bundle of leaves. */
  static int exactBytes(TilePath path) {
    return switch (path) {
      case TilePath.Entries entries -> entries.width() * (2 + Leaf.LENGTH);
      case TilePath.Hashes hashes -> hashes.width() * Digest.LENGTH;
    };
  }

  /** A little more than a whole file has, so that one that is too long is seen to be. */
  static int maxBytes(TilePath path) {
    return exactBytes(path.whole()) + 1_024;
  }
}
