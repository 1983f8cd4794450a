package org.thingward.network;

import java.time.Instant;
import org.thingward.trust.Subject;

/**
 * Where a device without a key of its own is, as an operator said.
 *
 * @param device the device
 * @param gateway the device that it is behind
 * @param address by which it is told apart there
 * @param since when that was said
 */
record Attachment(Subject device, Subject gateway, MacAddress address, Instant since) {}
