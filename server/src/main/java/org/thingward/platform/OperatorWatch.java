package org.thingward.platform;

import org.thingward.trust.Subject;

/** Is told what operators do; the room {@code access} implements it. Neither waits nor refuses. */
public interface OperatorWatch {
  /** One that notices nothing. */
  OperatorWatch NOTHING =
      new OperatorWatch() {
        @Override
        public void acted(Subject operator, String verb) {}

        @Override
        public void read(Subject operator, long bytes) {}
      };

  /** Something was changed, under this verb; its entry in the ledger is there. */
  void acted(Subject operator, String verb);

  /** Something was read: so many bytes of an answer were sent. */
  void read(Subject operator, long bytes);
}
