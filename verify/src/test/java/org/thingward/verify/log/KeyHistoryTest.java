package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;
import org.thingward.verify.record.RecordRefused;

/** A log whose keys changed twice, and whoever would like to have changed them. */
class KeyHistoryTest {
  private static final Signers SECOND = new Signers(2);
  private static final Signers THIRD = new Signers(3);
  private static final Signers STRANGER = new Signers(9);

  @TempDir private Path folder;
  private final TestLog log = new TestLog(5);
  private final Random random = new Random(11);

  /** Keys of one time. */
  private record Signers(CheckpointSigner ed25519, CheckpointSigner mlDsa44) {
    Signers(int seed) {
      this(
          CheckpointSigner.of(TestLog.ORIGIN, NoteAlgorithm.ED25519, seed(seed)),
          CheckpointSigner.of(TestLog.ORIGIN, NoteAlgorithm.ML_DSA_44, seed(seed)));
    }

    private static byte[] seed(int value) {
      byte[] seed = new byte[CheckpointSigner.SEED];
      Arrays.fill(seed, (byte) value);
      return seed;
    }

    List<VerifierKey> keys() {
      return List.of(ed25519.verifier(), mlDsa44.verifier());
    }

    Checkpoint sign(Checkpoint head) {
      List<NoteSignature> lines = new ArrayList<>(head.signatures());
      lines.add(ed25519.sign(head, TestLog.START));
      lines.add(mlDsa44.sign(head, TestLog.START));
      return head.with(lines);
    }
  }

  private KeyChange change(List<VerifierKey> from, List<VerifierKey> to) {
    return change(new LogEvent.KeysChanged(TestLog.ORIGIN, from, to, "yearly").canonical());
  }

  /** An entry of this content, last in a checkpoint that nobody has signed. */
  private KeyChange change(byte[] content) {
    byte[] key = new byte[EntryKey.LENGTH];
    random.nextBytes(key);
    Opening opening = new Opening(content, EntryKey.of(key), Leaf.NO_PREVIOUS);
    Leaf leaf =
        new Leaf(
            EntryType.LOG,
            TestLog.START,
            opening.key().commitToContent(content),
            opening.key().commitToLink(Leaf.NO_PREVIOUS));
    long index = log.append(leaf);
    Checkpoint head = new Checkpoint(TestLog.ORIGIN, index + 1, log.root(), List.of());
    return new KeyChange(leaf, opening, inclusionOfLast(), head);
  }

