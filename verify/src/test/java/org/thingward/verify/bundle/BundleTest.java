package org.thingward.verify.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.TestLog;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;
import org.thingward.verify.policy.PolicyReader;

class BundleTest {
  private static final Instant START = Instant.parse("2026-11-23T13:00:00Z");
  private static final Instant CONNECTED = START.plus(Duration.ofMinutes(30));
  private static final Instant FALL = Instant.parse("2026-11-23T14:02:07Z");
  private static final Subject DEVICE = Subject.device("meter-12");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final byte[] POLICY = PolicyReader.defaultPolicy();

  @TempDir private Path folder;
  private final TestLog log = new TestLog(300);
  private final Random random = new Random(5);
  private final Map<Long, Opening> openings = new TreeMap<>();
  private final List<Evidence> evidence = new ArrayList<>();
  private final Policy policy = PolicyReader.read(POLICY);
  private long decisionIndex;
  private long endIndex;
  private Posture posture;

  @BeforeEach
  void writeAStory() {
    append(EntryType.POLICY, START, POLICY);
    Duration days = Duration.ofDays(7);
    state(
        "identity.credential",
        "identity",
        START,
        START.plus(days),
        Map.of(
            "credential.accepted", new ClaimValue.Digests(new TreeSet<>(List.of(CERTIFICATE))),
            "credential.issuer", new ClaimValue.Word("own")));
    state(
        "identity.holder",
        "identity",
        START,
        Evidence.NO_END,
        Map.of("credential.holder", new ClaimValue.Word("sole")));
    posture = appraise(CONNECTED);
    append(EntryType.POSTURE, CONNECTED, posture.canonical());
    Request request = new Request(RequestKind.CONNECT, DEVICE, CERTIFICATE, START.plus(days));
    Decision decision = Decider.decide(policy, posture, request, CONNECTED);
    assertThat(decision.permits()).as("%s", decision.reasons()).isTrue();
    decisionIndex = append(EntryType.DECISION, CONNECTED, decision.canonical());
    state(
        "operator.order",
        "operator",
        FALL,
        Evidence.NO_END,
        Map.of("order", new ClaimValue.Word("revoke")));
    Posture fallen = appraise(FALL);
    append(EntryType.POSTURE, FALL, fallen.canonical());
    GrantEnd end = new GrantEnd(decision.grant().orElseThrow(), GrantEnd.Cause.CUT, FALL, 17, 3, 0);
    endIndex = append(EntryType.GRANT_END, FALL, end.canonical());
  }

  @Test
  void L6_a_bundle_whose_checkpoint_lacks_the_quorum_of_a_given_policy_is_not_verified()
      throws IOException {
    CheckpointSigner witness =
        CheckpointSigner.of("w/1", NoteAlgorithm.ED25519_COSIGNATURE, new byte[32]);
    String text = "witness w " + witness.verifier() + "\nquorum w\n";
    Optional<WitnessPolicy> asked =
        Optional.of(WitnessPolicyReader.read(text.getBytes(StandardCharsets.UTF_8)));
    ProofBundle bare = bundle(endIndex);
    BundleReport refused = BundleVerifier.verify(bare, TestLog.keys(), asked);
    assertThat(refused.ok()).isFalse();
    assertThat(refused.conclusion()).contains("may be forked or shortened");
    Checkpoint head = bare.checkpoint();
    List<NoteSignature> lines = new ArrayList<>(head.signatures());
    lines.add(witness.sign(head, FALL));
    ProofBundle cosigned =
        new ProofBundle(
            head.with(lines), bare.keys(), bare.main(), bare.entries(), bare.attached());
    assertThat(BundleVerifier.verify(cosigned, TestLog.keys(), asked).ok()).isTrue();
  }

