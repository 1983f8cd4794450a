package org.thingward.inventory;

/** A device of an import that passed every check, and the row it came from. */
record CheckedDevice(int row, Device device) {}
