package org.thingward.platform;

/**
 * Hears from where peers speak that proved their key and may do what they asked for. Strangers, and
 * who was denied, are not told of (rule T2).
 */
@FunctionalInterface
public interface PeerSightings {
  /**
   * A peer spoke. Called on a virtual thread, or on an event loop: must return at once.
   *
   * @param from where on the network it spoke from
   */
  void seen(Peer peer, Place from);
}
