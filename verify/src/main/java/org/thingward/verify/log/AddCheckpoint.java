package org.thingward.verify.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.thingward.trust.Digest;

/**
 * What a log asks of a witness: to cosign a checkpoint, which continues the one of {@code oldSize}
 * entries that it cosigned before (the body of C2SP tlog-witness {@code add-checkpoint}).
 *
 * @param oldSize the size that the witness cosigned last; 0 if none
 * @param proof the hashes that show the one to continue the other, at most 63
 * @param checkpoint the checkpoint, with the log's signatures
 */
public record AddCheckpoint(long oldSize, List<Digest> proof, Checkpoint checkpoint) {
  /** What a request may hold at most, in bytes. */
  public static final int MAX_BYTES = Checkpoint.MAX_BYTES + 4_096;

  private static final String OLD = "old ";

  public AddCheckpoint {
    proof = List.copyOf(proof);
    if (proof.size() > InclusionProof.MAX_PATH) {
      throw new IllegalArgumentException("a consistency proof has at most 63 hashes");
    }
  }

  /**
   * Reads a request's body; nothing is checked yet but its form.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static AddCheckpoint parse(byte[] body) {
    if (body.length > MAX_BYTES) {
      throw new IllegalArgumentException("a request has at most " + MAX_BYTES + " bytes");
    }
    int end = endOfHead(body);
    String[] head = new String(body, 0, end, StandardCharsets.US_ASCII).split("\n", -1);
    List<Digest> proof = new ArrayList<>();
    for (int i = 1; i < head.length; i++) {
      proof.add(hash(head[i], i + 1));
    }
    Checkpoint checkpoint = Checkpoint.parse(Arrays.copyOfRange(body, end + 2, body.length));
    return new AddCheckpoint(oldSize(head[0]), proof, checkpoint);
  }

  /** The request's body. */
  public byte[] encode() {
    StringBuilder head = new StringBuilder(OLD).append(oldSize).append('\n');
    for (Digest hash : proof) {
      head.append(Base64.getEncoder().encodeToString(hash.bytes())).append('\n');
    }
    byte[] before = head.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    byte[] note = checkpoint.serialise();
    byte[] body = Arrays.copyOf(before, before.length + note.length);
    System.arraycopy(note, 0, body, before.length, note.length);
    return body;
  }

  private static int endOfHead(byte[] body) {
    for (int i = 0; i + 1 < body.length; i++) {
      if (body[i] == '\n' && body[i + 1] == '\n') {
        return i;
      }
    }
    throw new IllegalArgumentException("an empty line stands before the checkpoint");
  }

  private static long oldSize(String line) {
    if (!line.matches("old (0|[1-9][0-9]{0,17})")) {
      throw new IllegalArgumentException("line 1: 'old' and a decimal number");
    }
    return Long.parseLong(line.substring(OLD.length()));
  }

  private static Digest hash(String line, int number) {
    try {
      return Digest.wrap(NoteSignature.Strict.decode(line));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + number + ": 32 bytes in base64", e);
    }
  }
}
