package org.thingward.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * What a broken disk or an attacker makes of sound input: bits turned, parts cut, repeated, moved
 * from one to another, and bytes put in that mean something to one parser or another. The same in
 * every run.
 */
public final class Damage {
  private static final List<byte[]> MEANINGFUL =
      Stream.of(
              "\0",
              "\n",
              "\n\n",
              "\"",
              "\\u0000",
              "\\ud800",
              "{",
              "[",
              "]}",
              "[[[[[[[[[[[[[[[[[[",
              ": ",
              "- ",
              "&a ",
              "*a",
              "!!x ",
              "#",
              "/",
              "+",
              "$",
              "%00",
              "=",
              "A==",
              ",",
              ";",
              "-1",
              "0",
              "9223372036854775808",
              "1e999",
              "\u00ff",
              "\ufeff",
              "\u2014 ",
              "true",
              "null",
              "99999999999999999999d",
              "../",
              "\r\n")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  private final Random random = new Random(7);
  private final List<byte[]> sound;

  private Damage(List<byte[]> sound) {
    this.sound = sound;
  }

  /** Gives {@code reading} each of {@code sound}, then so many damaged ones. */
  public static void each(int tries, List<byte[]> sound, Consumer<byte[]> reading) {
    sound.forEach(reading);
    Damage damage = new Damage(sound);
    for (int i = 0; i < tries; i++) {
      byte[] damaged = damage.next();
      try {
        reading.accept(damaged);
      } catch (Throwable e) {
        String input = Base64.getEncoder().encodeToString(damaged);
        throw new AssertionError("with the input (in base64) " + input, e);
      }
    }
  }

  /** The arguments of a fuzz test that begins with {@code sound}. */
  public static Stream<Arguments> seeds(List<byte[]> sound) {
    return sound.stream().map(each -> Arguments.of((Object) each));
  }

  private byte[] next() {
    byte[] bytes = one().clone();
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      bytes = once(bytes);
    }
    return bytes;
  }

  private byte[] once(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(1 + random.nextInt(64)));
    return switch (random.nextInt(7)) {
      case 0 -> flipped(bytes);
      case 1 -> Arrays.copyOf(bytes, from);
      case 2 -> spliced(bytes, from, new byte[0], to);
      case 3 -> spliced(bytes, to, Arrays.copyOfRange(bytes, from, to), to);
      case 4 -> spliced(bytes, from, MEANINGFUL.get(random.nextInt(MEANINGFUL.size())), to);
      case 5 -> spliced(bytes, from, MEANINGFUL.get(random.nextInt(MEANINGFUL.size())), from);
      default -> spliced(bytes, from, piece(one()), to);
    };
  }

  private byte[] flipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte[] piece(byte[] other) {
    int from = random.nextInt(other.length + 1);
    return Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(64)));
  }

  private byte[] one() {
    return sound.get(random.nextInt(sound.size()));
  }

  private static byte[] spliced(byte[] bytes, int end, byte[] middle, int again) {
    byte[] out = Arrays.copyOf(bytes, end + middle.length + bytes.length - again);
    System.arraycopy(middle, 0, out, end, middle.length);
    System.arraycopy(bytes, again, out, end + middle.length, bytes.length - again);
    return out;
  }
}
