package org.thingward.verify.log;

import java.util.ArrayList;
import java.util.List;
import org.thingward.trust.Digest;

/**
 * The hashes of one level of the tree in two versions: as the tiles of this level store them, and
 * as they follow from the entries. For level 0 only the right edge is kept.
 */
final class TileRow {
  /** Hashes in the stored tiles. */
  final List<Digest> stored = new ArrayList<>();

  /** Hashes that follow from the entries. */
  final List<Digest> fromEntries = new ArrayList<>();

  /** Hashes of the stored full tiles one level below. */
  final List<Digest> fromTiles = new ArrayList<>();

  /** The hashes that stand in a partial tile of a log of this size at this level. */
  static List<Digest> edge(List<Digest> row, long size, int level) {
    int width = (int) ((size >>> (8 * level)) % TilePath.FULL);
    return row.subList(row.size() - width, row.size());
  }
}
