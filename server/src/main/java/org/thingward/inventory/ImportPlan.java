package org.thingward.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an import would do to the inventory as it stands, worked out before anything is written.
 *
 * @param products those that are new or change
 * @param releases those that are new or change
 * @param devices those that are new or change
 * @param changes what happens to each device of the import, in order of rows
 */
record ImportPlan(
    List<Product> products,
    List<Release> releases,
    List<Device> devices,
    List<DeviceChange> changes) {

  /** Works the plan out; throws the problem that lists what is wrong with any row. */
  static ImportPlan of(
      Rows rows,
      InventoryStore store,
      Catalogue catalogue,
      OnRecord onRecord,
      RowCheck check,
      RowErrors errors) {
    ScopeRule scope = new ScopeRule(check.scope(), errors);
    KnownNames known = new KnownNames(catalogue, check.scope(), rows.products(), rows.releases());
    List<Product> products =
        check.products(rows.products()).stream()
            .filter(product -> !catalogue.product(product.name()).equals(optional(product)))
            .toList();
    List<Release> releases =
        check.releases(rows.releases(), known.products()).stream()
            .filter(release ->
                !catalogue.release(release.product(), release.version()).equals(optional(release))
                    || !onRecord.counts(release))
            .toList();
    List<CheckedDevice> checked = check.devices(rows.devices(), rows.idColumn(), known);
    products.forEach(product -> scope.checkChanged("products.name", product.name()));
    releases.forEach(release -> scope.checkChanged("releases.product", release.product()));
    List<DeviceChange> changes = changes(checked, rows.idColumn(), store, scope, errors);
    errors.refuseIfAny();
    return new ImportPlan(products, releases, changed(checked, changes, onRecord), changes);
  }

  private static <T> Optional<T> optional(T value) {
    return Optional.of(value);
  }

  private static List<DeviceChange> changes(
      List<CheckedDevice> checked,
      String idColumn,
      InventoryStore store,
      ScopeRule scope,
      RowErrors errors) {
    List<String> ids = checked.stream().map(next -> next.device().id()).toList();
    Map<String, Device> existing = new HashMap<>();
    store.findAll(ids).forEach(device -> existing.put(device.id(), device));
    Set<String> retired = store.retired(ids);
    List<DeviceChange> changes = new ArrayList<>();
    for (CheckedDevice next : checked) {
      Device former = existing.get(next.device().id());
      if (!scope.check(Optional.ofNullable(former), next, idColumn)) {
        continue;
      }
      if (former == null) {
        RetiredRule.checkNew(next, idColumn, retired, errors);
        changes.add(DeviceChange.added(next));
      } else {
        RetiredRule.check(former, next, errors);
        changes.add(DeviceChange.between(former, next));
      }
    }
    return changes;
  }

  private static List<Device> changed(
      List<CheckedDevice> checked, List<DeviceChange> changes, OnRecord onRecord) {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < checked.size(); i++) {
      Device device = checked.get(i).device();
      if (!changes.get(i).changesNothing() || !onRecord.counts(device)) {
        devices.add(device);
      }
    }
    return devices;
  }

  boolean changesNothing() {
    return products.isEmpty() && releases.isEmpty() && devices.isEmpty();
  }

  long added() {
    return changes.stream().filter(DeviceChange::isNew).count();
  }

  long unchanged() {
    return changes.stream().filter(DeviceChange::changesNothing).count();
  }

  /** Regions that no device was in before: a new one, or one that was misspelt. */
  Set<String> newRegions(List<String> regions) {
    Set<String> found = new TreeSet<>();
    devices.forEach(device -> found.add(device.region()));
    regions.forEach(found::remove);
    return found;
  }
}
