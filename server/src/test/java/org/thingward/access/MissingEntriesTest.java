package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.Problem;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorAction;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/**
 * Somebody with the server's files erases an entry's key, or takes an entry out, so that whoever
 * was withdrawn gets back in.
 */
class MissingEntriesTest {
  private static final Set<EntryType> OF_OPERATORS = Set.of(EntryType.PASSKEY, EntryType.OPERATOR);

  private final ApprovalHouse home = new ApprovalHouse();
  private final AccessHouse house = home.house;
  private final SoftwareAuthenticator bob = ApprovalHouse.key(1);

  @Test
  void O2_whichever_entry_about_operators_is_erased_who_was_withdrawn_stays_out() {
    List<ListedOpenings.Item> entries = withdrawnAfterAll();
    assertThat(entries).hasSizeGreaterThanOrEqualTo(6);
    for (ListedOpenings.Item entry : entries) {
      house.erased.add(entry.receipt());
      house.restart("localhost");
      refused("operators-incomplete", 503, house::beginLogin);
      outside(BOB, "entry " + house.log.indexOf(entry) + " of the ledger");
      // Whoever it was that was withdrawn: nobody knows any more that it was not ada.
      outside(ADA, "its key is gone");
      assertThat(house.link).isEqualTo("none");
      house.erased.clear();
    }
    house.restart("localhost");
    assertThat(house.access.demand(action(ADA))).isEqualTo(Scope.EVERYWHERE);
    assertThatThrownBy(() -> house.access.demand(action(BOB))).isInstanceOf(OperatorRefused.class);
  }

  @Test
  void O2_a_change_that_was_taken_out_of_the_log_is_missed_by_the_next_one() {
    List<ListedOpenings.Item> changes =
        withdrawnAfterAll().stream().filter(item -> item.type() == EntryType.OPERATOR).toList();
    for (ListedOpenings.Item entry : changes.subList(0, changes.size() - 1)) {
      int place = house.log.indexOf(entry);
      house.log.remove(place);
      house.restart("localhost");
      refused("operators-incomplete", 503, house::beginLogin);
      outside(BOB, "follows a change that is not in the log");
      house.log.add(place, entry);
    }
  }

  @Test
  void O2_what_nobody_signed_who_might_shuts_nobody_out() {
    home.invite(BOB, bob, "viewer");
    String change = text(house.log.getLast());
    for (String forged :
        List.of(
            "no JSON",
            "{}",
            "{\"operator-change\":{}}",
            change + " ",
            change.replaceFirst("\"after\":\"sha256:..", "\"after\":\"sha256:00"))) {
      var unused = house.append(EntryType.OPERATOR, BOB, forged.getBytes(StandardCharsets.UTF_8));
      var also =
          house.append(EntryType.PASSKEY, BOB, (forged + " ").getBytes(StandardCharsets.UTF_8));
    }
    house.restart("localhost");
    assertThat(house.access.demand(action(ADA))).isEqualTo(Scope.EVERYWHERE);
    assertThat(home.login(BOB)).isNotEmpty();
  }

  @Test
  void O7_no_token_from_before_an_erased_entry_about_tokens_counts() {
    String cookie = home.login(ADA);
    String withdrawn = makeToken(cookie);
    String kept = makeToken(cookie);
    String id =
        AccessHouse.tree(house.askBy(withdrawn, "GET", "/operators/me/tokens"))
            .path("items")
            .get(0)
            .path("id")
            .asString();
    house.ask("DELETE", "/operators/me/tokens/" + id, cookie);
    refused("token-refused", 401, () -> house.by(withdrawn));
    ListedOpenings.Item withdrawal = house.log.getLast();
    assertThat(withdrawal.type()).isEqualTo(EntryType.API_TOKEN);
    String after = makeToken(cookie);
    house.erased.add(withdrawal.receipt());
    house.restart("localhost");
    refused("token-refused", 401, () -> house.by(withdrawn));
    refused("token-refused", 401, () -> house.by(kept));
    assertThat(house.by(after).operator()).isEqualTo(ADA);
  }

  @Test
  void O4_no_approval_from_before_an_erased_entry_about_approvals_is_carried_out() {
    home.invite(BOB, bob, "releaser");
    String approval = home.awaited(ApprovalHouse.release(ADA, "pump-07"));
    home.approve(approval, BOB);
    home.execute(approval, ApprovalHouse.release(ADA, "pump-07"));
    ListedOpenings.Item executed = house.log.getLast();
    house.erased.add(executed.receipt());
    house.restart("localhost");
    refused(
        "unknown-approval",
        404,
        () -> home.execute(approval, ApprovalHouse.release(ADA, "pump-07")));
  }

  /** Bob comes in, gets another role, and goes; all entries about operators, oldest first. */
  private List<ListedOpenings.Item> withdrawnAfterAll() {
    home.invite(BOB, bob, "viewer");
    var unused =
        house.change(
            Map.of(
                "kind", "roles", "operator", "bob", "roles", List.of(Map.of("role", "releaser"))),
            home.ada,
            home.login(ADA));
    home.withdraw(BOB);
    return house.log.stream().filter(item -> OF_OPERATORS.contains(item.type())).toList();
  }

  private void outside(Subject operator, String why) {
    assertThatThrownBy(() -> house.access.demand(action(operator)))
        .isInstanceOf(OperatorRefused.class)
        .hasMessageContaining(why)
        .hasMessageContaining("backup");
  }

  private String makeToken(String cookie) {
    house.pass(Duration.ofSeconds(1));
    JsonNode begun =
        house.call(
            "/token/begin",
            Map.of("name", "ci", "permissions", List.of("view"), "ttl", "30d"),
            cookie);
    String challenge = begun.path("sign").path("challenge").asString();
    return house
        .call("/token/finish", AccessHouse.signed(home.ada, challenge, Map.of()), cookie)
        .path("token")
        .asString();
  }

  private static OperatorAction action(Subject operator) {
    return new OperatorAction(
        Caller.inPerson(operator), Permission.VIEW, "some.thing", Digest.of(new byte[0]));
  }

  private static String text(ListedOpenings.Item entry) {
    return new String(entry.content(), StandardCharsets.UTF_8);
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
