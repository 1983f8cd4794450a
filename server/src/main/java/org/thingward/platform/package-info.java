/**
 * What every room stands on and none would want to own: database, TLS, HTTP listeners, supervised
 * children, configuration, jobs, clock, randomness, metrics.
 *
 * <p>Way in: rooms declare {@link org.thingward.platform.DeviceRoute}s and {@link
 * org.thingward.platform.OperatorRoute}s, which this room mounts, and fail with {@link
 * org.thingward.platform.Problem}.
 *
 * <p>Never: judge a device. It asks the {@link org.thingward.trust.DecisionPoint} and obeys.
 */
package org.thingward.platform;
