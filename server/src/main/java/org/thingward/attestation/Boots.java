package org.thingward.attestation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Recent;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Subject;

/**
 * Explains to people what devices booted. What it shows is what the evidence on record names, or
 * nothing; no decision rests on it.
 */
final class Boots {
  private static final int REMEMBERED = 32_768;
  private static final Logger LOG = LoggerFactory.getLogger(Boots.class);

  private final BootStore store;
  private final EvidenceSink sink;
  private final Function<Subject, SortedSet<Digest>> references;
  private final Time time;
  private final Recent<Subject, Digest> kept = new Recent<>(REMEMBERED);

  /**
   * Opens it.
   *
   * @param sink where this room states evidence
   * @param references which boots are right for a device, by its release
   */
  Boots(
      BootStore store,
      EvidenceSink sink,
      Function<Subject, SortedSet<Digest>> references,
      Time time) {
    this.store = store;
    this.sink = sink;
    this.references = references;
    this.time = time;
  }

  /**
   * Keeps what was quoted, once it is stated as evidence. A device that boots as before costs no
   * write, and storage that fails explains less and stops nothing.
   *
   * @param log the digest of the event log, if one was given
   */
  void quoted(Subject device, MeasuredBoot boot, Optional<Digest> log) {
    Digest says = boot.says(log);
    if (kept.find(device).filter(says::equals).isPresent()) {
      return;
    }
    try {
      store.keep(device, boot, time.now());
      kept.keep(device, says);
    } catch (RuntimeException e) {
      LOG.warn("the boot of {} is not kept for people to read: {}", device, e.getMessage());
    }
  }

  /** The boot that a device quoted last, explained; empty if it quoted none. */
  Optional<ExplainedBoot> explained(Subject device) {
    return QuotedBoot.newest(sink, device).map(quoted -> explained(device, quoted));
  }

  private ExplainedBoot explained(Subject device, QuotedBoot quoted) {
    List<MeasuredBoot> own = store.of(device).stream().filter(MeasuredBoot::isWhole).toList();
    Optional<MeasuredBoot> shown =
        own.stream()
            .filter(each -> each.measurement().equals(quoted.measurement()))
            .map(each -> each.withLogOnly(quoted.log()))
            .findFirst();
    SortedSet<Digest> right = references.apply(device);
    if (shown.isEmpty() || right.contains(quoted.measurement())) {
      return new ExplainedBoot(
          quoted, right, shown, ExplainedBoot.Beside.NOTHING, Optional.empty());
    }
    Optional<MeasuredBoot> reference = closest(shown.get(), store.measured(right));
    if (reference.isPresent()) {
      return new ExplainedBoot(quoted, right, shown, ExplainedBoot.Beside.REFERENCE, reference);
    }
    Optional<MeasuredBoot> before =
        closest(
            shown.get(),
            own.stream().filter(each -> !each.measurement().equals(quoted.measurement())).toList());
    return new ExplainedBoot(
        quoted,
        right,
        shown,
        before.isPresent() ? ExplainedBoot.Beside.BEFORE : ExplainedBoot.Beside.NOTHING,
        before);
  }

  private static Optional<MeasuredBoot> closest(MeasuredBoot to, List<MeasuredBoot> others) {
    return others.stream()
        .filter(each -> each.isWhole() && each.bank() == to.bank())
        .min(Comparator.comparing(each -> to.differing(each).size()));
  }
}
