package org.thingward.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.platform.Stakes;
import org.thingward.trust.Caller;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** Lowering trust at once, without anyone's agreement, and in sight of everybody. */
class BreakGlassTest {
  private static final Map<String, ?> BROKEN = Map.of("reason", "worm in site 4", "minutes", 15);
  private static final PlannedChange MANY = ApprovalHouse.lower(ADA, 50);

  private final ApprovalHouse home = new ApprovalHouse();

  @Test
  void O5_who_breaks_the_glass_lowers_many_at_once_and_for_a_limited_time() {
    two();
    assertThat(home.weigh(MANY).held()).isPresent();
    String id = breaks();
    assertThat(home.weigh(MANY).held()).isEmpty();
    assertThat(home.weigh(ApprovalHouse.lower(BOB, 50)).held()).isPresent();
    home.house.pass(Duration.ofMinutes(15));
    assertThat(home.weigh(MANY).held()).isPresent();
    JsonNode shown = shown();
    assertThat(shown.path("break-glass").asString()).isEqualTo(id);
    assertThat(shown.path("changes").asInt()).isEqualTo(1);
    assertThat(shown.path("lowered").asInt()).isEqualTo(50);
  }

  @Test
  void O5_nothing_is_raised_widened_or_released_under_it() {
    two();
    breaks();
    assertThat(home.weigh(ApprovalHouse.release(ADA, "pump-07")).held()).isPresent();
    assertThat(home.weigh(ApprovalHouse.raise(ADA, 11)).held()).isPresent();
    Impact both = MANY.impact().and(Impact.of(Set.of(Subject.device("pump-99")), Set.of()));
    assertThat(home.weigh(ApprovalHouse.change(ADA, "policy.apply", Set.of(), both)).held())
        .isPresent();
    PlannedChange access =
        ApprovalHouse.change(
            ADA, "operator.ask-change", Set.of(Stakes.Matter.ACCESS), MANY.impact());
    assertThat(home.weigh(access).held()).isPresent();
  }

  @Test
  void O5_until_another_person_reviewed_it_this_person_breaks_no_other_also_after_a_restart() {
    two();
    String id = breaks();
    refused("break-glass-unreviewed", 409, this::breaks);
    home.house.pass(Duration.ofDays(3));
    home.house.restart("localhost");
    assertThat(home.house.access.unreviewedBreakGlass()).isEqualTo(1);
    refused("break-glass-unreviewed", 409, this::breaks);
    Map<String, ?> review = Map.of("justified", true, "note", "the worm was there");
    refused("not-a-reviewer", 403, () -> home.post(path(id), review, ADA));
    home.post(path(id), review, BOB);
    refused("break-glass-reviewed", 409, () -> home.post(path(id), review, BOB));
    assertThat(home.house.access.unreviewedBreakGlass()).isZero();
    assertThat(shown().path("reviewed-by").asString()).isEqualTo("bob");
    home.house.restart("localhost");
    breaks();
  }

  @Test
  void O5_a_review_ends_it_and_who_only_operates_reviews_nothing() {
    two();
    Subject eve = Subject.operator("eve");
    home.invite(eve, ApprovalHouse.key(2), "operator");
    String id = breaks();
    Map<String, ?> review = Map.of("justified", false, "note", "there was no worm");
    refused("not-a-reviewer", 403, () -> home.post(path(id), review, eve));
    home.post(path(id), review, BOB);
    assertThat(home.weigh(MANY).held()).isPresent();
  }

  @Test
  void O5_it_is_on_record_as_a_finding_with_its_reason_and_so_is_what_was_found() {
    two();
    String id = breaks();
    home.post(path(id), Map.of("justified", false, "note", "there was no worm"), BOB);
    assertThat(
            home.house.log.stream()
                .filter(entry -> entry.type() == EntryType.FINDING)
                .map(entry -> new String(entry.content(), UTF_8)))
        .anyMatch(text -> text.contains("\"break-glass\"") && text.contains("worm in site 4"))
        .anyMatch(text -> text.contains("break-glass-not-justified"));
  }

  @Test
  void O5_it_takes_a_reason_a_time_and_a_person() {
    two();
    refused("no-reason", 422, () -> open(Map.of("reason", " ", "minutes", 5)));
    refused("malformed-body", 400, () -> open(Map.of("minutes", 5)));
    for (Object minutes : new Object[] {0, 61, -1, "5", 1.5}) {
      refused("minutes-refused", 422, () -> open(Map.of("reason", "x", "minutes", minutes)));
    }
    breaks();
    PlannedChange byToken =
        new PlannedChange(
            new Caller(
                ADA,
                EnumSet.allOf(Permission.class),
                Scope.EVERYWHERE,
                Optional.of("t"),
                Optional.empty()),
            MANY.verb(),
            MANY.method(),
            MANY.path(),
            MANY.query(),
            MANY.contentType(),
            MANY.body(),
            MANY.stake());
    assertThat(home.weigh(byToken).held()).isPresent();
  }

  private void two() {
    home.invite(BOB, ApprovalHouse.key(1), "operator", "releaser", "policy-administrator");
  }

  private String breaks() {
    return open(BROKEN).path("break-glass").asString();
  }

  private JsonNode open(Map<String, ?> body) {
    return home.post("/break-glass", body, ADA);
  }

  private JsonNode shown() {
    return AccessHouse.tree(home.house.ask("GET", "/break-glass", home.login(BOB)))
        .path("items")
        .get(0);
  }

  private static String path(String id) {
    return "/break-glass/" + id + "/review";
  }

  private static void refused(String type, int status, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.type()).endsWith(":" + type);
              assertThat(problem.status()).isEqualTo(status);
            });
  }
}
