package org.thingward.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.thingward.ledger.DatabaseFinding;
import org.thingward.ledger.Ledger;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * What of the inventory counts when the server starts (rule L4): each row is held against what was
 * last stated, and against the entries of the changes that still wait to be.
 */
final class Reload {
  private static final String CHANGED =
      "%d records of the inventory are not what the log says (%s …): somebody wrote into the"
          + " database, or an old copy was put back. They count as they were last stated. Look at"
          + " them, and give those again that should differ: thingward device import.";

  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final OnRecord onRecord;
  private final List<Device> raised = new ArrayList<>();

  Reload(InventoryStore devices, CatalogueStore catalogue, OnRecord onRecord) {
    this.devices = devices;
    this.catalogue = catalogue;
    this.onRecord = onRecord;
  }

  /**
   * Puts devices back as the log has them; what does not count goes into a finding.
   *
   * @return how many devices and products that concerns
   */
  int run(Ledger ledger, Instant now) {
    onRecord.reload(waiting());
    devices.forEach(device -> {
      if (!onRecord.counts(device)) {
        raised.add(device);
      }
    });
    devices.disbelieve(raised.stream().map(Device::id).toList());
    devices.putBack(raised.stream().flatMap(device -> lastStated(device).stream()).toList());
    List<Subject> concerned = new ArrayList<>(raised.stream().map(Device::subject).toList());
    concerned.addAll(catalogueInDoubt());
    if (!concerned.isEmpty()) {
      new DatabaseFinding("inventory-changed", now, concerned.size(), concerned)
          .tell(ledger, CHANGED);
    }
    return concerned.size();
  }

  /** What the database says was changed and not stated, with the entries it names for that. */
  private Map<Subject, Receipt> waiting() {
    Map<Subject, Receipt> waiting = new HashMap<>(devices.waiting());
    Map<Subject, Receipt> changes = catalogue.changes();
    for (Release release : catalogue.releases()) {
      Receipt change = changes.get(release.subject());
      if (change != null && !onRecord.counts(release)) {
        waiting.put(release.subject(), change);
      }
    }
    return waiting;
  }

  private List<Subject> catalogueInDoubt() {
    Catalogue all = catalogue.read();
    List<Subject> concerned = new ArrayList<>();
    for (String product : all.products()) {
      if (!onRecord.counts(product, all.releases(product))) {
        concerned.add(Subject.product(product));
      }
    }
    return concerned;
  }

  /** The device as it was last stated, with the owner that the row has; empty if it never was. */
  private Optional<Device> lastStated(Device row) {
    return onRecord.claims(row.subject()).map(claims -> device(row, claims));
  }

  private static Device device(Device row, SortedMap<String, ClaimValue> claims) {
    String product = linked(claims, "device.product");
    String release = linked(claims, "device.release");
    return new Device(
        row.id(),
        product,
        release.isEmpty() ? "" : release.substring(product.length() + 1),
        row.owner(),
        word(claims, "device.region"),
        Lifecycle.ofWord(word(claims, "lifecycle")).orElse(Lifecycle.RETIRED));
  }

  private static String linked(SortedMap<String, ClaimValue> claims, String name) {
    return claims.get(name) instanceof ClaimValue.Link(Subject subject) ? subject.name() : "";
  }

  private static String word(SortedMap<String, ClaimValue> claims, String name) {
    return claims.get(name) instanceof ClaimValue.Word(String word) ? word : "";
  }
}
