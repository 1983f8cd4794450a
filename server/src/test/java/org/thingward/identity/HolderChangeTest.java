package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.identity.EnrolmentTest.digest;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** By what enforcement points tell a new holder of a device's name from the one before. */
class HolderChangeTest {
  private static final Subject PUMP = Subject.device("pump-07");

  @TempDir Path folder;
  @TempDir Path device;

  @Test
  void G9_a_renewal_has_a_certificate_in_common_with_before_and_a_new_enrolment_has_none()
      throws Exception {
    Keys keys = new Keys(device);
    try (Installation here = new Installation(folder)) {
      X509Certificate parent = here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("a"));
      Set<Digest> enrolled = Set.copyOf(here.trust.accepted(PUMP));
      assertThat(enrolled).containsExactly(digest(parent));

      here.time.pass(Duration.ofDays(4));
      X509Certificate child = here.renew(parent, keys.ecRequest("b"));
      Set<Digest> renewed = Set.copyOf(here.trust.accepted(PUMP));
      assertThat(renewed).containsExactlyInAnyOrder(digest(parent), digest(child));

      here.present(child);
      Set<Digest> used = Set.copyOf(here.trust.accepted(PUMP));
      assertThat(used).containsExactly(digest(child));

      here.enrol("pump-07", here.token("pump-07"), keys.ecRequest("c"));
      assertThat(here.trust.accepted(PUMP)).isNotEmpty().doesNotContainAnyElementsOf(renewed);
    }
  }
}
