package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Digest;
import org.thingward.verify.Damage;

/** The log's texts and bytes: read back as they came, or refused with a reason. */
class LogFormatsFuzzTest {
  private static final TestLog LOG = new TestLog(3);
  private static final List<byte[]> SOUND = sound();

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
    Damage.each(2_000, SOUND, LogFormatsFuzzTest::readAll);
  }

  private static void readAll(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    refusedOr(() -> assertThat(Checkpoint.parse(bytes).serialise()).isEqualTo(bytes));
    refusedOr(() -> checked(Checkpoint.parse(bytes)));
    refusedOr(() -> assertThat(NoteSignature.parse(text).line()).isEqualTo(text));
    refusedOr(() -> assertThat(VerifierKey.parse(text)).hasToString(text));
    refusedOr(() -> assertThat(Leaf.decode(bytes).encode()).isEqualTo(bytes));
    refusedOr(() -> assertThat(AddCheckpoint.parse(bytes).encode()).isEqualTo(bytes));
    refusedOr(() -> answered(AddCheckpoint.parse(bytes)));
    refusedOr(() -> assertThat(WitnessPolicyReader.read(bytes).quorum()).isNotNull());
    TilePath.parse(text).ifPresent(path -> assertThat(path.path()).isEqualTo(text));
    for (int width : new int[] {1, 3, TilePath.FULL}) {
      bundle(bytes, width);
    }
  }

  /** Asking who signed never throws, whatever the signatures are. */
  private static void checked(Checkpoint checkpoint) {
    boolean all = TestLog.keys().stream().allMatch(checkpoint::signedBy);
    boolean same = checkpoint.with(List.of()).equals(LOG.checkpoint().with(List.of()));
    assertThat(!all || same).as("signed, and yet another head").isTrue();
    TestLog.keys().forEach(key -> assertThat(checkpoint.timeBy(key)).isNotNull());
  }

  /** A witness cosigns no head but the log's own. */
  private static void answered(AddCheckpoint request) {
    WitnessAnswer answer = WitnessAnswer.to(request, TestLog.keys(), Optional.empty());
    if (answer instanceof WitnessAnswer.Cosign) {
      assertThat(request.checkpoint().root()).isEqualTo(LOG.root());
    }
  }

  private static void bundle(byte[] bytes, int width) {
    try {
      List<byte[]> entries = EntryBundle.decode(bytes, width);
      assertThat(entries).hasSize(width);
      assertThat(EntryBundle.encode(entries)).isEqualTo(bytes);
    } catch (EntryBundle.MalformedBundle e) {
      assertThat(e.readable()).hasSizeLessThanOrEqualTo(width);
    }
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static List<byte[]> sound() {
    Checkpoint head = LOG.checkpoint();
    List<byte[]> sound = new ArrayList<>();
    sound.add(head.serialise());
    sound.add(new AddCheckpoint(0, List.of(), head).encode());
    sound.add(new AddCheckpoint(2, List.of(Digest.of(), LOG.root()), head).encode());
    sound.add(LOG.leaves.getFirst());
    sound.add(EntryBundle.encode(LOG.leaves));
    sound.add(text(TestLog.keys().getFirst().toString()));
    sound.add(text(head.signatures().getFirst().line()));
    sound.add(text("tile/0/x001/x234/067.p/17"));
    sound.add(text(witnessPolicy()));
    return List.copyOf(sound);
  }

  private static String witnessPolicy() {
    StringBuilder lines = new StringBuilder("# who looks after us\n");
    for (int i = 0; i < 3; i++) {
      byte[] seed = new byte[CheckpointSigner.SEED];
      new Random(i).nextBytes(seed);
      VerifierKey key =
          CheckpointSigner.of("w.example/" + i, NoteAlgorithm.ED25519_COSIGNATURE, seed).verifier();
      lines.append("witness w%d %s https://w.example/%d\n".formatted(i, key, i));
    }
    return lines + "group a 2 w0 w1\ngroup b any a w2\nquorum b\n";
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
