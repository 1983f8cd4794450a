package org.thingward.posture;

import java.util.Optional;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.Evidence;

/** What can lower many at once, so that the brake counts its falls together (rule T8). */
sealed interface Cause {
  /** Falls of causes of the same name are counted together. */
  String name();

  /** What it is, for a person. */
  String text();

  /** One source says something of what many share, or, if the brake names it, of many devices. */
  record Source(String source) implements Cause {
    @Override
    public String name() {
      return "source:" + source;
    }

    @Override
    public String text() {
      return "evidence of the source " + source;
    }
  }

  /** Evidence ended or grew old, and nothing newer came. */
  record Staleness() implements Cause {
    @Override
    public String name() {
      return "staleness";
    }

    @Override
    public String text() {
      return "evidence that ended or grew old";
    }
  }

  /** An operator put another policy, or other reference values, in force. */
  record Change(InForce former, InForce now) implements Cause {
    @Override
    public String name() {
      return isOfPolicy()
          ? "policy:" + now.policy().digest()
          : "reference-values:" + now.references().digest();
    }

    @Override
    public String text() {
      return isOfPolicy()
          ? "policy %s in place of %s"
              .formatted(now.policy().digest().brief(), former.policy().digest().brief())
          : "reference values %s in place of %s"
              .formatted(now.references().digest().brief(), former.references().digest().brief());
    }

    private boolean isOfPolicy() {
      return !now.policy().digest().equals(former.policy().digest());
    }
  }

  /** What a piece of evidence counts as; empty if it is about one device, and never held back. */
  static Optional<Cause> of(Evidence piece, BrakeRule brake) {
    boolean shared = !Standings.isAppraised(piece.subject());
    return shared || brake.sources().contains(piece.source())
        ? Optional.of(new Source(piece.source()))
        : Optional.empty();
  }
}
