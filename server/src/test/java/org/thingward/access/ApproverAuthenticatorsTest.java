package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.platform.SettingsRefused;

/** Authenticators that approvers must have, and what pretends to be one. */
class ApproverAuthenticatorsTest {
  private static final PlannedChange RELEASE = ApprovalHouse.release(ADA, "pump-07");
  private static final int BACKUP_ELIGIBLE = 0x08;

  private final AttestingMaker maker = new AttestingMaker("Keysmiths");
  private final AttestingMaker stranger = new AttestingMaker("Keysmiths");
  private final ApproverAuthenticators demanded = ApproverAuthenticators.of(List.of(maker.root()));
  private final SoftwareAuthenticator key = new SoftwareAuthenticator();

  @Test
  void one_that_a_believed_maker_attests_is_accepted_and_without_a_demand_any_is() {
    Passkey attested = registered((it, client) -> it.attestedBy(maker, client));
    assertThat(demanded.accept(attested)).isTrue();
    Passkey silent = registered((it, client) -> it.attestationObject());
    assertThat(ApproverAuthenticators.any().accept(silent)).isTrue();
    assertThat(demanded.conveyance()).isEqualTo("direct");
    assertThat(ApproverAuthenticators.any().conveyance()).isEqualTo("none");
  }

  @Test
  void what_says_nothing_says_it_by_itself_or_by_another_maker_is_not() {
    assertThat(demanded.accept(registered((it, client) -> it.attestationObject()))).isFalse();
    assertThat(demanded.accept(registered(SoftwareAuthenticator::attestedByItself))).isFalse();
    assertThat(demanded.accept(registered((it, client) -> it.attestedBy(stranger, client))))
        .isFalse();
    // What a maker attested of another ceremony.
    assertThat(demanded.accept(registered((it, client) -> it.attestedBy(maker, new byte[32]))))
        .isFalse();
  }

  @Test
  void one_whose_key_can_leave_it_is_not_whoever_attests_it() {
    key.flags |= BACKUP_ELIGIBLE;
    assertThat(demanded.accept(registered((it, client) -> it.attestedBy(maker, client)))).isFalse();
  }

  private Passkey registered(BiFunction<SoftwareAuthenticator, byte[], byte[]> attesting) {
    byte[] client = key.clientData("webauthn.create", SoftwareAuthenticator.base64(new byte[32]));
    return new Registration(
            BOB,
            "user",
            ConsoleName.LOCALHOST,
            Instant.EPOCH,
            9443,
            attesting.apply(key, client),
            client)
        .passkey(new RelyingParty(ConsoleName.LOCALHOST));
  }

  @Test
  void O2_where_it_is_demanded_no_other_passkey_approves_nor_counts_what_one_approved_before() {
    ApprovalHouse home = new ApprovalHouse();
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String before = home.awaited(RELEASE);
    assertThat(home.approve(before, BOB).path("state").asString()).isEqualTo("approved");
    home.house.authenticators = demanded;
    home.house.restart("localhost");
    assertThat(home.show(before, ADA).path("state").asString()).isEqualTo("open");
    String after = home.awaited(ApprovalHouse.release(ADA, "pump-08"));
    assertThatThrownBy(() -> home.approve(after, BOB))
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.status()).isEqualTo(403))
        .hasMessageContaining("whose maker is believed here");
  }

  @Test
  void a_file_without_a_maker_is_refused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("makers.pem");
    Files.writeString(file, "");
    assertThatThrownBy(() -> ApproverAuthenticators.read(file))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining("no certificate is in it");
  }
}
