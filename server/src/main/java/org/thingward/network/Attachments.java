package org.thingward.network;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.FilteredPage;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Which device is behind which gateway. What the database holds counts if it is what was stated of
 * the device last (rule L4).
 */
final class Attachments {
  /** The most devices that one gateway speaks of. */
  static final int MOST = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

  private final AttachmentStore store;
  private final Statements statements;
  private final Predicate<Subject> registered;
  private final OneAtATime<Subject> reporting;
  private final Time time;
  private final Set<Subject> gateways = ConcurrentHashMap.newKeySet();

  /**
   * Those in a store.
   *
   * @param registered whether a device is in the inventory, and not retired
   * @param reporting who works on what a gateway says of those behind it
   */
  Attachments(
      AttachmentStore store,
      Statements statements,
      Predicate<Subject> registered,
      OneAtATime<Subject> reporting,
      Time time) {
    this.store = store;
    this.statements = statements;
    this.registered = registered;
    this.reporting = reporting;
    this.time = time;
    gateways.addAll(store.gateways());
  }

  /**
   * Puts a device behind a gateway, and away from where it was.
   *
   * @throws Problem 404 or 409 saying why not
   */
  synchronized Attachment attach(Subject device, Subject gateway, MacAddress address, Digest raw) {
    if (device.equals(gateway)) {
      throw new Problem(409, "own-gateway", "A device is not behind itself.");
    }
    requireRegistered(device);
    requireRegistered(gateway);
    List<Attachment> there = store.behind(gateway);
    there.stream()
        .filter(other -> other.address().equals(address) && !other.device().equals(device))
        .findFirst()
        .ifPresent(other -> {
          throw new Problem(
              409,
              "address-taken",
              "Behind %s, %s is the address of %s: detach that first."
                  .formatted(gateway.name(), address, other.device().name()));
        });
    if (there.size() >= MOST && there.stream().noneMatch(each -> each.device().equals(device))) {
      throw new Problem(
          409,
          "gateway-full",
          "Behind %s are %d devices, the most there can be.".formatted(gateway.name(), MOST));
    }
    Attachment attachment =
        new Attachment(device, gateway, address, time.now().truncatedTo(ChronoUnit.MICROS));
    awayFromItsGateway(
        device,
        raw,
        () -> {
          statements.attached(attachment, raw);
          store.put(attachment);
        });
    gateways.add(gateway);
    return attachment;
  }

  /** Takes a device away from its gateway; of one that has none nothing changes. */
  synchronized void detach(Subject device, Digest raw) {
    if (store.of(device).isPresent()) {
      awayFromItsGateway(
          device,
          raw,
          () -> {
            statements.detached(device, raw);
            store.delete(device);
          });
    }
  }

  /** While its former gateway says nothing: a report that is under way would vouch for it after. */
  private void awayFromItsGateway(Subject device, Digest raw, Runnable change) {
    List<Subject> former = store.of(device).map(Attachment::gateway).stream().toList();
    reporting.begin(former);
    try {
      change.run();
      statements.vouchedForNoMore(List.of(device), raw);
    } finally {
      reporting.end(former);
    }
  }

  private void requireRegistered(Subject device) {
    if (!registered.test(device)) {
      throw new Problem(
          404,
          "no-such-device",
          "%s is not in the inventory, or retired: thingward device add %s"
              .formatted(device.name(), device.name()));
    }
  }

  Optional<Attachment> of(Subject device) {
    return store.of(device).filter(this::counts);
  }

  /** Those behind a gateway. */
  List<Attachment> behind(Subject gateway) {
    return gateways.contains(gateway)
        ? store.behind(gateway).stream().filter(this::counts).toList()
        : List.of();
  }

  /** Those that are {@code shown}, by device: at most so many, from behind a device's name on. */
  List<Attachment> page(
      Optional<String> gateway, String after, int limit, Predicate<Attachment> shown) {
    return FilteredPage.of(
        after,
        limit,
        (from, most) -> store.page(gateway, from, most),
        last -> last.device().name(),
        shown.and(this::counts));
  }

  /** Whether any device may be behind it. */
  boolean isGateway(Subject device) {
    return gateways.contains(device);
  }

  /** All behind which devices may be. */
  Set<Subject> gateways() {
    return Set.copyOf(gateways);
  }

  private boolean counts(Attachment attachment) {
    boolean counts = statements.isOnRecord(attachment);
    if (!counts) {
      LOG.warn(
          "the database has {} behind {}, which is not on record: it does not count. Attach it anew",
          attachment.device(),
          attachment.gateway());
    }
    return counts;
  }
}