  @Test
  void L7_a_proof_repeats_appraisal_and_decision_and_says_why() throws IOException {
    BundleReport report = verify(write(bundle(endIndex)));
    assertThat(report.ok()).as("%s", report.text()).isTrue();
    assertThat(report.lines())
        .extracting(BundleReport.Line::part)
        .containsExactlyInAnyOrder(
            "evidence", "appraisal", "appraisal", "decision", "grant", "entry", "witnesses");
    assertThat(report.text()).anyMatch(line -> line.contains("as stated"));
    assertThat(report.text()).anyMatch(line -> line.contains("forked or shortened"));
    assertThat(report.conclusion())
        .startsWith("on 2026-11-23T14:02:07Z meter-12 was cut, because ")
        .contains("revoke");
  }

  @Test
  void L7_a_permit_is_proved_with_its_reasons() throws IOException {
    BundleReport report = verify(write(bundle(decisionIndex)));
    assertThat(report.ok()).as("%s", report.text()).isTrue();
    assertThat(report.conclusion()).contains("meter-12 was permitted to connect");
  }

  @Test
  void a_bundle_is_read_as_it_was_written() throws IOException {
    byte[] file = write(bundle(endIndex));
    assertThat(write(BundleReader.read(file))).isEqualTo(file);
    assertThat(new String(file, StandardCharsets.UTF_8))
        .startsWith("{\n  \"thingward-proof\" : 1,");
  }

  @Test
  void L7_evidence_that_retention_deleted_is_reported() throws IOException {
    openings.entrySet().removeIf(entry -> isOrder(entry.getValue()));
    BundleReport report = verify(write(bundle(endIndex)));
    assertThat(report.ok()).isFalse();
    assertThat(report.text())
        .anyMatch(line -> line.startsWith("retention") && line.contains("deleted"))
        .anyMatch(line -> line.startsWith("appraisal") && line.endsWith("gone"));
    assertThat(report.conclusion()).contains("not all of it can be repeated");
  }

  @Test
  void L7_a_posture_that_does_not_follow_from_its_evidence_is_found() throws IOException {
    Posture lie =
        new Posture(
            posture.subject(),
            Tier.AFFIRMING,
            posture.vector(),
            List.of(),
            posture.links(),
            posture.credentials(),
            posture.anyCredential(),
            posture.evidence(),
            posture.policy(),
            posture.references(),
            posture.at(),
            posture.until());
    long index = append(EntryType.POSTURE, FALL, lie.canonical());
    BundleReport report = verify(write(bundle(index)));
    assertThat(report.ok()).isFalse();
    assertThat(report.text()).anyMatch(line -> line.contains("but affirming"));
    assertThat(report.conclusion()).contains("does not follow");
  }

  @Test
  void L7_an_attached_posture_counts_if_a_recorded_decision_names_it() throws IOException {
    Instant later = CONNECTED.plusSeconds(60);
    Posture unlogged = appraise(later);
    Request request =
        new Request(RequestKind.RENEW, DEVICE, CERTIFICATE, START.plus(Duration.ofDays(7)));
    Decision decision = Decider.decide(policy, unlogged, request, later);
    long index = append(EntryType.DECISION, later, decision.canonical());
    ProofBundle without = bundle(index);
    assertThat(verify(write(without)).ok()).isFalse();
    BundleReport report = verify(write(with(without, unlogged)));
    assertThat(report.ok()).as("%s", report.text()).isTrue();
    BundleReport stray = verify(write(with(bundle(endIndex), appraise(later.plusSeconds(9)))));
    assertThat(stray.ok()).isFalse();
  }

  @Test
  void a_proof_under_other_keys_proves_nothing() throws IOException {
    ProofBundle bundle = bundle(endIndex);
    var stranger = new VerifierKey(TestLog.ORIGIN, NoteAlgorithm.ED25519, new byte[32]);
    BundleReport report = BundleVerifier.verify(bundle, List.of(stranger));
    assertThat(report.ok()).isFalse();
    assertThat(report.conclusion()).startsWith("this proves nothing");
    BundleReport own = BundleVerifier.verify(bundle, List.of());
    assertThat(own.ok()).isTrue();
    assertThat(own.text()).anyMatch(line -> line.contains("taken from the bundle itself"));
  }

