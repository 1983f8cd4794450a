package org.thingward.network;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Digest;
import org.thingward.trust.Posture;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/**
 * What gateways saw of the devices behind them. One that is attested vouches for them, and no
 * longer than it is: a key and a boot in hardware that stand, with nothing against it.
 */
final class Sightings {
  private static final Digest FELL =
      Digest.of("its gateway is not attested any more".getBytes(StandardCharsets.UTF_8));

  private final Attachments attachments;
  private final Statements statements;
  private final Function<Subject, Optional<Posture>> postures;
  // A report and a fall of one gateway never at once: the later sees what the earlier stated.
  private final OneAtATime<Subject> reporting;
  private final Time time;

  /**
   * What is seen of these.
   *
   * @param postures how gateways stand
   * @param reporting who works on what a gateway says of those behind it
   */
  Sightings(
      Attachments attachments,
      Statements statements,
      Function<Subject, Optional<Posture>> postures,
      OneAtATime<Subject> reporting,
      Time time) {
    this.attachments = attachments;
    this.statements = statements;
    this.postures = postures;
    this.reporting = reporting;
    this.time = time;
  }

  /**
   * What became of a report.
   *
   * @param level that of what was stated
   * @param seen the devices that were in it
   * @param missing those that are behind the gateway, and were not
   */
  record Taken(AssuranceLevel level, List<Subject> seen, List<Subject> missing) {}

  /** Takes a gateway's report on those behind it; who is not behind it is passed over. */
  Taken take(Subject gateway, NeighbourTable table, Digest raw) {
    return reporting.alone(
        gateway,
        () -> {
          AssuranceLevel level = isAttested(gateway) ? AssuranceLevel.L1 : AssuranceLevel.L0;
          List<Attachment> behind = attachments.behind(gateway);
          List<Subject> seen =
              behind.stream()
                  .filter(each -> table.there().contains(each.address()))
                  .map(Attachment::device)
                  .toList();
          List<Subject> due =
              seen.stream().filter(device -> isDue(device, gateway, level)).toList();
          if (!due.isEmpty()) {
            statements.seen(due, gateway, level, raw);
          }
          List<Subject> missing =
              behind.stream()
                  .map(Attachment::device)
                  .filter(device -> !seen.contains(device))
                  .toList();
          return new Taken(level, seen, missing);
        });
  }

  /** What was said shortly before is not said again. */
  private boolean isDue(Subject device, Subject gateway, AssuranceLevel level) {
    Duration half = Statements.HOLDS.dividedBy(2);
    return statements
        .sighting(device)
        .filter(seen ->
            seen.by().equals(gateway.name())
                && seen.level() == level
                && seen.until().isAfter(time.now().plus(half)))
        .isEmpty();
  }

  /** Those behind this gateway are vouched for no more, unless it is attested again by now. */
  void fell(Subject gateway) {
    reporting.alone(
        gateway,
        () -> {
          if (!isAttested(gateway)) {
            List<Subject> behind =
                attachments.behind(gateway).stream().map(Attachment::device).toList();
            statements.vouchedForNoMore(behind, FELL);
          }
          return gateway;
        });
  }

  private boolean isAttested(Subject gateway) {
    return postures
        .apply(gateway)
        .filter(posture -> isAttested(posture) && time.now().isBefore(posture.until()))
        .isPresent();
  }

  /** Whether a device with this posture may vouch for others, while it has it. */
  static boolean isAttested(Posture posture) {
    return posture.tier() == Tier.AFFIRMING && posture.assurance() == AssuranceLevel.L5;
  }
}
