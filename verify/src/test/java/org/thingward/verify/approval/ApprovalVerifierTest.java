package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogStatement;
import org.thingward.verify.log.NoteAlgorithm;

/** Approvals checked from the ledger's entries alone; and what was forged is found. */
class ApprovalVerifierTest {
  private static final ApprovalRequest REQUEST = TestApprovals.request();
  private static final Instant AT = REQUEST.asked().plusSeconds(60);

  private static final Set<EntryType> WHAT_COUNTS =
      Set.of(EntryType.PASSKEY, EntryType.OPERATOR, EntryType.APPROVAL);

  private final TestPasskey bob = new TestPasskey("bob", 1, "ES256");
  private final ApprovalVerifier verifier = new ApprovalVerifier();
  private Digest last = Digest.of(bob.registered());

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "EdDSA", "RS256"})
  void O4_an_approval_is_verified_with_the_key_of_the_passkeys_registration(String algorithm) {
    TestPasskey key = new TestPasskey("bob", 1, algorithm);
    verifier.add(EntryType.PASSKEY, key.registered());
    ask();
    approve(key, key.sign(REQUEST.challenge()));
    add(TestApprovals.executed(AT));
    ApprovalReport report = verifier.report();
    assertThat(report.faults()).isEmpty();
    assertThat(report.bootstrap()).contains(Digest.of(new byte[1]));
    ApprovalReport.Asked asked = report.changes().getFirst();
    assertThat(asked.request()).isEqualTo(REQUEST);
    assertThat(asked.executed()).contains(AT);
    assertThat(asked.signatures())
        .containsExactly(new ApprovalReport.Signed(Subject.operator("bob"), key.name(), AT));
  }

  @Test
  void O2_keys_come_from_registrations_that_lead_back_to_the_bootstrap_certificate() {
    TestPasskey second = new TestPasskey("bob", 2, "EdDSA");
    verifier.add(EntryType.PASSKEY, bob.registered());
    verifier.add(EntryType.PASSKEY, second.registeredBy(bob));
    ask();
    approve(second, second.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults()).isEmpty();
    assertThat(verifier.report().changes().getFirst().signatures()).hasSize(1);
  }

  @Test
  void O2_a_passkey_that_nobody_who_may_vouched_for_approves_nothing() {
    TestPasskey planted = new TestPasskey("eve", 3, "ES256");
    TestPasskey stranger = new TestPasskey("eve", 4, "ES256");
    verifier.add(EntryType.PASSKEY, bob.registered());
    verifier.add(EntryType.PASSKEY, planted.registered());
    verifier.add(EntryType.PASSKEY, planted.registeredBy(bob));
    verifier.add(EntryType.PASSKEY, planted.registeredBy(stranger));
    ask();
    approve(planted, planted.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults())
        .containsExactly(
            "the passkey of eve claims the bootstrap certificate, which had ended",
            "the passkey of eve is vouched for by nobody who might",
            "the passkey of eve is vouched for by nobody who might",
            "the approval of " + REQUEST.id() + " by eve is by a passkey that does not count");
    assertThat(verifier.report().changes().getFirst().signatures()).isEmpty();
  }

  @Test
  void O4_no_other_signature_of_the_same_passkey_is_an_approval() {
    byte[] challenge = REQUEST.challenge();
    byte[] login =
        Digest.of("thingward passkey login v1\0".getBytes(US_ASCII), REQUEST.canonical()).bytes();
    forged("is over something else", key -> {}, login);
    forged("is over something else", key -> {}, Digest.of(REQUEST.canonical()).bytes());
    forged("not verified", key -> key.flags = 0x01, challenge);
    forged("not present", key -> key.flags = 0x04, challenge);
    forged("another site", key -> key.origin = "https://localhost:9444", challenge);
    forged("another site", key -> key.more = ",\"crossOrigin\":true", challenge);
    forged("another site", key -> key.more = ",\"topOrigin\":\"https://evil.test\"", challenge);
    forged("another kind", key -> key.type = "webauthn.create", challenge);
  }

  private static void forged(String reason, Consumer<TestPasskey> how, byte[] challenge) {
    ApprovalVerifierTest test = new ApprovalVerifierTest();
    test.verifier.add(EntryType.PASSKEY, test.bob.registered());
    how.accept(test.bob);
    test.ask();
    test.approve(test.bob, test.bob.sign(challenge));
    assertThat(test.verifier.report().faults()).singleElement().asString().contains(reason);
    assertThat(test.verifier.report().changes().getFirst().signatures()).isEmpty();
  }

  @Test
  void O4_a_signature_under_another_key_or_over_a_request_that_was_changed_is_none() {
    TestPasskey impostor = new TestPasskey("bob", 1, "ES256");
    verifier.add(EntryType.PASSKEY, bob.registered());
    ask();
    approve(impostor, impostor.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults())
        .singleElement()
        .asString()
        .contains("not signed by the passkey");

    ApprovalVerifier another = new ApprovalVerifier();
    another.add(EntryType.PASSKEY, bob.registered());
    String asked =
        new String(TestApprovals.asked().canonical(), StandardCharsets.UTF_8)
            .replace("pump-07", "pump-08");
    another.add(EntryType.APPROVAL, asked.getBytes(StandardCharsets.UTF_8));
    another.add(
        EntryType.APPROVAL,
        TestApprovals.approved(bob, bob.sign(REQUEST.challenge()), AT).canonical());
    assertThat(another.report().faults()).singleElement().asString().contains("something else");
  }

  @Test
  void O4_what_is_carried_out_without_approvals_twice_or_too_late_is_found() {
    verifier.add(EntryType.PASSKEY, bob.registered());
    ask();
    Instant late = REQUEST.expires().plusSeconds(1);
    add(TestApprovals.approved(bob, bob.sign(REQUEST.challenge()), late));
    add(TestApprovals.executed(AT));
    add(TestApprovals.executed(AT));
    assertThat(verifier.report().faults())
        .containsExactly(
            REQUEST.id() + " was approved after it had expired",
            REQUEST.id() + " was carried out without the agreement of 1 of role:releaser",
            REQUEST.id() + " was carried out after it was over");
  }

  @Test
  void O2_who_was_invited_approves_once_activated_and_in_the_roles_that_were_given() {
    TestPasskey eve = new TestPasskey("eve", 2, "EdDSA");
    verifier.add(EntryType.PASSKEY, bob.registered());
    change(bob, invitation("eve", "viewer"));
    verifier.add(EntryType.PASSKEY, eve.registeredByInvitation());
    ask();
    approve(eve, eve.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults()).singleElement().asString().contains("does not count");
    change(bob, activation(eve));
    approve(eve, eve.sign(REQUEST.challenge()));
    add(TestApprovals.executed(AT));
    assertThat(verifier.report().changes().getFirst().signatures()).hasSize(1);
    assertThat(verifier.report().faults().getLast()).contains("without the agreement of");
  }

  @Test
  void O2_who_was_withdrawn_before_it_was_carried_out_does_not_count() {
    TestPasskey eve = new TestPasskey("eve", 2, "EdDSA");
    verifier.add(EntryType.PASSKEY, bob.registered());
    change(bob, invitation("eve", "releaser"));
    verifier.add(EntryType.PASSKEY, eve.registeredByInvitation());
    change(bob, activation(eve));
    ask();
    approve(eve, eve.sign(REQUEST.challenge()));
    // Who is no access administrator withdraws nobody.
    verifier.add(EntryType.OPERATOR, eve.changes(withdrawal("bob"), last));
    assertThat(verifier.report().faults()).singleElement().asString().contains("no access admin");
    change(bob, withdrawal("eve"));
    add(TestApprovals.executed(AT));
    assertThat(verifier.report().faults().getLast()).contains("without the agreement of");
  }

  @Test
  void O2_who_is_no_administrator_withdraws_passkeys_of_their_own_and_no_others() {
    TestPasskey eve = new TestPasskey("eve", 2, "EdDSA");
    TestPasskey lost = new TestPasskey("eve", 3, "EdDSA");
    verifier.add(EntryType.PASSKEY, bob.registered());
    change(bob, invitation("eve", "releaser"));
    verifier.add(EntryType.PASSKEY, eve.registeredByInvitation());
    change(bob, activation(eve));
    verifier.add(EntryType.PASSKEY, lost.registeredBy(eve));
    change(eve, passkeyWithdrawal("eve", lost));
    assertThat(verifier.report().faults()).isEmpty();
    ask();
    approve(lost, lost.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults()).hasSize(1);
    for (String operator : List.of("bob", "eve")) {
      verifier.add(EntryType.OPERATOR, eve.changes(passkeyWithdrawal(operator, bob), last));
    }
    approve(bob, bob.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults())
        .hasSize(3)
        .filteredOn(fault -> fault.contains("no access admin"))
        .hasSize(2);
  }

  private static Map<String, Object> passkeyWithdrawal(String operator, TestPasskey passkey) {
    return Map.of(
        "kind",
        "passkey-withdrawal",
        "operator",
        operator,
        "passkey",
        passkey.name(),
        "reason",
        "lost");
  }

  @Test
  void O2_once_a_change_of_operators_is_missing_only_withdrawals_count() {
    TestPasskey eve = new TestPasskey("eve", 2, "EdDSA");
    verifier.add(EntryType.PASSKEY, bob.registered());
    change(bob, invitation("eve", "releaser"));
    verifier.add(EntryType.PASSKEY, eve.registeredByInvitation());
    byte[] activation = change(bob, activation(eve));
    ask();
    approve(eve, eve.sign(REQUEST.challenge()));
    byte[] missing = bob.changes(invitation("ann", "viewer"), last);
    last = Digest.of(missing);
    change(bob, withdrawal("eve"));
    assertThat(verifier.report().faults()).singleElement().asString().contains("is not here");
    // What was made before is not made again, and nobody comes in by what is new.
    verifier.add(EntryType.OPERATOR, activation);
    verifier.add(EntryType.PASSKEY, eve.registeredByInvitation());
    change(bob, invitation("eve", "releaser"));
    change(bob, activation(eve));
    add(TestApprovals.executed(AT));
    assertThat(verifier.report().faults())
        .anyMatch(fault -> fault.contains("was made already"))
        .last()
        .asString()
        .contains("without the agreement of");
  }

  @Test
  void O6_after_a_recovery_that_the_logs_keys_signed_everybody_ended_and_one_begins_anew() {
    CheckpointSigner log =
        CheckpointSigner.of("thingward.example/log", NoteAlgorithm.ED25519, new byte[32]);
    TestPasskey eve = new TestPasskey("eve", 2, "EdDSA");
    Map<String, Object> order =
        Map.of("format", 1, "by", "eve", "reason", "lost", "at", AT.toString());
    byte[] recovery = recovery(log, order);
    Map<String, Object> statement =
        Map.of("recovery", Digest.of(recovery).toString(), "registration", eve.registration());
    byte[] registered =
        eve.registered(
            Map.of(
                "operator-recovery",
                Digest.of(recovery).toString(),
                "attested",
                note(log, "operator-recovery-registration", statement)));
    for (boolean known : List.of(true, false)) {
      ApprovalVerifier one =
          known ? new ApprovalVerifier(List.of(List.of(log.verifier()))) : new ApprovalVerifier();
      one.add(EntryType.PASSKEY, bob.registered());
      one.add(EntryType.APPROVAL, TestApprovals.asked().canonical());
      one.add(EntryType.OPERATOR, recovery);
      one.add(EntryType.PASSKEY, registered);
      one.add(EntryType.APPROVAL, TestApprovals.approved(eve, AT).canonical());
      one.add(EntryType.APPROVAL, TestApprovals.approved(bob, AT).canonical());
      List<String> faults = one.report().faults();
      // Bob ended with everybody, whatever is known of keys; eve counts if it was they who signed.
      assertThat(faults).filteredOn(fault -> fault.contains("by bob")).hasSize(1);
      assertThat(faults).hasSize(known ? 1 : 4);
    }
  }

  private static byte[] recovery(CheckpointSigner log, Map<String, Object> order) {
    return CanonicalJson.encode(
        Map.of("operator-recovery", order, "attested", note(log, "operator-recovery", order)));
  }

  private static String note(CheckpointSigner log, String purpose, Map<String, Object> said) {
    Checkpoint open = LogStatement.of(log.verifier().name(), purpose, CanonicalJson.encode(said));
    return new String(open.with(List.of(log.sign(open, AT))).serialise(), StandardCharsets.UTF_8);
  }

  /** The next change of an operator, as the log has it. */
  private byte[] change(TestPasskey by, Map<String, Object> change) {
    byte[] entry = by.changes(change, last);
    verifier.add(EntryType.OPERATOR, entry);
    last = Digest.of(entry);
    return entry;
  }

  private static Map<String, Object> invitation(String operator, String role) {
    return Map.of(
        "kind",
        "invitation",
        "operator",
        operator,
        "roles",
        List.of(Map.of("role", role)),
        "teams",
        List.of(),
        "link",
        Digest.of(new byte[2]).toString(),
        "waits-seconds",
        3_600);
  }

  private static Map<String, Object> activation(TestPasskey passkey) {
    return Map.of(
        "kind",
        "activation",
        "operator",
        passkey.operator,
        "registration",
        passkey.registrationDigest().toString());
  }

  private static Map<String, Object> withdrawal(String operator) {
    return Map.of("kind", "withdrawal", "operator", operator, "reason", "left");
  }

  @Test
  void O4_who_asked_approves_nothing() {
    TestPasskey ada = new TestPasskey("ada", 1, "ES256");
    verifier.add(EntryType.PASSKEY, ada.registered());
    ask();
    approve(ada, ada.sign(REQUEST.challenge()));
    assertThat(verifier.report().faults()).singleElement().asString().contains("is by who asked");
  }

  private void ask() {
    add(TestApprovals.asked());
  }

  private void approve(TestPasskey key, Assertion assertion) {
    add(TestApprovals.approved(key, assertion, AT));
  }

  private void add(ApprovalEntry entry) {
    verifier.add(EntryType.APPROVAL, entry.canonical());
  }

  @Test
  void every_entry_of_the_log_may_be_given() {
    List.of(EntryType.values()).stream()
        .filter(type -> !WHAT_COUNTS.contains(type))
        .forEach(type -> verifier.add(type, new byte[] {1}));
    assertThat(verifier.report()).isEqualTo(new ApprovalVerifier().report());
  }
}