  @Test
  void no_changed_file_is_accepted() throws IOException {
    byte[] sound = write(bundle(endIndex));
    for (int round = 0; round < 400; round++) {
      byte[] changed = sound.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(7));
      try {
        ProofBundle read = BundleReader.read(changed);
        boolean accepted = BundleVerifier.verify(read, TestLog.keys()).ok();
        // About another of its entries it is another proof, and as good.
        boolean sameQuestion = read.main() == endIndex;
        assertThat(accepted && sameQuestion && !sameMeaning(sound, changed))
            .as("byte %d", at)
            .isFalse();
      } catch (BundleRefused e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void what_is_no_bundle_is_refused_with_place_and_reason() {
    for (String file :
        List.of(
            "",
            "[]",
            "{}",
            "{\"thingward-proof\": 2}",
            "nonsense",
            "{\"thingward-proof\": 1, \"about\": 1}",
            "{\"thingward-proof\": 1, \"extra\": 1}")) {
      assertThatThrownBy(() -> BundleReader.read(file.getBytes(StandardCharsets.UTF_8)))
          .as(file)
          .isInstanceOf(BundleRefused.class);
    }
  }

  private static boolean sameMeaning(byte[] one, byte[] two) {
    return Arrays.equals(write(BundleReader.read(one)), write(BundleReader.read(two)));
  }

  private static boolean isOrder(Opening opening) {
    return new String(opening.content(), StandardCharsets.UTF_8).contains("operator.order");
  }

  private static ProofBundle with(ProofBundle bundle, Posture attached) {
    return new ProofBundle(
        bundle.checkpoint(),
        bundle.keys(),
        bundle.main(),
        bundle.entries(),
        List.of(attached.canonical()));
  }

  private Posture appraise(Instant at) {
    return Appraisal.appraise(policy, ReferenceValues.NONE, DEVICE, evidence, at);
  }

  private void state(
      String kind, String source, Instant at, Instant until, Map<String, ClaimValue> claims) {
    Digest raw = Digest.of(kind.getBytes(StandardCharsets.UTF_8));
    Evidence piece =
        new Evidence(
            DEVICE, kind, source, AssuranceLevel.L3, new TreeMap<>(claims), at, until, raw);
    evidence.add(piece);
    append(EntryType.EVIDENCE, at, piece.canonical());
  }

  private long append(EntryType type, Instant at, byte[] content) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    EntryKey key = EntryKey.of(bytes);
    Leaf leaf =
        new Leaf(type, at, key.commitToContent(content), key.commitToLink(Leaf.NO_PREVIOUS));
    long index = log.append(leaf);
    openings.put(index, new Opening(content, key, Leaf.NO_PREVIOUS));
    return index;
  }

  private ProofBundle bundle(long main) throws IOException {
    Path written = log.write(Files.createTempDirectory(folder, "log"));
    List<BundledEntry> entries = new ArrayList<>();
    for (long index = 300; index < 300 + openings.size() + missing(); index++) {
      Leaf leaf = leaf(written, index);
      Optional<Opening> opening = Optional.ofNullable(openings.get(index));
      entries.add(new BundledEntry(leaf, log.inclusion(written, index), opening));
    }
    return new ProofBundle(log.checkpoint(), TestLog.keys(), main, entries, List.of());
  }

  private long missing() {
    return log.checkpoint().size() - 300 - openings.size();
  }

  private Leaf leaf(Path written, long index) throws IOException {
    var source = new LogSource.Directory(written);
    long size = log.checkpoint().size();
    return Leaf.decode(new TiledTree(source, size).entry(index));
  }

  private static byte[] write(ProofBundle bundle) {
    return BundleWriter.write(bundle);
  }

  private static BundleReport verify(byte[] file) {
    return BundleVerifier.verify(BundleReader.read(file), TestLog.keys());
  }
}
