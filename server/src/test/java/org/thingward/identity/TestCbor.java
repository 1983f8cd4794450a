package org.thingward.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes CBOR (RFC 8949) item by item. */
public final class TestCbor {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins a map of so many pairs. */
  public static TestCbor map(int pairs) {
    return new TestCbor().head(5, pairs);
  }

  public TestCbor list(int items) {
    return head(4, items);
  }

  public TestCbor text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    head(3, bytes.length).out.writeBytes(bytes);
    return this;
  }

  public TestCbor bytes(byte[] bytes) {
    head(2, bytes.length).out.writeBytes(bytes);
    return this;
  }

  public TestCbor number(long number) {
    return number < 0 ? head(1, -1 - number) : head(0, number);
  }

  public TestCbor item(TestCbor other) {
    out.writeBytes(other.encoded());
    return this;
  }

  public byte[] encoded() {
    return out.toByteArray();
  }

  private TestCbor head(int kind, long argument) {
    int initial = kind << 5;
    if (argument < 24) {
      out.write(initial | (int) argument);
    } else if (argument < 256) {
      out.write(initial | 24);
      out.write((int) argument);
    } else {
      out.write(initial | 25);
      out.write((int) (argument >> 8));
      out.write((int) argument);
    }
    return this;
  }
}
