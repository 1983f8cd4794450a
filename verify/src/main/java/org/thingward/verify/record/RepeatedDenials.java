package org.thingward.verify.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Denials that equal one on record and followed it closely, counted in an entry of type decision.
 *
 * @param subject who was denied
 * @param first the entry of the denial that they equal ({@link org.thingward.trust.Receipt#entry})
 * @param count how many there were besides the first; at least 1
 */
public record RepeatedDenials(Subject subject, Digest first, long count) {
  /** The version of the canonical form, its first member. */
  public static final int FORMAT = 1;

  private static final String VERSION = "denials-repeated";
  private static final Set<String> MEMBERS = Set.of(VERSION, "subject", "first", "count");

  public RepeatedDenials {
    if (count < 1) {
      throw new IllegalArgumentException("a repetition is counted from 1");
    }
  }

  static boolean isOne(JsonPart part) {
    return part.has(VERSION);
  }

  static RepeatedDenials read(JsonPart part) {
    part.only(MEMBERS);
    Records.requireFormat(part, VERSION, FORMAT);
    return new RepeatedDenials(
        part.member("subject").subject(),
        part.member("first").digest(),
        part.member("count").number());
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(VERSION, FORMAT);
    tree.put("subject", subject.toString());
    tree.put("first", first.toString());
    tree.put("count", count);
    return CanonicalJson.encode(tree);
  }
}
