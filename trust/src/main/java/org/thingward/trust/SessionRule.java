package org.thingward.trust;

import java.time.Duration;

/**
 * How long what is granted to a session lasts.
 *
 * @param longest the longest grant; a session goes on under a new one
 * @param expiry the longest MQTT session expiry interval (rule G9)
 * @param closeOnRefusal whether an MQTT 3.1.1 client is closed when a PUBLISH of it is refused, or
 *     has the message acknowledged and dropped
 */
public record SessionRule(Duration longest, Duration expiry, boolean closeOnRefusal) {}
