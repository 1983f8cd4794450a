package org.thingward.verify.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of one file of a tiled log (C2SP tlog-tiles). */
public sealed interface TilePath {
  /** Hashes in a full tile, and entries in a full bundle. */
  int FULL = 256;

  /** The index of the tile or bundle in its row, from 0. */
  long index();

  /** How many hashes or entries it holds, 1 to 256. */
  int width();

  /** The folder of the row. */
  String row();

  /** The full tile or bundle at the same place. */
  TilePath whole();

  /** A tile of hashes; those of level 0 are leaf hashes. */
  record Hashes(int level, long index, int width) implements TilePath {
    public Hashes {
      Numbers.check(index, width);
      if (level < 0 || level > 7) {
        throw new IllegalArgumentException("a log of less than 2^63 entries has levels 0 to 7");
      }
    }

    @Override
    public String row() {
      return "tile/" + level + "/";
    }

    @Override
    public TilePath whole() {
      return new Hashes(level, index, FULL);
    }

    @Override
    public String toString() {
      return path();
    }
  }

  /** A bundle of entries. */
  record Entries(long index, int width) implements TilePath {
    public Entries {
      Numbers.check(index, width);
    }

    @Override
    public String row() {
      return "tile/entries/";
    }

    @Override
    public TilePath whole() {
      return new Entries(index, FULL);
    }

    @Override
    public String toString() {
      return path();
    }
  }

  /** The path from the log's folder or URL, e.g. {@code tile/0/x001/234.p/17}. */
  default String path() {
    String suffix = width() == FULL ? "" : ".p/" + width();
    return row() + Numbers.groups(index()) + suffix;
  }

  /** Reads a path; empty if it is none, or is written in another than the one right way. */
  static Optional<TilePath> parse(String path) {
    Matcher parts = Numbers.PATH.matcher(path);
    if (path.length() > 64 || !parts.matches()) {
      return Optional.empty();
    }
    long index = Long.parseLong(parts.group(2).replaceAll("[x/]", ""));
    int width = parts.group(3) == null ? FULL : Integer.parseInt(parts.group(3));
    TilePath tile =
        parts.group(1).equals("entries")
            ? new Entries(index, width)
            : new Hashes(Integer.parseInt(parts.group(1)), index, width);
    return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
  }

  /** How numbers are written in a path. */
  final class Numbers {
    private static final Pattern PATH =
        Pattern.compile(
            "tile/([0-7]|entries)/((?:x[0-9]{3}/){0,5}[0-9]{3})"
                + "(?:\\.p/(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]?))?");

    private Numbers() {}

    private static void check(long index, int width) {
      if (index < 0 || width < 1 || width > FULL) {
        throw new IllegalArgumentException("no tile has index " + index + " and width " + width);
      }
    }

    private static String groups(long index) {
      String last = "%03d".formatted(index % 1000);
      StringBuilder path = new StringBuilder(last);
      for (long rest = index / 1000; rest > 0; rest /= 1000) {
        path.insert(0, "x%03d/".formatted(rest % 1000));
      }
      return path.toString();
    }
  }
}
