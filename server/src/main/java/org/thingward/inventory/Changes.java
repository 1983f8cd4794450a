package org.thingward.inventory;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
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

  private void write(ImportPlan plan) {
    catalogue.putProducts(plan.products());
    catalogue.putReleases(plan.releases());
    devices.put(plan.devices());
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
