package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;
import org.thingward.verify.record.RecordRefused;

/**
 * Quorums, requests and what happened to them: read back as they came, or refused with a reason.
 */
class ApprovalFuzzTest {
  private static final UUID ID = UUID.fromString("0190f5fe-7c00-7a00-8000-000000000001");
  private static final Instant AT = Instant.parse("2026-11-26T08:00:00Z");
  private static final Subject ADA = Subject.operator("ada");
  private static final List<byte[]> SOUND =
      List.of(
          "2 of role:releaser or (1 of team:security and 1 of role:policy-administrator)"
              .getBytes(UTF_8),
          TestApprovals.request().canonical(),
          new ApprovalEntry.Asked(
                  TestApprovals.request(),
                  List.of(Subject.device("pump-07")),
                  List.of(),
                  List.of("a note"))
              .canonical(),
          new ApprovalEntry.BodyPart(ID, 0, new byte[] {1, 2, 3}).canonical(),
          new ApprovalEntry.Approved(
                  ID,
                  ADA,
                  AT,
                  9443,
                  7,
                  new Assertion("AQID", new byte[37], new byte[9], new byte[9]))
              .canonical(),
          new ApprovalEntry.Ended(ID, ApprovalEntry.Ended.How.REFUSED, ADA, "no", AT).canonical(),
          new ApprovalEntry.Executed(ID, ADA, AT).canonical(),
          new ApprovalEntry.Acted(ADA, "device.revoke", 0, 1, false, Optional.of(ID), AT)
              .canonical(),
          new ApprovalEntry.GlassBroken(ID, ADA, "why", AT, AT.plusSeconds(60)).canonical(),
          new ApprovalEntry.GlassReviewed(ID, ADA, true, "why", AT).canonical(),
          new TestPasskey("ada", 1, "RS256").attestationObject(),
          new TestPasskey("ada", 1, "ES256").registered());

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_back_or_refused(byte[] bytes) {
    readAll(bytes);
  }

  @Test
  void damaged_ones_are_read_back_or_refused() {
    Damage.each(3_000, SOUND, ApprovalFuzzTest::readAll);
  }

  @Test
  void what_is_sound_is_read_back_to_the_byte() {
    assertThat(ApprovalRequest.read(TestApprovals.request().canonical()))
        .isEqualTo(TestApprovals.request());
    SOUND
        .subList(2, SOUND.size() - 2)
        .forEach(entry -> assertThat(ApprovalEntry.read(entry).canonical()).isEqualTo(entry));
  }

  private static void readAll(byte[] bytes) {
    try {
      String text = QuorumReader.read(new String(bytes, UTF_8)).text();
      assertThat(QuorumReader.read(text).text()).isEqualTo(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("quorum");
    }
    refusedOr(() -> assertThat(ApprovalRequest.read(bytes).canonical()).isEqualTo(bytes));
    try {
      assertThat(Cbor.first(bytes, 0)).isNotNull();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("CBOR");
    }
    OperatorsOnRecord operators = new OperatorsOnRecord(List.of());
    operators.register(bytes);
    operators.change(bytes);
    assertThat(operators.faults()).hasSizeBetween(1, 2);
    refusedOr(() -> {
      byte[] canonical = ApprovalEntry.read(bytes).canonical();
      assertThat(ApprovalEntry.read(canonical).canonical()).isEqualTo(canonical);
    });
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (RecordRefused e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
