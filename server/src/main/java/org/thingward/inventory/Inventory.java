package org.thingward.inventory;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.PastTiers;
import org.thingward.platform.Time;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Foresight;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/**
 * Devices, products and releases, and what follows from their records as evidence: {@code
 * inventory.record} about devices, {@code firmware} about releases, {@code product} about products.
 */
public final class Inventory implements PostureListener, DevicePlaces {
  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final Statements statements;
  private final OnRecord onRecord;
  private final Changes changes;
  private final Fleet fleet;
  private final int disagreements;

  /**
   * Opens the inventory in schema {@code inventory}, brings that up to date, and holds it against
   * the log (rule L4).
   *
   * @param ledger where changes are put on record
   * @param sink bound to the source {@code inventory}
   * @param foresight tells what evidence would do
   * @throws IllegalStateException if the data were written by a newer Thingward
   */
  public Inventory(
      Database database, Ledger ledger, EvidenceSink sink, Foresight foresight, Time time) {
    database.migrate("inventory");
    this.devices = new InventoryStore(database);
    this.catalogue = new CatalogueStore(database);
    this.onRecord = new OnRecord(ledger, sink);
    this.disagreements = new Reload(devices, catalogue, onRecord).run(ledger, time.now());
    this.statements = new Statements(devices, catalogue, onRecord, sink, time);
    this.changes = new Changes(database, devices, catalogue, statements, onRecord, foresight, time);
    this.fleet = new Fleet(devices, catalogue, time);
    changes.afterRecordsChange(fleet::changed);
  }

  /** How many devices and products were not what the log says at start (rule L4). */
  public int disagreements() {
    return disagreements;
  }

  /**
   * States what was committed but not stated as evidence: what a crash, a database that went away
   * or a policy that refused it left behind. Call it at start, once the sink takes evidence, and
   * whenever a new policy takes effect. What cannot be stated now waits for the next call.
   *
   * @return how many devices still wait
   */
  public int stateOutstanding() {
    statements.stateOutstanding();
    return devices.countUnstated(Scope.EVERYWHERE);
  }

  /**
   * Whether the id of this device is out of use for good: it was retired, or its record is gone
   * (rule G9). False for a device that was never registered, and for what is no device.
   */
  public boolean isRetired(Subject subject) {
    return subject.kind() == SubjectKind.DEVICE
        && (devices.isRetired(subject.name()) || isStatedRetired(subject));
  }

  private boolean isStatedRetired(Subject device) {
    return onRecord
        .claims(device)
        .filter(
            claims -> new ClaimValue.Word(Lifecycle.RETIRED.word()).equals(claims.get("lifecycle")))
        .isPresent();
  }

  /**
   * {@code told} hears the ids of devices that had another owner before, once that is committed.
   */
  public void afterOwnerChange(Consumer<String> told) {
    changes.afterOwnerChange(told);
  }

  @Override
  public Optional<Place> of(String device) {
    return fleet.place(device);
  }

  /** Reads the fleet now, so that nobody has to wait for that: not a search, and not a cut. */
  public void readFleet() {
    fleet.readOnce();
  }

  /** Searches of the fleet find devices by how they stand now. */
  @Override
  public void posturesChanged(Collection<PostureChange> changes) {
    fleet.changed(changes);
  }

  /** How everybody stood when this began to hear changes. */
  public void stood(Stream<Posture> postures) {
    fleet.stood(postures);
  }

  /** Who tells how everybody stood before. */
  public void remembers(PastTiers past) {
    fleet.remembers(past);
  }

  /** What operators can ask and change. */
  public List<OperatorRoute> routes() {
    return Stream.of(
            new DeviceRoutes(devices, catalogue, changes).routes(),
            new TransferRoutes(devices, catalogue, changes).routes(),
            new CatalogueRoutes(devices, catalogue, changes).routes(),
            new FleetRoutes(fleet, changes::today).routes())
        .flatMap(List::stream)
        .toList();
  }
}
