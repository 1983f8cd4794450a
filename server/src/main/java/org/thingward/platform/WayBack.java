package org.thingward.platform;

import org.thingward.trust.Subject;

/**
 * Lets a device whose key two hold come back under a new one, after its hardware proved to be the
 * one on record (rule I3); the room {@code identity} implements it.
 */
@FunctionalInterface
public interface WayBack {
  /**
   * The text of a token by which the device enrols a new key, once and within minutes; durable,
   * with its ledger entry, when this returns.
   */
  String token(Subject device);
}
