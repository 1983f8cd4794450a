package org.thingward.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A stream sealed in chunks of 1 MiB with AES-256-GCM. The nonce is the chunk's number and whether
 * it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): a chunk
 * that is changed, moved, left out or cut off does not open. A key is for one stream only.
 */
final class SealedChunks {
  static final int CHUNK = 1 << 20;
  private static final int TAG = 16;

  private SealedChunks() {}

  private static byte[] crypt(
      int mode, SecretKey key, long number, boolean last, byte[] in, int length)
      throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(12).putInt(last ? 1 : 0).putLong(number).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    return cipher.doFinal(in, 0, length);
  }

  /** Seals what is written; the last chunk when it is closed. */
  static final class Sealing extends OutputStream {
    private final OutputStream out;
    private final SecretKey key;
    private final byte[] chunk = new byte[CHUNK];
    private int filled;
    private long number;
    private boolean closed;

    Sealing(OutputStream out, SecretKey key) {
      this.out = out;
      this.key = key;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int at = from;
      while (at < from + length) {
        if (filled == CHUNK) {
          seal(false);
        }
        int some = Math.min(CHUNK - filled, from + length - at);
        System.arraycopy(bytes, at, chunk, filled, some);
        filled += some;
        at += some;
      }
    }

    private void seal(boolean last) throws IOException {
      try {
        out.write(crypt(Cipher.ENCRYPT_MODE, key, number, last, chunk, filled));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has AES-GCM", e);
      }
      number++;
      filled = 0;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        seal(true);
        out.close();
      }
    }
  }

  /** Opens what was sealed; nothing of a chunk is given out before all of it has opened. */
  static final class Opening extends InputStream {
    private final InputStream in;
    private final SecretKey key;
    private byte[] chunk = {};
    private byte[] ahead;
    private int at;
    private long number;
    private boolean ended;

    Opening(InputStream in, SecretKey key) throws IOException {
      this.in = in;
      this.key = key;
      this.ahead = in.readNBytes(CHUNK + TAG);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      while (at == chunk.length) {
        if (ended) {
          return -1;
        }
        next();
      }
      int some = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, into, from, some);
      at += some;
      return some;
    }

    private void next() throws IOException {
      byte[] sealed = ahead;
      ahead = in.readNBytes(CHUNK + TAG);
      ended = ahead.length == 0;
      try {
        chunk = crypt(Cipher.DECRYPT_MODE, key, number, ended, sealed, sealed.length);
      } catch (GeneralSecurityException e) {
        throw new Broken(
            number == 0
                ? "the key does not open it, or it was changed"
                : "it was changed or ends early, at about " + number + " MiB",
            e);
      }
      number++;
      at = 0;
    }

    @Override
    public void close() throws IOException {
      Arrays.fill(chunk, (byte) 0);
      in.close();
    }
  }

  /** What was sealed does not open. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    Broken(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
