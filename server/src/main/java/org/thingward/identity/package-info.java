/**
 * Identities: the certificate authorities, enrolment over EST (RFC 7030), CMP (RFC 9483) and ACME
 * (RFC 8555), one-time tokens, the line of certificates of each device, and their revocation.
 *
 * <p>Way in: {@link org.thingward.identity.Identity}, which {@code app} constructs. It tells whom a
 * client certificate names, mounts the routes of these protocols and the operators', and states
 * evidence as the source {@code identity}.
 *
 * <p>Never: judge a device. Whether a certificate may be issued or renewed is a decision that it
 * asks for and obeys. No private key leaves this room but the key of the device listener, which
 * lives in memory only, and the root's, once, as an encrypted export, unless it was never here.
 */
package org.thingward.identity;
