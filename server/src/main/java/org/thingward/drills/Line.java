package org.thingward.drills;

import java.util.List;
import java.util.Map;

/**
 * A layer, and how it stops an attack, or stopped it.
 *
 * @param layer the layer's word, e.g. gateway
 */
record Line(String layer, String how) {
  private static final int LONGEST = 500;
  private static final int LONGEST_WORD = 20;

  static Line of(Reading read) {
    Reading known = read.only("layer", "how");
    return new Line(known.word("layer", LONGEST_WORD), known.text("how", LONGEST));
  }

  Map<String, Object> tree() {
    return Map.of("layer", layer, "how", how);
  }

  static List<Map<String, Object>> trees(List<Line> lines) {
    return lines.stream().map(Line::tree).toList();
  }
}
