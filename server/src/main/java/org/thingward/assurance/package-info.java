/**
 * Assurance: what an installation and its fleet are made of, for who has to vouch for it. By now:
 * which cryptographic algorithms they rest on, and which of these a quantum computer breaks.
 *
 * <p>Way in: {@link org.thingward.assurance.Assurance}, which {@code app} constructs with what
 * every room tells of itself ({@link org.thingward.platform.CryptoAsset}).
 *
 * <p>Never: see a key; judge a device.
 */
package org.thingward.assurance;
