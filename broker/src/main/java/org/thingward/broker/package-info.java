/**
 * The default MQTT broker as a child process: HiveMQ Community Edition with file persistence, on
 * loopback.
 *
 * <p>Way in: {@link org.thingward.broker.Broker}, a main.
 *
 * <p>Never: accept any client but the gateway, judge a device, outlive its parent.
 */
package org.thingward.broker;
