package org.thingward.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes a tree in the canonical form of RFC 8785 (JSON Canonicalization Scheme), so that equal
 * values have equal bytes and hence equal digests.
 *
 * <p>A tree is made of {@link Map} with string keys, {@link List}, {@link String}, {@link Boolean},
 * {@link Integer} and {@link Long}. Fractions and nulls are left out on purpose: nothing of ours
 * needs them.
 */
public final class CanonicalJson {
  /** RFC 8785 §3.2.3 sorts by UTF-16 code units, which is what String.compareTo does. */
  private static final Comparator<Map.Entry<?, ?>> BY_NAME =
      Comparator.comparing(member -> (String) member.getKey());

  private CanonicalJson() {}

  /**
   * The canonical bytes, UTF-8.
   *
   * @throws IllegalArgumentException if the tree holds another type or a lone surrogate
   */
  public static byte[] encode(Object tree) {
    StringBuilder out = new StringBuilder(1024);
    write(tree, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case Map<?, ?> map -> writeObject(map, out);
      case List<?> list -> writeArray(list, out);
      case String text -> writeString(text, out);
      case Boolean flag -> out.append(flag.booleanValue());
      case Integer number -> out.append(number.intValue());
      case Long number -> out.append(number.longValue());
      default ->
          throw new IllegalArgumentException(
              "canonical JSON holds no " + value.getClass().getSimpleName());
    }
  }

  private static void writeObject(Map<?, ?> map, StringBuilder out) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> member : inOrder(map)) {
      out.append(separator);
      writeString((String) member.getKey(), out);
      out.append(':');
      write(member.getValue(), out);
      separator = ",";
    }
    out.append('}');
  }

  /** As they are, if they are in that order already: that of strings themselves. */
  private static Collection<? extends Map.Entry<?, ?>> inOrder(Map<?, ?> map) {
    if (map.size() < 2 || map instanceof SortedMap<?, ?> sorted && sorted.comparator() == null) {
      return map.entrySet();
    }
    List<Map.Entry<?, ?>> members = new ArrayList<>(map.entrySet());
    members.sort(BY_NAME);
    return members;
  }

  private static void writeArray(List<?> list, StringBuilder out) {
    out.append('[');
    String separator = "";
    for (Object element : list) {
      out.append(separator);
      write(element, out);
      separator = ",";
    }
    out.append(']');
  }

  private static void writeString(String text, StringBuilder out) {
    out.append('"');
    int plain = 0; // From here on nothing needs to be escaped: it is copied in one piece.
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\') {
        if (c >= Character.MIN_SURROGATE) {
          requirePaired(text, i);
        }
      } else {
        out.append(text, plain, i);
        writeEscaped(c, out);
        plain = i + 1;
      }
    }
    out.append(text, plain, text.length()).append('"');
  }

  private static void writeEscaped(char c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\f' -> out.append("\\f");
      case '\r' -> out.append("\\r");
      default ->
          out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(hexDigit(c & 15));
    }
  }

  private static char hexDigit(int value) {
    return Character.forDigit(value, 16);
  }

  private static void requirePaired(String text, int i) {
    char c = text.charAt(i);
    if (!Character.isSurrogate(c)) {
      return;
    }
    boolean lone =
        Character.isHighSurrogate(c)
            ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
            : Character.isLowSurrogate(c)
                && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    if (lone) {
      throw new IllegalArgumentException("a lone surrogate at character " + i);
    }
  }
}
