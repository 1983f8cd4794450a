package org.thingward.inventory;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.thingward.platform.Database;
import org.thingward.platform.Time;

/**
 * Changes records. Each change is one transaction; what changed is stated as evidence once it is
 * committed. Who asked for it is on record before it gets here: the console sees to that.
 */
final class Changes {
  private final Database database;
  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final Statements statements;
  private final Time time;
  private volatile Consumer<String> ownerChanged = id -> {};

  Changes(
      Database database,
      InventoryStore devices,
      CatalogueStore catalogue,
      Statements statements,
      Time time) {
    this.database = database;
    this.devices = devices;
    this.catalogue = catalogue;
    this.statements = statements;
    this.time = time;
  }

  /**
   * Works out a plan and carries it out, unless it is a dry run.
   *
   * @param planning works the plan out; throws to refuse it
   */
  ImportPlan carryOut(boolean dryRun, Supplier<ImportPlan> planning) {
    ImportPlan plan =
        database.inTransaction(() -> {
          devices.lock();
          ImportPlan planned = planning.get();
          if (!dryRun && !planned.changesNothing()) {
            write(planned);
          }
          return planned;
        });
    if (!dryRun) {
      state(plan);
    }
    return plan;
  }

  /** {@code told} hears the ids of devices that had another owner before, after commit. */
  void afterOwnerChange(Consumer<String> told) {
    ownerChanged = told;
  }

  private void write(ImportPlan plan) {
    List<String> ids = plan.devices().stream().map(Device::id).toList();
    Map<String, String> owners =
        devices.findAll(ids).stream().collect(Collectors.toMap(Device::id, Device::owner));
    catalogue.putProducts(plan.products());
    catalogue.putReleases(plan.releases());
    devices.put(plan.devices());
    List<String> passedOn =
        plan.devices().stream()
            .filter(device -> hasFormerOwner(owners.getOrDefault(device.id(), ""), device))
            .map(Device::id)
            .toList();
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

  LocalDate today() {
    return LocalDate.ofInstant(time.now(), ZoneOffset.UTC);
  }
}
