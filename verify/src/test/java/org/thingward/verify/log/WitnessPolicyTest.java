package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessPolicyTest {
  private static final List<CheckpointSigner> SIGNERS = signers();

  @TempDir private Path folder;

  private static List<CheckpointSigner> signers() {
    List<CheckpointSigner> signers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] seed = new byte[CheckpointSigner.SEED];
      new Random(i).nextBytes(seed);
      NoteAlgorithm algorithm =
          i % 2 == 0 ? NoteAlgorithm.ED25519_COSIGNATURE : NoteAlgorithm.ML_DSA_44;
      signers.add(CheckpointSigner.of("witness.example/" + i, algorithm, seed));
    }
    return signers;
  }

  private static String witnesses() {
    StringBuilder lines = new StringBuilder("# who looks after us\n\n");
    for (int i = 0; i < SIGNERS.size(); i++) {
      lines.append(
          " witness  w%d\t%s http://localhost/%d\n".formatted(i, SIGNERS.get(i).verifier(), i));
    }
    return lines.toString();
  }

  private static WitnessPolicy read(String text) {
    return WitnessPolicyReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Checkpoint cosigned(int... by) {
    Checkpoint head = new TestLog(300).checkpoint();
    List<NoteSignature> lines = new ArrayList<>(head.signatures());
    for (int i : by) {
      lines.add(SIGNERS.get(i).sign(head, TestLog.START));
    }
    return head.with(lines);
  }

  @Test
  void L6_a_quorum_counts_cosignatures_and_nothing_else() {
    String groups = "group a all w0 w1\ngroup b any w2 w3\ngroup both all a b\nquorum both\n";
    WitnessPolicy policy = read(witnesses() + groups);
    assertThat(policy.isWitnessed(cosigned(0, 1, 3))).isTrue();
    assertThat(policy.isWitnessed(cosigned(0, 1))).isFalse();
    assertThat(policy.isWitnessed(cosigned(0, 2, 3))).isFalse();
    assertThat(policy.cosigners(cosigned(2, 0))).containsExactly("w0", "w2");
    assertThat(read(witnesses() + "group a 2 w0 w1 w2\nquorum a\n").isWitnessed(cosigned(0, 2)))
        .isTrue();
  }

  @Test
  void L6_a_cosignature_of_another_checkpoint_does_not_count() {
    WitnessPolicy policy = read(witnesses() + "quorum w0\n");
    Checkpoint other = new TestLog(299).checkpoint();
    Checkpoint head = new TestLog(300).checkpoint();
    List<NoteSignature> lines = new ArrayList<>(head.signatures());
    lines.add(SIGNERS.get(0).sign(other, TestLog.START));
    assertThat(policy.isWitnessed(head.with(lines))).isFalse();
  }

  @Test
  void L6_without_a_quorum_to_ask_for_nothing_is_witnessed() {
    assertThat(read("quorum none\n").isWitnessed(cosigned(0, 1, 2, 3))).isFalse();
  }

  @Test
  void L6_verify_counts_the_witnesses_of_a_given_policy() throws IOException {
    new TestLog(300).write(folder);
    TestLog.put(folder, "checkpoint", cosigned(0, 3).serialise());
    LogReport enough = verify("group g 2 w0 w1 w2 w3\nquorum g\n");
    assertThat(enough.ok()).isTrue();
    assertThat(enough.lines()).last().isEqualTo("2 of 4 witnesses cosigned it (w0, w3): a quorum");
    LogReport tooFew = verify("group g 3 w0 w1 w2 w3\nquorum g\n");
    assertThat(tooFew.fault()).isEmpty();
    assertThat(tooFew.ok()).isFalse();
    assertThat(tooFew.lines())
        .endsWith(
            "2 of 4 witnesses cosigned it (w0, w3): no quorum",
            "unwitnessed: the log may be forked or shortened");
  }

  private LogReport verify(String quorum) {
    LogSource source = new LogSource.Directory(folder);
    return new LogVerifier(source, TestLog.keys(), Optional.of(read(witnesses() + quorum)))
        .verify();
  }

  @Test
  void a_policy_that_says_nothing_clear_is_refused_with_its_line() {
    String vkey = SIGNERS.get(0).verifier().toString();
    refused("", "quorum NAME");
    refused("quorum w0\n", "line 1: no line above defines w0");
    refused("witness none " + vkey + "\n", "line 1: none is defined");
    refused("witness a " + vkey + "\nwitness b " + vkey + "\n", "line 2: this key stands");
    refused("witness a " + TestLog.keys().get(0) + "\n", "not with a plain Ed25519");
    refused("log " + vkey + "\n", "key of a witness, not of a log");
    refused("witness a " + vkey + " ftp://x\n", "https://");
    refused("witness a " + vkey + "\ngroup g 2 a\n", "from 1 to 1");
    refused("witness a " + vkey + "\ngroup g 0 a\n", "from 1 to 1");
    refused("witness a " + vkey + "\ngroup g any a a\n", "a member twice");
    refused("witness a " + vkey + "\nquorum a\nquorum a\n", "line 3: there is one quorum");
    refused("wittness a " + vkey + "\n", "'wittness' is no log");
    refused("quorum none\r\n", "control characters");
  }

  private static void refused(String text, String reason) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
