package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;

/** Lists with a cursor, and the JSON they are answered with. */
final class Page {
  private static final int MOST = 500;
  private static final int USUAL = 50;

  private Page() {}

  static int limit(Map<String, String> query) {
    return (int) Math.min(MOST, Math.max(1, number(query, "limit", USUAL)));
  }

  static long number(Map<String, String> query, String name, long otherwise) {
    String text = query.getOrDefault(name, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new Problem(400, "malformed-query", "'%s' must be a whole number.".formatted(name));
    }
  }

  /** A list and the cursor that continues it; an empty cursor at the end. */
  static OperatorResponse of(List<String> items, String next) {
    String cursor = next.isEmpty() ? "" : ",\"next\":\"" + next + "\"";
    return OperatorResponse.json("{\"items\":[" + String.join(",", items) + "]" + cursor + "}");
  }

  /** A record with its receipt, and its place in the ledger once it has one. */
  static String item(byte[] canonical, Receipt receipt, OptionalLong index) {
    String record = new String(canonical, StandardCharsets.UTF_8);
    String place = index.isPresent() ? ",\"index\":" + index.getAsLong() : "";
    return "%s,\"receipt\":\"%s\"%s}"
        .formatted(record.substring(0, record.length() - 1), receipt.entry(), place);
  }

  /** An item with one more member, whose value is JSON already. */
  static String with(String item, String member, String json) {
    return "%s,\"%s\":%s}".formatted(item.substring(0, item.length() - 1), member, json);
  }

  /** A piece of evidence, with its id as well. */
  static String evidence(byte[] canonical, Receipt receipt, OptionalLong index) {
    return "{\"id\":\"%s\",%s"
        .formatted(Digest.of(canonical), item(canonical, receipt, index).substring(1));
  }
}
