package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;

/** A route cannot be made without what it must say. */
class OperatorRouteTest {
  private static final OperatorRoute.Handler NOTHING = request -> OperatorResponse.nothing();

  @Test
  void O3_what_changes_something_says_by_what_it_is_weighed_or_why_by_nothing() {
    for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new OperatorRoute(method, "/x", Permission.OPERATE, Reach.OWN, "x", 0, NOTHING))
          .withMessageContaining("neither by what it is weighed nor why");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Operation.unweighed(" ", NOTHING));
  }

  @Test
  void O3_what_is_weighed_takes_a_permission_beyond_viewing() {
    Operation weighed =
        Operation.weighed(
            request -> Operation.Prepared.of(Impact.NOTHING, () -> NOTHING.handle(request)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new OperatorRoute("POST", "/x", Permission.VIEW, Reach.OWN, "x", 0, weighed))
        .withMessageContaining("no permission beyond viewing");
  }
}
