package org.thingward.verify.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.thingward.trust.Digest;

/**
 * A public key that signs checkpoints. Its text form is the verifier key of C2SP signed-note: name,
 * key id in hex, and base64 of the type's byte and the key, joined by {@code +}.
 */
public final class VerifierKey {
  private static final int MAX_TEXT = 4_096;
  private static final int MAX_NAME = 255;
  private static final long LAST_SECOND = 253_402_300_799L; // the end of the year 9999

  private final String name;
  private final NoteAlgorithm algorithm;
  private final byte[] raw;

  /**
   * A key of this name.
   *
   * @param name 1 to 255 bytes without spaces and {@code +}; of a log's own key: its origin
   * @param raw the public key as its algorithm's standard encodes it
   * @throws IllegalArgumentException if name or key has another form
   */
  public VerifierKey(String name, NoteAlgorithm algorithm, byte[] raw) {
    requireName(name);
    if (raw.length != algorithm.keyLength()) {
      throw new IllegalArgumentException(
          "a key for %s has %d bytes, this one %d"
              .formatted(algorithm.standardName(), algorithm.keyLength(), raw.length));
    }
    this.name = name;
    this.algorithm = algorithm;
    this.raw = raw.clone();
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if the text has another form, or its id does not fit the key
   */
  public static VerifierKey parse(String text) {
    String[] parts = text.split("\\+", 3);
    if (text.length() > MAX_TEXT || parts.length != 3) {
      throw new IllegalArgumentException("a verifier key reads NAME+ID+BASE64");
    }
    byte[] typed = NoteSignature.Strict.decode(parts[2]);
    if (typed.length == 0) {
      throw new IllegalArgumentException("a verifier key holds a type and a key");
    }
    byte[] raw = Arrays.copyOfRange(typed, 1, typed.length);
    VerifierKey key = new VerifierKey(parts[0], NoteAlgorithm.ofType(typed[0] & 0xff), raw);
    if (!key.toString().equals(text)) {
      throw new IllegalArgumentException(
          "the id of verifier key %s does not fit the key".formatted(parts[0]));
    }
    return key;
  }

  public String name() {
    return name;
  }

  public NoteAlgorithm algorithm() {
    return algorithm;
  }

  /** A copy of the public key's bytes. */
  public byte[] raw() {
    return raw.clone();
  }

  /** The first four bytes of SHA-256 over name, newline, type and key. */
  public int keyId() {
    byte[] named = (name + "\n").getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(named, new byte[] {(byte) algorithm.type()}, raw);
    return ByteBuffer.wrap(digest.bytes()).getInt();
  }

  /** Whether the line claims to be by this key. */
  boolean claims(NoteSignature line) {
    return line.keyId() == keyId() && line.name().equals(name);
  }

  /** Whether {@code line} is this key's signature on {@code checkpoint}. */
  boolean verifies(Checkpoint checkpoint, NoteSignature line) {
    byte[] signature = line.signature();
    if (!claims(line) || signature.length != algorithm.signatureLength()) {
      return false;
    }
    return switch (algorithm) {
      case ED25519 -> verifies(checkpoint.noteText(), signature);
      case ED25519_COSIGNATURE, ML_DSA_44 -> {
        long seconds = ByteBuffer.wrap(signature).getLong();
        byte[] bare = Arrays.copyOfRange(signature, Long.BYTES, signature.length);
        yield seconds >= 0
            && seconds <= LAST_SECOND
            && verifies(checkpoint.datedMessage(this, seconds), bare);
      }
    };
  }

  private boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(algorithm.standardName());
      verifier.initVerify(algorithm.publicKey(raw));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // A signature or key that the provider cannot even read verifies nothing.
      return false;
    }
  }

  /** Whether a key bears this name. */
  static Predicate<VerifierKey> named(String name) {
    return key -> key.name().equals(name);
  }

  static void requireName(String name) {
    boolean bad = name.codePoints().anyMatch(c -> c == '+' || c < 0x20 || isSpace(c));
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (bad || length == 0 || length > MAX_NAME) {
      throw new IllegalArgumentException(
          "a key's name has 1 to 255 bytes, without spaces and without +");
    }
  }

  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c) || Character.isWhitespace(c);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifierKey that
        && name.equals(that.name)
        && algorithm == that.algorithm
        && MessageDigest.isEqual(raw, that.raw);
  }

  @Override
  public int hashCode() {
    return keyId();
  }

  /** The text form. */
  @Override
  public String toString() {
    byte[] typed = new byte[1 + raw.length];
    typed[0] = (byte) algorithm.type();
    System.arraycopy(raw, 0, typed, 1, raw.length);
    return "%s+%s+%s"
        .formatted(
            name, HexFormat.of().toHexDigits(keyId()), Base64.getEncoder().encodeToString(typed));
  }
}
