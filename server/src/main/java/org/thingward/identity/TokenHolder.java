package org.thingward.identity;

import java.util.UUID;
import org.thingward.trust.Subject;

/**
 * Who claimed a token by a key of its own, apart from those in its certificates, and gets
 * certificates in its place as often as its protocol shows anew that it may.
 *
 * @param token the token that it claimed
 * @param subject whom the token is for
 * @param profile what its certificates are like
 */
record TokenHolder(UUID token, Subject subject, Profile profile) {}
