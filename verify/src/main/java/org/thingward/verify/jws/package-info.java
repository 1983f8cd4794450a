/**
 * JSON web signatures in the compact form (RFC 7515), which attestation results, devices' tokens
 * and releases' reference values come in. Way in: {@link org.thingward.verify.jws.CompactJws}.
 *
 * <p>Never: take a token's own word for how it is signed, or by which key (RFC 8725 §3.1).
 */
@NullMarked
package org.thingward.verify.jws;

import org.jspecify.annotations.NullMarked;
