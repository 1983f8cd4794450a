package org.thingward.inventory;

import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Subject;

/**
 * A device as the inventory has it.
 *
 * @param id its id (rule I5)
 * @param product the product it is one of
 * @param release the version of the firmware it runs; empty if that is not known
 * @param owner who owns it, free text; possibly a person, so never logged and never stated
 * @param region where its data may be kept
 * @param lifecycle where it stands in its life
 */
record Device(
    String id, String product, String release, String owner, String region, Lifecycle lifecycle) {

  Subject subject() {
    return Subject.device(id);
  }

  /** What is stated as evidence of kind {@code inventory.record}. */
  SortedMap<String, ClaimValue> claims() {
    SortedMap<String, ClaimValue> claims = new TreeMap<>();
    claims.put("device.product", new ClaimValue.Link(Subject.product(product)));
    if (!release.isEmpty()) {
      claims.put("device.release", new ClaimValue.Link(Subject.release(product, release)));
    }
    claims.put("device.region", new ClaimValue.Word(region));
    claims.put("lifecycle", new ClaimValue.Word(lifecycle.word()));
    return claims;
  }
}
