/**
 * Reference values as the maker of releases publishes them: signed documents in the shape of CoRIM
 * (draft-ietf-rats-corim), in JSON. Way in: {@link org.thingward.verify.reference.ReleaseDocument}.
 *
 * <p>Never: take values of another product than the one whose keys signed.
 */
@NullMarked
package org.thingward.verify.reference;

import org.jspecify.annotations.NullMarked;
