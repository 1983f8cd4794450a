package org.thingward.network;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.platform.Problem;
import org.thingward.platform.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A Linux machine's table of neighbours (ARP, NDP), as {@code ip -j neigh} prints it, with the
 * times that {@code -s} adds: who answered it lately, by hardware address.
 *
 * @param there those that answered within {@link #LATELY} seconds
 * @param read how many lines the table has
 */
record NeighbourTable(SortedSet<MacAddress> there, int read) {
  /** The longest table, in bytes. */
  static final int LONGEST = 1 << 18;

  /** Seconds for which who answered is taken to be there. */
  static final int LATELY = 300;

  /** A table keeps old entries as stale for as long as there is room: what counts is their age. */
  private static final Set<String> KNOWN = Set.of("REACHABLE", "STALE", "DELAY", "PROBE");

  private static final String FRESH = "REACHABLE";
  private static final StrictJson JSON = StrictJson.upTo(4);

  /**
   * Reads a table.
   *
   * @throws Problem 400 if it is none
   */
  static NeighbourTable read(byte[] body) {
    JsonNode tree;
    try {
      tree = JSON.read(body);
    } catch (JacksonException e) {
      throw malformed("it is no JSON: " + e.getOriginalMessage());
    }
    if (!tree.isArray()) {
      throw malformed("it is no list");
    }
    SortedSet<MacAddress> there = new TreeSet<>();
    for (int i = 0; i < tree.size(); i++) {
      JsonNode entry = tree.get(i);
      if (!entry.isObject()) {
        throw malformed("entry " + i + " is no object");
      }
      if (isThere(entry)) {
        MacAddress.parse(entry.path("lladdr").asString("")).ifPresent(there::add);
      }
    }
    return new NeighbourTable(there, tree.size());
  }

  private static boolean isThere(JsonNode entry) {
    JsonNode confirmed = entry.path("confirmed");
    for (JsonNode state : entry.path("state")) {
      String word = state.asString("");
      if (word.equals(FRESH) || KNOWN.contains(word) && isLately(confirmed)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLately(JsonNode seconds) {
    return seconds.isIntegralNumber()
        && seconds.canConvertToLong()
        && seconds.asLong() >= 0
        && seconds.asLong() <= LATELY;
  }

  private static Problem malformed(String why) {
    return new Problem(
        400,
        "malformed-body",
        "The body is no table of neighbours, as `ip -s -j neigh` prints it: " + why + ".");
  }
}
