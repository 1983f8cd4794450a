package org.thingward.inventory;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes UTF-8 and names the line that is not. */
final class Utf8 {
  private Utf8() {}

  static Optional<String> decode(byte[] bytes, RowErrors errors) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      errors.add(line(bytes, in.position()), "", "the text is not UTF-8; save the file as UTF-8");
      return Optional.empty();
    }
    return Optional.of(out.flip().toString());
  }

  private static int line(byte[] bytes, int end) {
    int line = 1;
    for (int i = 0; i < end; i++) {
      if (bytes[i] == '\n') {
        line++;
      }
    }
    return line;
  }
}
