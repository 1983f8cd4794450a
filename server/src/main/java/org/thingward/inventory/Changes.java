package org.thingward.inventory;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.thingward.platform.Database;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Foresight;
import org.thingward.trust.Impact;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * Changes records. Each change is one transaction; what changed is stated as evidence once it is
 * committed. Who asked for it is on record before it gets here: the console sees to that.
 */
final class Changes {
  private final Database database;
  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final Statements statements;
  private final OnRecord onRecord;
  private final Foresight foresight;
  private final Time time;
  // From the reading of records until what becomes of them is known to be on record.
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private volatile Consumer<String> ownerChanged = id -> {};
  private volatile Consumer<List<Device>> recordsChanged = devices -> {};

  Changes(
      Database database,
      InventoryStore devices,
      CatalogueStore catalogue,
      Statements statements,
      OnRecord onRecord,
      Foresight foresight,
      Time time) {
    this.database = database;
    this.devices = devices;
    this.catalogue = catalogue;
    this.statements = statements;
    this.onRecord = onRecord;
    this.foresight = foresight;
    this.time = time;
  }

  /**
   * Works out a plan, and what that would do to devices (rule O3).
   *
   * @param planning works the plan out; throws to refuse it
   * @param answer what is answered once it was carried out
   */
  Operation.Prepared prepare(
      Supplier<ImportPlan> planning, Function<ImportPlan, OperatorResponse> answer) {
    ImportPlan weighed = plan(planning);
    Impact impact =
        weighed.changesNothing()
            ? Impact.NOTHING
            : foresight.of(statements.of(weighed, catalogue.read().with(weighed)));
    return Operation.Prepared.of(
        impact, () -> answer.apply(carryOut(() -> same(planning.get(), weighed))));
  }

  private static ImportPlan same(ImportPlan now, ImportPlan weighed) {
    if (!now.equals(weighed)) {
      throw Operation.changedMeanwhile("A record that this is about was changed");
    }
    return now;
  }

  private ImportPlan carryOut(Supplier<ImportPlan> planning) {
    ImportPlan plan = written(false, planning);
    state(plan);
    return plan;
  }

  /** Works out a plan, and changes nothing. */
  ImportPlan plan(Supplier<ImportPlan> planning) {
    return written(true, planning);
  }

  private ImportPlan written(boolean dryRun, Supplier<ImportPlan> planning) {
    oneAtATime.lock();
    try {
      return database.inTransaction(() -> {
        devices.lock();
        ImportPlan planned = planning.get();
        if (!dryRun && !planned.changesNothing()) {
          write(planned);
        }
        return planned;
      });
    } finally {
      oneAtATime.unlock();
    }
  }

  /** {@code told} hears the ids of devices that had another owner before, after commit. */
  void afterOwnerChange(Consumer<String> told) {
    ownerChanged = told;
  }

  /** {@code told} hears the records that are new or changed, after commit. */
  void afterRecordsChange(Consumer<List<Device>> told) {
    recordsChanged = told;
  }

  private void write(ImportPlan plan) {
    List<String> ids = plan.devices().stream().map(Device::id).toList();
    Map<String, String> owners =
        devices.findAll(ids).stream().collect(Collectors.toMap(Device::id, Device::owner));
    catalogue.putProducts(plan.products());
    Map<Subject, Digest> records = OnRecord.digests(plan.devices(), plan.releases());
    Map<Subject, Receipt> receipts = onRecord.put(records);
    catalogue.putReleases(plan.releases(), receipts);
    devices.put(plan.devices(), receipts);
    database.afterCommit(() -> onRecord.committed(records));
    List<String> passedOn =
        plan.devices().stream()
            .filter(device -> hasFormerOwner(owners.getOrDefault(device.id(), ""), device))
            .map(Device::id)
            .toList();
    database.afterCommit(() -> recordsChanged.accept(plan.devices()));
    database.afterCommit(() -> passedOn.forEach(ownerChanged));
  }

  private static boolean hasFormerOwner(String former, Device device) {
    return !former.isEmpty() && !former.equals(device.owner());
  }

  private void state(ImportPlan plan) {
    if (!plan.products().isEmpty() || !plan.releases().isEmpty()) {
      statements.stateCatalogue();
    }
    List<String> ids = plan.devices().stream().map(Device::id).toList();
    if (!ids.isEmpty()) {
      statements.stateDevices(ids);
    }
  }

  /** Whether a row of the database is what is on record. */
  OnRecord onRecord() {
    return onRecord;
  }

  LocalDate today() {
    return LocalDate.ofInstant(time.now(), ZoneOffset.UTC);
  }
}
