package org.thingward.trust;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An MQTT topic filter, matched as bytes (MQTT 5 §4.7; rule G1): {@code +} stands for one level,
 * {@code #} at the end for the level above it and all below.
 *
 * <p>A filter that begins with a wildcard does not match topics that begin with {@code $} (§4.7.2).
 */
public final class TopicFilter {
  private static final byte SEPARATOR = '/';
  private static final byte ONE = '+';
  private static final byte REST = '#';
  private static final int MAX_BYTES = 65_535;

  private final byte[] filter;

  private TopicFilter(byte[] filter) {
    this.filter = filter;
  }

  /**
   * A filter from its text.
   *
   * @throws IllegalArgumentException if it is empty, too long, or a wildcard is misplaced
   */
  public static TopicFilter of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A filter from its UTF-8 bytes.
   *
   * @throws IllegalArgumentException if it is empty, too long, or a wildcard is misplaced
   */
  public static TopicFilter of(byte[] utf8) {
    if (utf8.length == 0 || utf8.length > MAX_BYTES) {
      throw new IllegalArgumentException("a topic filter has 1 to 65535 bytes");
    }
    for (int i = 0; i < utf8.length; i++) {
      byte b = utf8[i];
      if (b == 0) {
        throw new IllegalArgumentException("a topic filter holds no NUL");
      }
      boolean alone =
          (i == 0 || utf8[i - 1] == SEPARATOR)
              && (i + 1 == utf8.length || utf8[i + 1] == SEPARATOR);
      if ((b == ONE || b == REST) && !alone) {
        throw new IllegalArgumentException("a wildcard fills its whole level");
      }
      if (b == REST && i + 1 != utf8.length) {
        throw new IllegalArgumentException("# stands at the end of a filter only");
      }
    }
    return new TopicFilter(utf8.clone());
  }

  /** Whether this filter matches {@code topic}, the UTF-8 bytes of a topic name (no wildcards). */
  public boolean matches(byte[] topic) {
    if (topic.length == 0 || (topic[0] == '$' && startsWithWildcard())) {
      return false;
    }
    return coversFrom(topic, false);
  }

  /** Whether every topic that {@code other} matches is matched by this filter too. */
  public boolean covers(TopicFilter other) {
    if (other.filter[0] == '$' && startsWithWildcard()) {
      return false;
    }
    return coversFrom(other.filter, true);
  }

  /** Walks both level by level. In {@code other}, wildcards are wildcards if {@code filters}. */
  private boolean coversFrom(byte[] other, boolean filters) {
    int mine = 0;
    int theirs = 0;
    while (true) {
      if (mine < filter.length && filter[mine] == REST) {
        return true;
      }
      int myEnd = levelEnd(filter, mine);
      int theirEnd = levelEnd(other, theirs);
      boolean theirRest = filters && theirEnd - theirs == 1 && other[theirs] == REST;
      if (theirRest || !levelCovers(mine, myEnd, other, theirs, theirEnd)) {
        return false;
      }
      boolean myLast = myEnd == filter.length;
      boolean theirLast = theirEnd == other.length;
      if (theirLast) {
        // "a/#" matches "a" itself (§4.7.1.2).
        return myLast || (myEnd + 2 == filter.length && filter[myEnd + 1] == REST);
      }
      if (myLast) {
        return false;
      }
      mine = myEnd + 1;
      theirs = theirEnd + 1;
    }
  }

  private boolean levelCovers(int from, int to, byte[] other, int otherFrom, int otherTo) {
    if (to - from == 1 && filter[from] == ONE) {
      return true;
    }
    return Arrays.equals(filter, from, to, other, otherFrom, otherTo);
  }

  private static int levelEnd(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != SEPARATOR) {
      end++;
    }
    return end;
  }

  private boolean startsWithWildcard() {
    return filter[0] == ONE || filter[0] == REST;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicFilter that && Arrays.equals(filter, that.filter);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(filter);
  }

  @Override
  public String toString() {
    return new String(filter, StandardCharsets.UTF_8);
  }
}