  private InclusionProof inclusionOfLast() {
    try {
      Path scratch = Files.createTempDirectory(folder, "tiles");
      return log.inclusion(log.write(scratch), log.leaves.size() - 1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyChange with(KeyChange change, Checkpoint signed) {
    return new KeyChange(change.leaf(), change.opening(), change.inclusion(), signed);
  }

  private KeyChange toSecond() {
    KeyChange change = change(TestLog.keys(), SECOND.keys());
    return with(change, SECOND.sign(TestLog.sign(change.checkpoint())));
  }

  private KeyChange toThird() {
    KeyChange change = change(SECOND.keys(), THIRD.keys());
    return with(change, THIRD.sign(SECOND.sign(change.checkpoint())));
  }

  /** Writes the log as its server would, its head signed by {@code signers}. */
  private LogSource.Directory written(KeyHistory history, Signers signers) throws IOException {
    Path written = log.write(Files.createTempDirectory(folder, "log"));
    Checkpoint head = new Checkpoint(TestLog.ORIGIN, log.leaves.size(), log.root(), List.of());
    TestLog.put(written, "checkpoint", signers.sign(head).serialise());
    String keys = signers.keys().get(0) + "\n" + signers.keys().get(1) + "\n";
    TestLog.put(written, "verifier-keys", keys.getBytes(StandardCharsets.UTF_8));
    TestLog.put(written, KeyHistory.FILE, history.serialise());
    return new LogSource.Directory(written);
  }

  @Test
  void L6_who_knows_the_keys_of_any_time_follows_to_those_of_today() throws IOException {
    KeyHistory history = new KeyHistory(List.of(toSecond(), toThird()));
    log.append(Leaf.decode(log.leaves.getFirst()));
    LogSource source = written(history, THIRD);
    for (List<VerifierKey> known : List.of(TestLog.keys(), SECOND.keys(), THIRD.keys())) {
      LogReport report = new LogVerifier(source, known).verify();
      assertThat(report.ok()).as("%s", report.lines()).isTrue();
      assertThat(report.signers()).isEqualTo(THIRD.keys());
      assertThat(report.lines())
          .contains(
              "its keys were changed at entry 5 (2026-11-22T09:14:51Z), signed by the old and the"
                  + " new: yearly");
    }
    assertThat(new LogVerifier(source, STRANGER.keys()).verify().fault().orElseThrow().toString())
        .isEqualTo("key-history: no change of keys is signed by the keys given, nor leads to them");
  }

  @Test
  void L6_keys_that_no_entry_of_the_old_ones_names_are_refused() throws IOException {
    KeyChange wanted = change(TestLog.keys(), STRANGER.keys());
    LogSource alone = written(KeyHistory.NONE, STRANGER);
    assertThat(new LogVerifier(alone, TestLog.keys()).verify().fault().orElseThrow().toString())
        .contains("checkpoint: has no valid Ed25519 signature");
    KeyChange unsigned = with(wanted, STRANGER.sign(wanted.checkpoint()));
    requireRefused(unsigned, "is not signed by the old Ed25519 key");
    KeyChange unwilling = with(wanted, TestLog.sign(wanted.checkpoint()));
    requireRefused(unwilling, "is not signed by the new Ed25519 key");
    KeyChange other = toSecond();
    KeyChange swapped =
        new KeyChange(
            wanted.leaf(), wanted.opening(), wanted.inclusion(), STRANGER.sign(other.checkpoint()));
    requireRefused(swapped, "is not the last entry of the checkpoint that is to prove it");
    KeyChange reworded =
        new KeyChange(
            other.leaf(), wanted.opening(), other.inclusion(), STRANGER.sign(other.checkpoint()));
    requireRefused(reworded, "is not the last entry of the checkpoint that is to prove it");
  }

  private static void requireRefused(KeyChange change, String reason) {
    assertThatThrownBy(() -> new KeyHistory(List.of(change)).follow(TestLog.keys()))
        .hasMessageContaining(reason);
  }

  @Test
  void L6_changes_that_do_not_follow_each_other_are_refused() {
    KeyChange second = toSecond();
    KeyChange third = toThird();
    KeyChange begun = change(new LogEvent.Begun(TestLog.ORIGIN, TestLog.keys()).canonical());
    assertThatThrownBy(() -> new KeyHistory(List.of(third, second)).follow(TestLog.keys()))
        .hasMessage("entry 5 does not follow from entry 6");
    assertThatThrownBy(() -> new KeyHistory(List.of(third)).follow(TestLog.keys()))
        .hasMessageContaining("nor leads to them");
    requireRefused(begun, "is no change of keys");
  }

  @Test
  void L6_a_log_cut_back_to_before_a_change_of_its_keys_is_refused() throws IOException {
    KeyHistory history = new KeyHistory(List.of(toSecond()));
    TestLog shorter = new TestLog(3);
    Path written = shorter.write(Files.createTempDirectory(folder, "short"));
    Checkpoint head = new Checkpoint(TestLog.ORIGIN, 3, shorter.root(), List.of());
    TestLog.put(written, "checkpoint", SECOND.sign(TestLog.sign(head)).serialise());
    TestLog.put(written, KeyHistory.FILE, history.serialise());
    LogReport report = new LogVerifier(new LogSource.Directory(written), TestLog.keys()).verify();
    assertThat(report.fault().orElseThrow().reason())
        .isEqualTo(
            "is of 3 entries of thingward/test, and one of 6 entries of thingward/test is where its"
                + " keys were changed");
  }

  @Test
  void L6_a_log_that_forked_before_the_change_of_its_keys_is_refused() throws IOException {
    KeyHistory history = new KeyHistory(List.of(toSecond()));
    TestLog forked = TestLog.forked(9);
    Path written = forked.write(Files.createTempDirectory(folder, "forked"));
    Checkpoint head = new Checkpoint(TestLog.ORIGIN, 9, forked.root(), List.of());
    TestLog.put(written, "checkpoint", SECOND.sign(head).serialise());
    TestLog.put(written, KeyHistory.FILE, history.serialise());
    LogReport report = new LogVerifier(new LogSource.Directory(written), TestLog.keys()).verify();
    assertThat(report.fault().orElseThrow().reason())
        .isEqualTo("does not continue the one of 6 entries that is where its keys were changed");
  }

  @Test
  void L6_one_byte_changed_in_the_history_leads_to_no_other_keys() throws IOException {
    KeyHistory history = new KeyHistory(List.of(toSecond(), toThird()));
    byte[] file = history.serialise();
    for (int i = 0; i < 400; i++) {
      byte[] changed = file.clone();
      changed[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        KeyHistory read = KeyHistory.parse(changed);
        assertThat(read.follow(TestLog.keys())).isEqualTo(THIRD.keys());
        assertThat(read.serialise()).isEqualTo(file);
      } catch (RecordRefused | IllegalArgumentException refused) {
        assertThat(refused).hasMessageMatching("(?s).+");
      }
    }
  }

  /** Two changes, and an end under this name after the first. */
  static Stream<Arguments> seeds() throws IOException {
    return Damage.seeds(sound());
  }

  private static List<byte[]> sound() throws IOException {
    KeyHistoryTest test = new KeyHistoryTest();
    test.folder = Files.createTempDirectory(Path.of("target"), "key-history-");
    KeyChange second = test.toSecond();
    LogEvent ended =
        new LogEvent.Succeeded(
            TestLog.ORIGIN,
            SECOND.keys(),
            "thingward/next",
            THIRD.keys(),
            second.checkpoint(),
            "stolen",
            "ada");
    KeyChange end = test.change(ended.canonical());
    Succession succession =
        new Succession(
            end.leaf(), end.opening(), end.checkpoint(), new KeyHistory(List.of(second)));
    return List.of(
        new KeyHistory(List.of(second, test.toThird())).serialise(), succession.serialise());
  }

  @Test
  void damaged_ones_are_a_key_history_or_refused() throws IOException {
    Damage.each(1_000, sound(), KeyHistoryTest::read);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_a_key_history_or_refused(byte[] bytes) {
    read(bytes);
  }

  private static void read(byte[] bytes) {
    refusedOr(() -> {
      KeyHistory read = KeyHistory.parse(bytes);
      assertThat(KeyHistory.parse(read.serialise()).serialise()).isEqualTo(read.serialise());
      assertThat(read.follow(TestLog.keys())).isIn(TestLog.keys(), SECOND.keys(), THIRD.keys());
    });
    refusedOr(() -> {
      Succession read = Succession.parse(bytes);
      assertThat(Succession.parse(read.serialise()).serialise()).isEqualTo(read.serialise());
      assertThat(read.event().origin()).isNotNull();
    });
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (RecordRefused | IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  @Test
  void what_is_no_history_is_refused_with_its_place() {
    assertRefused("{}", "has no member 'key-history'");
    assertRefused("{\"key-history\":2,\"changes\":[]}", "key-history is not 1");
    assertRefused("{\"key-history\":1,\"changes\":[{}]}", "changes[0] has no member");
    assertRefused("{\"key-history\":1,\"changes\":[],\"x\":1}", "'x' that is not known");
    assertThat(KeyHistory.parse(KeyHistory.NONE.serialise())).isEqualTo(KeyHistory.NONE);
    assertThatThrownBy(
            () -> new LogEvent.KeysChanged(TestLog.ORIGIN, List.of(), List.of(), "two\nlines"))
        .hasMessageContaining("one line");
  }

  private static void assertRefused(String json, String reason) {
    assertThatThrownBy(() -> KeyHistory.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RecordRefused.class)
        .hasMessageContaining(reason);
  }
}
