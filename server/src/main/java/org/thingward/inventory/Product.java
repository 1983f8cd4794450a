package org.thingward.inventory;

/**
 * A model of device.
 *
 * @param name its name
 * @param maker who makes it; empty if not known
 */
record Product(String name, String maker) {}
