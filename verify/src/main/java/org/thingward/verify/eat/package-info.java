/**
 * Entity attestation tokens (EAT, RFC 9711) as JSON web tokens: what a device says of its own
 * software, signed by a key in software. Way in: {@link org.thingward.verify.eat.SoftwareToken}.
 *
 * <p>Never: compare what is said with reference values.
 */
@NullMarked
package org.thingward.verify.eat;

import org.jspecify.annotations.NullMarked;
