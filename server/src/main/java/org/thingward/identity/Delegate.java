package org.thingward.identity;

import java.security.cert.X509Certificate;

/**
 * A key that signs answers in the authority's place, so that the authority's own key signs
 * certificates and lists alone.
 *
 * @param key the key, in memory
 * @param certificate by which the authority delegates to it
 */
record Delegate(SigningKey key, X509Certificate certificate) {}
