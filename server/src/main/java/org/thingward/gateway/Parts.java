package org.thingward.gateway;

import java.util.List;
import java.util.concurrent.Executor;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerSightings;
import org.thingward.platform.Place;
import org.thingward.platform.Time;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.EvidenceSink;

/**
 * What every session works with.
 *
 * @param sightings hear from where sessions speak
 * @param threads runs what may block, each task on a virtual thread of its own
 */
record Parts(
    DecisionPoint decisions,
    EvidenceSink evidence,
    DeviceTls tls,
    BrokerLink broker,
    Limits limits,
    Time time,
    Meter meter,
    Sessions sessions,
    AbsentWills absentWills,
    Purges purges,
    Silenced silenced,
    Refusals refusals,
    List<PeerSightings> sightings,
    Executor threads) {
  /** A session of this peer is there, and speaks from here. */
  void tell(Peer peer, Place from) {
    sightings.forEach(hears -> hears.seen(peer, from));
  }
}
