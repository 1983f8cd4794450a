package org.thingward.posture;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.Digest;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;

/** Reference values as they are once a maker's document was taken. */
final class TestValues {
  private TestValues() {}

  /** One value, of the boot of one release. */
  static ReferenceValues published(String product, long version, String release, Digest good) {
    SortedMap<String, SortedSet<Digest>> claims = new TreeMap<>();
    claims.put("boot.measurement", new TreeSet<>(Set.of(good)));
    return ReferenceValues.NONE.with(
        Subject.product(product),
        new TreeMap<>(Map.of(Subject.release(product, release), claims)),
        new ReferenceValues.Published(version, Digest.of(new byte[] {(byte) version})));
  }
}
