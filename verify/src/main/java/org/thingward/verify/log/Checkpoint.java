package org.thingward.verify.log;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * The signed head of a log: its size and root at one moment (C2SP tlog-checkpoint, without
 * extension lines).
 *
 * @param origin the log's name; 1 to 255 bytes without spaces and {@code +}
 * @param size the number of entries
 * @param root the root of the Merkle tree over them
 * @param signatures the signature lines, at most 32
 */
public record Checkpoint(String origin, long size, Digest root, List<NoteSignature> signatures) {
  /** What a checkpoint's file may hold at most, in bytes. */
  public static final int MAX_BYTES = 131_072;

  /** The most signatures that a checkpoint may have. */
  public static final int MAX_SIGNATURES = 32;

  private static final String COSIGNED = "subtree/v1\n\0";

  /** Checks bounds; throws {@link IllegalArgumentException} saying what is wrong. */
  public Checkpoint {
    VerifierKey.requireName(origin);
    signatures = List.copyOf(signatures);
    if (size < 0) {
      throw new IllegalArgumentException("a log has no negative size");
    }
    if (signatures.size() > MAX_SIGNATURES) {
      throw new IllegalArgumentException("a checkpoint has at most 32 signatures");
    }
  }

  /**
   * Reads a signed note; signatures are not checked yet, see {@link #signedBy}.
   *
   * @throws IllegalArgumentException naming the line, if it is no checkpoint
   */
  public static Checkpoint parse(byte[] note) {
    if (note.length > MAX_BYTES) {
      throw new IllegalArgumentException("a checkpoint has at most 131072 bytes");
    }
    String text = utf8(note);
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException("a checkpoint ends with a newline");
    }
    String[] lines = text.substring(0, text.length() - 1).split("\n", -1);
    if (lines.length < 5 || !lines[3].isEmpty()) {
      throw new IllegalArgumentException(
          "a checkpoint has a line each of origin, size and root, an empty one, and signatures");
    }
    List<NoteSignature> signatures = new ArrayList<>();
    for (int i = 4; i < lines.length; i++) {
      signatures.add(signature(lines[i], i + 1));
    }
    return new Checkpoint(lines[0], size(lines[1]), root(lines[2]), signatures);
  }

  /** The signed note. */
  public byte[] serialise() {
    StringBuilder note = new StringBuilder(text()).append('\n');
    signatures.forEach(signature -> note.append(signature.line()).append('\n'));
    return note.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The same head with these signatures instead. */
  public Checkpoint with(List<NoteSignature> others) {
    return new Checkpoint(origin, size, root, others);
  }

  /** The note's text: what Ed25519 signs. */
  public byte[] noteText() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The {@code cosigned_message} of C2SP tlog-cosignature: what ML-DSA-44 signs.
   *
   * @param signer the name of the key that signs
   * @param seconds the time of signing, seconds since 1970-01-01 UTC
   */
  public byte[] cosignedMessage(String signer, long seconds) {
    byte[] signerName = signer.getBytes(StandardCharsets.UTF_8);
    byte[] originName = origin.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(12 + 1 + signerName.length + 8 + 1 + originName.length + 16 + 32)
        .put(COSIGNED.getBytes(StandardCharsets.US_ASCII))
        .put((byte) signerName.length)
        .put(signerName)
        .putLong(seconds)
        .put((byte) originName.length)
        .put(originName)
        .putLong(0)
        .putLong(size)
        .put(root.bytes())
        .array();
  }

  /**
   * What a dated signature is over: {@code cosignature/v1} with Ed25519, {@code subtree/v1} with
   * ML-DSA-44 (C2SP tlog-cosignature).
   *
   * @param signer the key that signs, or its public half
   * @param seconds the time of signing, seconds since 1970-01-01 UTC
   * @throws IllegalArgumentException if signatures of this kind are not dated
   */
  public byte[] datedMessage(VerifierKey signer, long seconds) {
    return switch (signer.algorithm()) {
      case ED25519 -> throw new IllegalArgumentException("a plain signature is not dated");
      case ED25519_COSIGNATURE ->
          ("cosignature/v1\ntime " + seconds + "\n" + text()).getBytes(StandardCharsets.UTF_8);
      case ML_DSA_44 -> cosignedMessage(signer.name(), seconds);
    };
  }

  /**
   * Whether {@code key} signed this head.
   *
   * @return false if no line claims to be by it, or if any line that does is wrong
   */
  public boolean signedBy(VerifierKey key) {
    List<NoteSignature> claimed = signatures.stream().filter(key::claims).toList();
    return !claimed.isEmpty() && claimed.stream().allMatch(line -> key.verifies(this, line));
  }

  /** The time that {@code key} signed, to the second; empty with algorithms that sign none. */
  public Optional<Instant> timeBy(VerifierKey key) {
    return switch (key.algorithm()) {
      case ED25519 -> Optional.empty();
      case ED25519_COSIGNATURE, ML_DSA_44 ->
          signatures.stream()
              .filter(line -> key.verifies(this, line))
              .map(line -> Instant.ofEpochSecond(ByteBuffer.wrap(line.signature()).getLong()))
              .findFirst();
    };
  }

  private String text() {
    String hash = Base64.getEncoder().encodeToString(root.bytes());
    return origin + "\n" + size + "\n" + hash + "\n";
  }

  private static NoteSignature signature(String line, int number) {
    try {
      return NoteSignature.parse(line);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    }
  }

  private static long size(String line) {
    if (!line.matches("0|[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("line 2: the size is a decimal number");
    }
    return Long.parseLong(line);
  }

  private static Digest root(String line) {
    try {
      return Digest.wrap(NoteSignature.Strict.decode(line));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line 3: the root is 32 bytes in base64", e);
    }
  }

  private static String utf8(byte[] note) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(note)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a checkpoint is UTF-8 text", e);
    }
  }
}
