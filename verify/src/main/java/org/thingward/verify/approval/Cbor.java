package org.thingward.verify.approval;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As much of CBOR (RFC 8949) as authenticators and attesting devices write: whole numbers, bytes,
 * texts, arrays and maps of definite length. Lists are {@link List}, maps {@link Map}, numbers
 * {@link Long}.
 */
public final class Cbor {
  private static final int DEEPEST = 8;

  private final ByteBuffer bytes;

  private Cbor(byte[] bytes, int from) {
    this.bytes = ByteBuffer.wrap(bytes, from, bytes.length - from);
  }

  /**
   * The first item that begins at {@code from}; what follows it is not looked at.
   *
   * @throws IllegalArgumentException if there is none of these kinds
   */
  public static Object first(byte[] bytes, int from) {
    return new Cbor(bytes, from).item(0);
  }

  /**
   * The one item that these bytes are.
   *
   * @throws IllegalArgumentException if they are none of these kinds, or more than one
   */
  public static Object whole(byte[] bytes) {
    Cbor reader = new Cbor(bytes, 0);
    Object item = reader.item(0);
    if (reader.bytes.hasRemaining()) {
      throw new IllegalArgumentException("CBOR with something after it");
    }
    return item;
  }

  /** The member of a map, which must be there and of this class. */
  public static <T> T member(Object map, Object key, Class<T> type) {
    if (map instanceof Map<?, ?> all && type.isInstance(all.get(key))) {
      return type.cast(all.get(key));
    }
    throw new IllegalArgumentException("no member " + key + " of the kind that is expected");
  }

  private Object item(int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("CBOR nested more than " + DEEPEST + " deep");
    }
    int initial = next() & 0xFF;
    long argument = argument(initial & 0x1F);
    return switch (initial >> 5) {
      case 0 -> argument;
      case 1 -> -1 - argument;
      case 2 -> take(argument);
      case 3 -> new String(take(argument), StandardCharsets.UTF_8);
      case 4 -> list(argument, depth);
      case 5 -> map(argument, depth);
      default -> throw new IllegalArgumentException("CBOR of a kind that no passkey needs");
    };
  }

  private long argument(int more) {
    long value =
        switch (more) {
          case 24 -> next() & 0xFF;
          case 25 -> need(2).getShort() & 0xFFFF;
          case 26 -> need(4).getInt() & 0xFFFF_FFFFL;
          case 27 -> need(8).getLong();
          default -> more;
        };
    if (more > 27 || value < 0) {
      throw new IllegalArgumentException("CBOR of no definite length, or of too large a number");
    }
    return value;
  }

  private List<Object> list(long size, int depth) {
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      items.add(item(depth + 1));
    }
    return items;
  }

  private Map<Object, Object> map(long size, int depth) {
    Map<Object, Object> members = new LinkedHashMap<>();
    for (long i = 0; i < size; i++) {
      Object key = item(depth + 1);
      if (members.put(key, item(depth + 1)) != null) {
        throw new IllegalArgumentException("CBOR with a key twice");
      }
    }
    return members;
  }

  private byte[] take(long length) {
    ByteBuffer from = need(length);
    int begin = from.arrayOffset() + from.position();
    from.position(from.position() + (int) length);
    return Arrays.copyOfRange(from.array(), begin, begin + (int) length);
  }

  private byte next() {
    return need(1).get();
  }

  private ByteBuffer need(long length) {
    if (length > bytes.remaining()) {
      throw new IllegalArgumentException("CBOR that breaks off");
    }
    return bytes;
  }
}
