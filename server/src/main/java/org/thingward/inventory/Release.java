package org.thingward.inventory;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Subject;

/**
 * A version of a product's firmware.
 *
 * @param product the product it is for
 * @param version its version, unique within the product
 * @param released the day it came out (UTC)
 * @param supportEnds the last day on which its maker supports it (UTC); null if not announced
 */
record Release(
    String product, String version, LocalDate released, @Nullable LocalDate supportEnds) {

  Subject subject() {
    return Subject.release(product, version);
  }

  Instant releasedAt() {
    return released.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * What is stated as evidence of kind {@code firmware}.
   *
   * @param superseded when the next newer release came out, if there is one
   */
  SortedMap<String, ClaimValue> claims(Optional<Instant> superseded) {
    SortedMap<String, ClaimValue> claims = new TreeMap<>();
    claims.put("firmware.released", new ClaimValue.Moment(releasedAt()));
    superseded.ifPresent(at -> claims.put("firmware.superseded", new ClaimValue.Moment(at)));
    if (supportEnds != null) {
      Instant end = supportEnds.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      claims.put("support.ends", new ClaimValue.Moment(end));
    }
    return claims;
  }
}
