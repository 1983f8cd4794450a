/**
 * The network: what is seen on the wire. So far, devices without a key of their own, which are
 * known by the gateway that they are behind: levels of assurance 0 and 1.
 *
 * <p>Way in: {@link org.thingward.network.Discovery}, which {@code app} constructs. An operator
 * says behind which gateway a device is, and its hardware address ({@code Attachments}); the
 * gateway sends its table of neighbours, as {@code ip -j neigh} prints it ({@code NeighbourTable});
 * of each of its own that was there lately it is stated as the source {@code network} that it was
 * seen ({@code Sightings}): vouched for if the gateway is attested, observed if it is not. A
 * gateway that falls vouches for nobody any more.
 *
 * <p>Never: believe a gateway of a device that no operator put behind it, or give a device that is
 * known by others alone a certificate, or a session.
 */
package org.thingward.network;
