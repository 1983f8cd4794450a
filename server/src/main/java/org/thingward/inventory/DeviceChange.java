package org.thingward.inventory;

import java.util.ArrayList;
import java.util.List;

/**
 * What an import does, or would do, to one device.
 *
 * @param row the row that says so
 * @param device the device's id
 * @param isNew whether it was not registered before
 * @param cells what changes; empty for a new device, and for one that stays as it is
 */
record DeviceChange(int row, String device, boolean isNew, List<Cell> cells) {
  /** A value that another replaces. */
  record Cell(String column, String from, String to) {}

  static DeviceChange added(CheckedDevice checked) {
    return new DeviceChange(checked.row(), checked.device().id(), true, List.of());
  }

  static DeviceChange between(Device former, CheckedDevice checked) {
    Device next = checked.device();
    List<Cell> cells = new ArrayList<>();
    add(cells, "product", former.product(), next.product());
    add(cells, "release", former.release(), next.release());
    add(cells, "owner", former.owner(), next.owner());
    add(cells, "region", former.region(), next.region());
    add(cells, "lifecycle", former.lifecycle().word(), next.lifecycle().word());
    return new DeviceChange(checked.row(), next.id(), false, List.copyOf(cells));
  }

  private static void add(List<Cell> cells, String column, String from, String to) {
    if (!from.equals(to)) {
      cells.add(new Cell(column, from, to));
    }
  }

  boolean changesNothing() {
    return !isNew && cells.isEmpty();
  }
}
