package org.thingward.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Stakes;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalReport;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** What waits for others, who may agree, and that nothing else is done than what they agreed to. */
class ApprovalsTest {
  private static final Subject EVE = Subject.operator("eve");
  private static final PlannedChange RELEASE = ApprovalHouse.release(ADA, "pump-07");

  private final ApprovalHouse home = new ApprovalHouse();

  @Test
  void O3_with_nobody_else_a_release_is_done_at_once_and_it_is_said_that_nobody_else_agreed() {
    assertThat(home.weigh(RELEASE).held()).isEmpty();
    assertThat(home.weigh(RELEASE).headers().get("thingward-separation-of-duties"))
        .startsWith("none");
    // Who could agree to nothing changes nothing.
    home.invite(BOB, ApprovalHouse.key(1), "viewer", "operator");
    assertThat(home.weigh(RELEASE).held()).isEmpty();
  }

  @Test
  void O3_as_soon_as_somebody_else_could_agree_a_release_waits() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    assertThat(home.weigh(RELEASE).held().orElseThrow().status()).isEqualTo(202);
    JsonNode waits = AccessHouse.tree(home.weigh(RELEASE).held().orElseThrow());
    assertThat(waits.path("because").get(0).asString()).contains("contraindicated");
    assertThat(waits.path("quorums").get(0).asString()).isEqualTo("1 of role:releaser");
    assertThat(waits.path("raised").asInt()).isEqualTo(1);
    assertThat(home.weigh(ApprovalHouse.raise(ADA, 1)).held()).isEmpty();
  }

  @Test
  void O3_somebody_who_is_there_for_something_else_agrees_where_nobody_is_there_for_this() {
    home.invite(BOB, ApprovalHouse.key(1), "policy-administrator");
    String id = home.awaited(RELEASE);
    assertThat(home.show(id, BOB).path("quorums").get(0).asString()).contains(" or ");
    assertThat(home.approve(id, BOB).path("state").asString()).isEqualTo("approved");
  }

  @Test
  void O3_what_one_person_raises_within_a_day_is_summed_whatever_the_verb() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    for (int i = 0; i < 5; i++) {
      assertThat(home.weigh(ApprovalHouse.raise(ADA, 2)).held()).isEmpty();
      home.house.pass(Duration.ofMinutes(1));
    }
    PlannedChange another =
        ApprovalHouse.change(
            ADA, "device.import", Set.of(), Impact.of(Set.of(Subject.device("pump-99")), Set.of()));
    assertThat(home.weigh(another).held()).isPresent();
    assertThat(home.weigh(ApprovalHouse.raise(BOB, 10)).held()).isEmpty();
    home.house.restart("localhost");
    assertThat(home.weigh(another).held()).isPresent();
    home.house.pass(Duration.ofHours(24));
    assertThat(home.weigh(another).held()).isEmpty();
    assertThat(home.weigh(ApprovalHouse.raise(BOB, 11)).held()).isPresent();
  }

  @Test
  void O3_evidence_that_ends_a_contraindication_is_a_release_whatever_it_is_called() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    TreeSet<Subject> device = new TreeSet<>(Set.of(Subject.device("pump-07")));
    Impact clears = new Impact(device, device, new TreeSet<>(), false, List.of());
    PlannedChange sent = ApprovalHouse.change(ADA, "evidence.send", Set.of(), clears);
    assertThat(home.weigh(sent).held()).isPresent();
  }

  @Test
  void O3_a_policy_that_permits_more_in_any_case_waits_for_who_administers_policy() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser", "policy-administrator");
    Impact wider =
        new Impact(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), true, List.of("a rule"));
    String id = home.awaited(ApprovalHouse.change(ADA, "policy.apply", Set.of(), wider));
    JsonNode shown = home.show(id, BOB);
    assertThat(shown.path("quorums").get(0).asString()).isEqualTo("1 of role:policy-administrator");
    assertThat(shown.path("notes").get(0).asString()).isEqualTo("a rule");
    assertThat(shown.path("body").asString()).isEqualTo("{}");
  }

  @Test
  void O3_lowering_too_large_a_share_of_the_fleet_waits_too() {
    home.invite(BOB, ApprovalHouse.key(1), "operator");
    assertThat(home.weigh(ApprovalHouse.lower(ADA, 5)).held()).isEmpty();
    JsonNode waits = AccessHouse.tree(home.weigh(ApprovalHouse.lower(ADA, 1)).held().orElseThrow());
    assertThat(waits.path("detail").asString()).contains("break the glass");
  }

  @Test
  void O3_settings_demand_more_people_and_never_fewer() {
    home.house.quorums = List.of("release=1 of role:releaser and 1 of team:soc");
    home.house.restart("localhost");
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    home.invite(EVE, ApprovalHouse.key(2), "viewer");
    String id = home.awaited(RELEASE);
    assertThat(home.approve(id, BOB).path("state").asString()).isEqualTo("open");
    assertThat(home.approve(id, EVE).path("state").asString()).isEqualTo("approved");
    for (String wrong : List.of("release=0 of role:releaser", "relase=1 of role:releaser", "x")) {
      home.house.quorums = List.of(wrong);
      assertThatThrownBy(() -> home.house.restart("localhost"))
          .isInstanceOf(SettingsRefused.class)
          .hasMessageContaining("--approval-quorum");
    }
    // A weaker one than the floor takes nothing away from it.
    home.house.quorums = List.of("release=1 of team:soc");
    home.house.restart("localhost");
    String next = home.awaited(ApprovalHouse.release(ADA, "pump-08"));
    assertThat(home.approve(next, EVE).path("state").asString()).isEqualTo("open");
  }

  @Test
  void O4_what_was_approved_is_carried_out_once_and_anyone_can_verify_who_agreed() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String id = home.awaited(RELEASE);
    refused("approval-missing", 409, () -> home.execute(id, RELEASE));
    assertThat(home.approve(id, BOB).path("state").asString()).isEqualTo("approved");
    home.house.restart("localhost");
    assertThat(home.show(id, ADA).path("you-may").path("execute").asBoolean()).isTrue();
    home.execute(id, RELEASE);
    refused("approval-over", 409, () -> home.execute(id, RELEASE));
    home.house.restart("localhost");
    refused("approval-over", 409, () -> home.execute(id, RELEASE));
    assertThat(home.show(id, BOB).path("state").asString()).isEqualTo("executed");

    ApprovalReport report = home.verified();
    assertThat(report.faults()).isEmpty();
    ApprovalReport.Asked asked = report.changes().getFirst();
    assertThat(asked.request().requester()).isEqualTo(ADA);
    assertThat(asked.signatures()).extracting(ApprovalReport.Signed::operator).containsExactly(BOB);
    assertThat(asked.executed()).isPresent();
  }

  @Test
  void O4_the_body_that_is_carried_out_is_the_one_that_was_approved_also_after_a_restart() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String body = "x".repeat(1_200_000);
    PlannedChange large =
        ApprovalHouse.change(
            ADA, "device.import", body, Set.of(Stakes.Matter.RELEASE), RELEASE.impact());
    String id = home.awaited(large);
    home.approve(id, BOB);
    home.house.restart("localhost");
    assertThat(new String(home.control().approved(id, Caller.inPerson(ADA)).body(), UTF_8))
        .isEqualTo(body);
    PlannedChange swapped =
        ApprovalHouse.change(
            ADA, "device.import", "y" + body.substring(1), large.stake().matters(), large.impact());
    refused("approval-void", 409, () -> home.execute(id, swapped));
    refused("approval-over", 409, () -> home.execute(id, large));
  }

  @Test
  void O4_a_device_more_or_another_one_in_what_it_affects_voids_it() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    List<PlannedChange> others =
        List.of(
            ApprovalHouse.release(ADA, "pump-07", "pump-08"),
            ApprovalHouse.release(ADA, "pump-08"),
            ApprovalHouse.release(ADA));
    for (PlannedChange other : others) {
      String id = home.awaited(RELEASE);
      home.approve(id, BOB);
      refused("approval-void", 409, () -> home.execute(id, other));
      refused("approval-over", 409, () -> home.execute(id, RELEASE));
      assertThat(home.show(id, ADA).path("state").asString()).isEqualTo("voided");
    }
  }

  @Test
  void O4_another_policy_since_voids_it() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String id = home.awaited(RELEASE);
    home.approve(id, BOB);
    home.house.policy = Digest.of(new byte[9]);
    assertThatThrownBy(() -> home.execute(id, RELEASE)).hasMessageContaining("another policy");
    refused("approval-over", 409, () -> home.execute(id, RELEASE));
  }

  @Test
  void O4_what_speaks_against_a_device_by_then_and_nobody_saw_voids_it() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    PlannedChange shown = known("pump-07 is contraindicated: it was quarantined");
    String id = home.awaited(shown);
    home.approve(id, BOB);
    PlannedChange worse = known("pump-07 is contraindicated: two hold its key");
    assertThatThrownBy(() -> home.execute(id, worse)).hasMessageContaining("not what was shown");
    refused("approval-over", 409, () -> home.execute(id, shown));
  }

  private static PlannedChange known(String against) {
    Impact impact = RELEASE.impact();
    return ApprovalHouse.change(
        ADA,
        "device.release",
        RELEASE.stake().matters(),
        new Impact(impact.raised(), impact.released(), impact.lowered(), false, List.of(against)));
  }

  @Test
  void O4_of_many_who_carry_it_out_at_once_one_does() throws Exception {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String id = home.awaited(RELEASE);
    home.approve(id, BOB);
    AtomicInteger done = new AtomicInteger();
    Callable<Integer> attempt =
        () -> {
          try {
            home.execute(id, RELEASE);
            return done.incrementAndGet();
          } catch (Problem refused) {
            return -1;
          }
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var unused = threads.invokeAll(Collections.nCopies(8, attempt));
    }
    assertThat(done).hasValue(1);
    assertThat(home.verified().faults()).isEmpty();
  }

  @Test
  void O4_an_approver_who_is_withdrawn_before_it_is_carried_out_does_not_count() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    home.invite(EVE, ApprovalHouse.key(2), "releaser");
    String id = home.awaited(RELEASE);
    home.approve(id, BOB);
    home.withdraw(BOB);
    refused("approval-missing", 409, () -> home.execute(id, RELEASE));
    assertThat(home.show(id, ADA).path("state").asString()).isEqualTo("open");
    home.approve(id, EVE);
    home.execute(id, RELEASE);
    assertThat(home.verified().faults()).isEmpty();
  }

  @Test
  void O4_an_approval_of_one_change_is_none_of_another() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String first = home.awaited(RELEASE);
    String second = home.awaited(RELEASE);
    Map<String, ?> replayed = home.assertion(first, BOB);
    home.post(first, "approve", replayed, BOB);
    refusedWith("another challenge", () -> home.post(second, "approve", replayed, BOB));
    Map<String, ?> ofLogin = home.assertionOver(home.house.beginLogin(), BOB);
    refusedWith("another challenge", () -> home.post(second, "approve", ofLogin, BOB));
    refused("approved-already", 409, () -> home.approveAgain(first, BOB));
    assertThat(home.show(second, BOB).path("state").asString()).isEqualTo("open");
  }

  @Test
  void O4_neither_who_asked_nor_who_may_not_nor_a_token_approves() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    home.invite(EVE, ApprovalHouse.key(2), "viewer");
    String id = home.awaited(RELEASE);
    Map<String, ?> signed = home.assertion(id, BOB);
    refused("not-an-approver", 403, () -> home.post(id, "approve", signed, ADA));
    refused("not-an-approver", 403, () -> home.post(id, "approve", signed, EVE));
    refused("not-an-approver", 403, () -> home.post(id, "refuse", Map.of("reason", "x"), EVE));
    // A passkey of bob's in eve's session, and an approval that nobody verified.
    refused("unknown-approval", 404, () -> home.post("nothing", "approve", signed, BOB));
    Caller program =
        new Caller(
            ADA,
            EnumSet.allOf(Permission.class),
            Scope.EVERYWHERE,
            Optional.of("t"),
            Optional.empty());
    home.approve(id, BOB);
    refused("unknown-approval", 404, () -> home.control().approved(id, Caller.inPerson(EVE)));
    assertThat(home.control().approved(id, program).path()).isEqualTo("/api/v1/some/thing");
  }

  @Test
  void O4_it_expires_and_who_may_approve_refuses_it_and_who_asked_takes_it_back() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String expired = home.awaited(RELEASE);
    home.approve(expired, BOB);
    String refused = home.awaited(RELEASE);
    String withdrawn = home.awaited(RELEASE);
    home.post(refused, "refuse", Map.of("reason", "not today"), BOB);
    refused("not-the-requester", 403, () -> home.post(withdrawn, "withdraw", Map.of(), BOB));
    home.post(withdrawn, "withdraw", Map.of(), ADA);
    home.house.restart("localhost");
    home.house.pass(Duration.ofHours(24));
    for (String id : List.of(expired, refused, withdrawn)) {
      refused("approval-over", 409, () -> home.execute(id, RELEASE));
    }
    assertThat(home.show(expired, ADA).path("state").asString()).isEqualTo("expired");
    assertThat(home.show(refused, ADA).path("reason").asString()).isEqualTo("not today");
    assertThat(home.show(withdrawn, ADA).path("state").asString()).isEqualTo("withdrawn");
  }

  @Test
  void O4_an_approval_that_nobody_signed_does_not_count_though_it_is_in_the_log() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String first = home.awaited(RELEASE);
    home.approve(first, BOB);
    ListedOpenings.Item signed = home.house.log.getLast();
    while (signed.type() != EntryType.APPROVAL) {
      signed = home.house.log.get(home.house.log.indexOf(signed) - 1);
    }
    String second = home.awaited(RELEASE);
    String forged = new String(signed.content(), UTF_8).replace(first, second);
    assertThat(forged).contains(second);
    var unused = home.house.append(EntryType.APPROVAL, BOB, forged.getBytes(UTF_8));
    home.house.restart("localhost");
    refused("approval-missing", 409, () -> home.execute(second, RELEASE));
    assertThat(home.verified().faults()).singleElement().asString().contains("something else");
    home.execute(first, RELEASE);
  }

  @Test
  void O4_of_one_operator_so_many_wait_at_most() {
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    for (int i = 0; i < Approvals.MOST_OPEN; i++) {
      home.awaited(RELEASE);
    }
    refused("too-many-approvals", 429, () -> home.awaited(RELEASE));
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

  private static void refusedWith(String reason, ThrowingCallable work) {
    assertThatThrownBy(work).isInstanceOf(Problem.class).hasMessageContaining(reason);
  }
}
