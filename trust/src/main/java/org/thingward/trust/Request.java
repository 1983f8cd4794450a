package org.thingward.trust;

import java.time.Instant;

/**
 * What an enforcement point asks a decision on.
 *
 * @param kind what is asked for
 * @param subject who asks, as proved by its credential (never as it calls itself)
 * @param credential the digest of the credential it proved to hold: of the DER certificate, or, to
 *     enrol, of the DER SubjectPublicKeyInfo of the key
 * @param credentialEnd when that credential ends; no grant outlives it (rule G10)
 */
public record Request(
    RequestKind kind, Subject subject, Digest credential, Instant credentialEnd) {}
