/**
 * The policy enforcement point on the wire: terminates MQTT over mutually authenticated TLS,
 * enforces a device's grant on every packet in both directions, and passes on to a broker behind
 * what is allowed (rules G1 to G11).
 *
 * <p>Way in: {@link org.thingward.gateway.Gateway}, which listens and hears posture changes; {@link
 * org.thingward.gateway.Upstream}, the broker behind; {@link org.thingward.gateway.BrokerChild},
 * the default one.
 *
 * <p>Inside, a packet's walk is: {@code PacketCutter} cuts it from the stream, {@code Entrance}
 * takes the first one and makes a {@code Session}, {@code FromDevice} and {@code FromBroker} check
 * all others against the session's grant and pass them on as they are.
 *
 * <p>Never: judge a device, keep a message, re-encode what it may pass on, or let a Netty buffer
 * out.
 */
package org.thingward.gateway;
