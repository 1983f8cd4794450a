package org.thingward.verify.log;

import java.util.List;
import org.thingward.trust.Digest;

/**
 * Something that whoever has a log's keys says, and that is no head of the log: a signed note of
 * the form of a checkpoint, under the log's name with a purpose behind it, so that none is ever
 * taken for the other.
 */
public final class LogStatement {
  private LogStatement() {}

  /**
   * What is to be signed.
   *
   * @param origin the log's name
   * @param purpose a word
   * @param statement what is said
   */
  public static Checkpoint of(String origin, String purpose, byte[] statement) {
    return new Checkpoint(origin + "/" + purpose, 0, Digest.of(statement), List.of());
  }

  /** Whether {@code note} is this statement, signed by all of these keys of one log. */
  public static boolean isSigned(
      byte[] note, String purpose, byte[] statement, List<VerifierKey> keys) {
    try {
      Checkpoint signed = Checkpoint.parse(note);
      return !keys.isEmpty()
          && signed.with(List.of()).equals(of(keys.getFirst().name(), purpose, statement))
          && keys.stream().allMatch(signed::signedBy);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
