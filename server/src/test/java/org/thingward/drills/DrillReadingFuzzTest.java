package org.thingward.drills;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;

/** Whatever a runner of drills sends: plans and results that the ledger gives back, or refused. */
class DrillReadingFuzzTest {
  private static final UUID RUN = UUID.fromString("0190f5fe-7c00-7a00-8000-000000000001");
  private static final List<byte[]> SOUND =
      Stream.of(
              "{'drill':'copied-key','outcome':'stopped','details':['denied'],"
                  + "'stops':[{'layer':'gateway','how':'fork'}],"
                  + "'steps':[{'after-micros':12,'who':'attacker','what':'connects \u00fc'}],"
                  + "'took-ms':7,'entry':3}",
              "{'runner':'host','version':'1','drills':[{'drill':'copied-key','number':1,"
                  + "'attempt':'connect','group':'identity','rules':['I3'],"
                  + "'first':[{'layer':'gateway','how':'fork'}],'second':[],"
                  + "'shown':'seen','without':'there is one gateway'}]}")
          .map(text -> text.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_body_is_read_back_from_the_ledger_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_bodies_are_read_back_or_refused() {
    Damage.each(2_000, SOUND, DrillReadingFuzzTest::read);
  }

  @Test
  void what_is_sound_is_read() {
    assertThat(Result.of(Reading.of(SOUND.getFirst())).drill()).isEqualTo("copied-key");
    assertThat(Plan.all(Reading.of(SOUND.getLast()))).hasSize(1);
  }

  private static void read(byte[] bytes) {
    refusedOr(() -> readBack(new DrillRecord.Reported(RUN, Result.of(Reading.of(bytes)), at())));
    refusedOr(() -> {
      Reading body = Reading.of(bytes).only("run", "runner", "version", "drills");
      readBack(
          new DrillRecord.Begun(
              RUN,
              Subject.operator("ada"),
              Optional.empty(),
              body.text("runner", DrillRecord.LONGEST),
              body.text("version", DrillRecord.LONGEST),
              Plan.all(body),
              Optional.empty(),
              at()));
    });
  }

  private static Instant at() {
    return Instant.parse("2026-11-27T08:00:00Z");
  }

  private static void readBack(DrillRecord record) {
    assertThat(DrillRecord.of(record.canonical())).isEqualTo(record);
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (Problem problem) {
      assertThat(problem.status()).isBetween(400, 422);
      assertThat(problem.detail()).isNotBlank();
    }
  }
}
