package org.thingward.ledger;

import org.thingward.verify.log.Checkpoint;

/**
 * Who looks after the log: a checkpoint that they cosigned can be neither forked nor taken back.
 */
interface Witnesses extends AutoCloseable {
  /** Nobody. */
  Witnesses NONE =
      new Witnesses() {
        @Override
        public Checkpoint cosigned(Checkpoint head) {
          return head;
        }

        @Override
        public boolean suffice(Checkpoint head) {
          return true;
        }

        @Override
        public void requireNotBehind(Checkpoint head, long durable) {}
      };

  /**
   * The checkpoint with the cosignatures that could be had within a second. Its tiles must be in
   * place. Never fails: a witness that does not answer is left out for a while.
   */
  Checkpoint cosigned(Checkpoint head);

  /** Whether the checkpoint has all the cosignatures it needs. */
  boolean suffice(Checkpoint head);

  /**
   * Asks everyone what it has seen of this log; who cannot be reached is passed over (rule L5).
   *
   * @param head the log's latest checkpoint, signed
   * @param durable how many entries the log has, published or not
   * @throws LedgerUnavailable if a witness has seen more, or another history
   */
  void requireNotBehind(Checkpoint head, long durable);

  /** Asks nobody any more. */
  @Override
  default void close() {}
}
