package org.thingward.platform;

import java.security.cert.X509Certificate;
import java.time.Instant;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Who is at the other end of a mutually authenticated connection. Comes from the verified
 * certificate only, never from what the peer says of itself.
 *
 * @param subject the device or service that the certificate names
 * @param certificate the verified end-entity certificate
 * @param credential the digest of its DER form
 * @param end when it ends
 */
public record Peer(Subject subject, X509Certificate certificate, Digest credential, Instant end) {}
