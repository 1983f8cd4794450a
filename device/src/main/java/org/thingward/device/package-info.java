/**
 * What runs on a device, and a simulated fleet of such devices.
 *
 * <p>Way in: {@link org.thingward.device.EstClient} gets a {@link org.thingward.device.Credential},
 * {@link org.thingward.device.MqttClient} opens a session with it, {@link
 * org.thingward.device.SelfReport} tells the server what the device measured. {@link
 * org.thingward.device.SimulatedDevice} and {@link org.thingward.device.Fleet} put these together.
 *
 * <p>Never: know the server's code. Everything goes over the network, by the standards that a
 * foreign client would use.
 */
package org.thingward.device;
