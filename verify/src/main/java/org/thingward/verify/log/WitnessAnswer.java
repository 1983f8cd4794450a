package org.thingward.verify.log;

import java.util.List;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * What a witness answers to a log that asks it to cosign, and why: the rules of C2SP tlog-witness
 * {@code add-checkpoint}, as a pure function.
 */
public sealed interface WitnessAnswer {
  /** The checkpoint continues what the witness has seen: it is to be stored, then cosigned. */
  record Cosign() implements WitnessAnswer {}

  /** The log is at another size than the request supposes: {@code size} was cosigned last. */
  record Conflict(long size) implements WitnessAnswer {}

  /**
   * Anything else.
   *
   * @param status the HTTP status: 400, 403, 404 or 422
   */
  record Refused(int status, String reason) implements WitnessAnswer {}

  /**
   * Decides on one request.
   *
   * @param known the keys of all logs that this witness knows, each named after its origin
   * @param latest the checkpoint of this origin that it cosigned last
   */
  static WitnessAnswer to(
      AddCheckpoint request, List<VerifierKey> known, Optional<Checkpoint> latest) {
    Checkpoint head = request.checkpoint();
    List<VerifierKey> keys =
        known.stream().filter(key -> key.name().equals(head.origin())).toList();
    if (keys.isEmpty()) {
      return new Refused(404, "this witness does not know the log " + head.origin());
    }
    // All of them: whoever breaks one algorithm has broken nothing.
    if (!keys.stream().allMatch(head::signedBy)) {
      return new Refused(403, "the checkpoint is not signed by the keys known of its log");
    }
    if (request.oldSize() > head.size()) {
      return new Refused(400, "the old size is larger than the checkpoint's");
    }
    long cosigned = latest.map(Checkpoint::size).orElse(0L);
    Digest root = latest.map(Checkpoint::root).orElse(MerkleTree.EMPTY);
    boolean forked = head.size() == cosigned && !head.root().equals(root);
    if (request.oldSize() != cosigned || forked) {
      return new Conflict(cosigned);
    }
    ConsistencyProof proof = new ConsistencyProof(cosigned, head.size(), request.proof());
    return proof.proves(root, head.root())
        ? new Cosign()
        : new Refused(422, "the checkpoint does not continue the one of " + cosigned + " entries");
  }
}
