package org.thingward.gateway;

import java.util.concurrent.Executor;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.Time;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.EvidenceSink;

/**
 * What every session works with.
 *
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
    Executor threads) {}
