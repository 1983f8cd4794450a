package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigstore.merkle.InclusionProofVerificationException;
import dev.sigstore.merkle.InclusionProofVerifier;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import tools.jackson.databind.ObjectMapper;

class ProofsTest {
  private static final int[] SIZES = {1, 2, 3, 7, 8, 255, 256, 257, 300, 511, 513, 1000};

  @TempDir private Path folder;

  @Test
  void every_entry_of_a_log_of_any_size_is_proved_from_tiles() throws IOException {
    for (int size : SIZES) {
      TestLog log = new TestLog(size);
      TiledTree tree = tree(log);
      assertThat(tree.root()).isEqualTo(log.root());
      for (int i = 0; i < size; i++) {
        InclusionProof proof = tree.inclusion(i);
        assertThat(proof.proves(log.hashes.get(i), log.root())).isTrue();
        assertThat(proof.proves(log.hashes.get((i + 1) % size), log.root())).isEqualTo(size == 1);
        assertThat(Leaf.decode(tree.entry(i)).hash()).isEqualTo(log.hashes.get(i));
      }
    }
  }

  @Test
  void every_earlier_size_is_proved_to_be_a_beginning() throws IOException {
    for (int size : new int[] {1, 2, 7, 64, 257, 300, 513}) {
      TestLog log = new TestLog(size);
      TiledTree tree = tree(log);
      for (int old = 0; old <= size; old++) {
        Digest oldRoot = MerkleTree.root(log.hashes.subList(0, old));
        ConsistencyProof proof = tree.consistency(old);
        assertThat(proof.proves(oldRoot, log.root())).as("%d of %d", old, size).isTrue();
        assertThat(proof.proves(Digest.of(new byte[] {1}), log.root())).isFalse();
        // Every log continues the empty one.
        assertThat(proof.proves(oldRoot, Digest.of(new byte[] {1}))).isEqualTo(old == 0);
      }
    }
  }

  @Test
  void sigstore_java_accepts_our_proofs_and_refuses_tampered_ones() throws Exception {
    TestLog log = new TestLog(1000);
    TiledTree tree = tree(log);
    for (int i = 0; i < 1000; i += 5) {
      InclusionProof proof = tree.inclusion(i);
      byte[] hash = log.hashes.get(i).bytes();
      List<byte[]> path = proof.path().stream().map(Digest::bytes).toList();
      byte[] root = log.root().bytes();
      int index = i;
      assertThatCode(() -> InclusionProofVerifier.verify(hash, index, 1000, path, root))
          .doesNotThrowAnyException();
      path.get(i % path.size())[i % 32] ^= 1;
      assertThatThrownBy(() -> InclusionProofVerifier.verify(hash, index, 1000, path, root))
          .isInstanceOf(InclusionProofVerificationException.class);
    }
  }

  @Test
  void sigstore_verify_of_npm_accepts_our_proofs_and_refuses_tampered_ones() throws Exception {
    TestLog log = new TestLog(1000);
    TiledTree tree = tree(log);
    List<String> questions = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1000; i += 5) {
      questions.add(question(log, tree.inclusion(i), false));
      expected.add("accepted");
      questions.add(question(log, tree.inclusion(i), true));
      expected.add("refused");
    }
    assertThat(askNode(questions)).isEqualTo(expected);
  }

  @Test
  void no_changed_proof_is_accepted() throws IOException {
    TestLog log = new TestLog(300);
    TiledTree tree = tree(log);
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      int index = random.nextInt(300);
      InclusionProof proof = tree.inclusion(index);
      List<Digest> path = new ArrayList<>(proof.path());
      switch (random.nextInt(4)) {
        case 0 -> path.remove(random.nextInt(path.size()));
        case 1 -> path.add(random.nextInt(path.size() + 1), log.hashes.get(round % 300));
        case 2 -> path.set(random.nextInt(path.size()), log.hashes.get(round % 299));
        default -> path.add(path.getLast());
      }
      if (path.equals(proof.path())) {
        continue;
      }
      InclusionProof changed = new InclusionProof(index, 300, path);
      assertThat(changed.proves(log.hashes.get(index), log.root())).isFalse();
    }
  }

  private TiledTree tree(TestLog log) throws IOException {
    Path place = Files.createTempDirectory(folder, "log");
    return new TiledTree(new LogSource.Directory(log.write(place)), log.leaves.size());
  }

  private static String question(TestLog log, InclusionProof proof, boolean tampered)
      throws IOException {
    List<byte[]> path = proof.path().stream().map(Digest::bytes).toList();
    if (tampered) {
      path.getFirst()[0] ^= 1;
    }
    Base64.Encoder base64 = Base64.getEncoder();
    return new ObjectMapper()
        .writeValueAsString(
            Map.of(
                "entry", base64.encodeToString(log.leaves.get((int) proof.index())),
                "index", Long.toString(proof.index()),
                "size", Long.toString(proof.size()),
                "root", base64.encodeToString(log.root().bytes()),
                "hashes", path.stream().map(base64::encodeToString).toList()));
  }

  private static List<String> askNode(List<String> questions) throws Exception {
    Path scripts = Path.of("src/test/js");
    assertThat(scripts.resolve("node_modules/@sigstore/verify"))
        .as("run `npm ci` in verify/src/test/js first (./thingward test does)")
        .isDirectory();
    Process node =
        new ProcessBuilder("node", scripts.resolve("check-inclusion.cjs").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (Writer in = node.outputWriter(StandardCharsets.UTF_8)) {
      in.write(String.join("\n", questions) + "\n");
    }
    List<String> answers = node.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(node.waitFor()).isZero();
    return answers;
  }
}
