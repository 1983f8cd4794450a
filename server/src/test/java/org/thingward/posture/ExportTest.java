package org.thingward.posture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.TestApprovals;
import org.thingward.verify.approval.TestPasskey;
import org.thingward.verify.bundle.AuditExport;
import org.thingward.verify.bundle.BundleRefused;
import org.thingward.verify.bundle.BundleReport;
import org.thingward.verify.bundle.BundledEntry;
import org.thingward.verify.bundle.ExportReader;
import org.thingward.verify.bundle.ExportVerifier;
import org.thingward.verify.bundle.ExportWriter;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.VerifierKey;

/** What an auditor takes away, and what becomes of it on the way. */
class ExportTest {
  private static final Subject METER = Subject.device("meter-12");
  private static final Subject PUMP = Subject.device("pump-3");
  private static final int STORY = 17;
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});

  @TempDir private Path folder;
  private final Time time = Time.ofMachine();
  private Database database;
  private TiledLedger ledger;
  private Postures postures;
  private List<VerifierKey> firstKeys;
  private Receipt denial;

  /** Two devices are admitted, the log's keys are changed, one device is revoked and denied. */
  @BeforeEach
  void writeAStory() throws IOException {
    Randomness randomness = new Randomness(time);
    database = TestDatabase.fresh();
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    ledger = TiledLedger.open(folder.resolve("log"), keys, time, randomness, database);
    firstKeys = ledger.verifiers();
    ledger.changeKeys("yearly");
    postures = new Postures(database, ledger, folder, new SteadyTime(time));
    for (Subject device : List.of(METER, PUMP)) {
      state(
          device,
          "identity.credential",
          "identity",
          "credential.accepted",
          new ClaimValue.Digests(new TreeSet<>(List.of(CERTIFICATE))));
      state(
          device, "identity.holder", "identity", "credential.holder", new ClaimValue.Word("sole"));
      assertThat(connect(device).decision().permits()).isTrue();
    }
    state(METER, "operator.order", "operator", "order", new ClaimValue.Word("revoke"));
    denial = connect(METER).receipt();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    // A denial overtakes the evidence that it rests on: that comes through the database.
    while (ledger.index(denial).isEmpty() || ledger.size() < STORY) {
      assertThat(System.nanoTime()).as("sequenced in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @AfterEach
  void end() throws Exception {
    postures.close();
    ledger.close();
    database.close();
  }

  private void state(Subject device, String kind, String source, String claim, ClaimValue value) {
    var unused =
        postures
            .sinkFor(source)
            .state(
                new Evidence(
                    device,
                    kind,
                    source,
                    AssuranceLevel.L3,
                    new TreeMap<>(Map.of(claim, value)),
                    time.now(),
                    Evidence.NO_END,
                    Digest.of(kind.getBytes(UTF_8))));
  }

  private RecordedDecision connect(Subject device) {
    return postures.decide(new Request(RequestKind.CONNECT, device, CERTIFICATE, Evidence.NO_END));
  }

  private byte[] export(Map<String, String> query) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      postures
          .export(ledger)
          .handler()
          .handle(
              new OperatorRequest(
                  Caller.inPerson(Subject.operator("ada")),
                  Scope.EVERYWHERE,
                  DevicePlaces.UNKNOWN,
                  9443,
                  Map.of(),
                  query,
                  Map.of(),
                  new byte[0]))
          .body()
          .writeTo(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AuditExport read(byte[] file) {
    try {
      return ExportReader.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private BundleReport verified(AuditExport export) {
    return ExportVerifier.verify(export, firstKeys, Optional.empty());
  }

  private static byte[] written(AuditExport export) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ExportWriter.write(out, export.header(), export.entries().iterator(), export.attached());
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AuditExport without(AuditExport export, long index) {
    List<BundledEntry> fewer = new ArrayList<>(export.entries());
    assertThat(fewer.removeIf(entry -> entry.index() == index)).isTrue();
    return new AuditExport(export.header(), fewer, export.attached());
  }

  @Test
  void L7_an_export_of_everything_repeats_every_appraisal_and_decision_without_the_server() {
    byte[] file = export(Map.of());
    assertThat(ExportReader.begins(Arrays.copyOf(file, 64))).isTrue();
    AuditExport export = read(file);
    assertThat(export.entries()).hasSize((int) ledger.size());
    BundleReport report = verified(export);
    assertThat(report.ok()).as("%s", report.text()).isTrue();
    assertThat(report.conclusion()).contains("every appraisal and every decision was repeated");
    assertThat(report.text().toString())
        .contains("every entry from #0 to #" + (ledger.size() - 1))
        .contains("2 × repeated: permit to connect, as stated")
        .contains("1 × repeated: deny to connect, as stated")
        .contains("changed at #1")
        .contains("may be forked or shortened");
    assertThat(written(export)).isEqualTo(file);
    List<VerifierKey> strangers =
        List.of(
            new VerifierKey(firstKeys.get(0).name(), firstKeys.get(0).algorithm(), new byte[32]));
    assertThat(ExportVerifier.verify(export, strangers, Optional.empty()).ok()).isFalse();
  }

  @Test
  void O4_an_export_of_everything_says_who_agreed_to_what_was_done_and_where_nobody_did() {
    TestPasskey bob = new TestPasskey("bob", 1, "ES256");
    Instant at = TestApprovals.request().asked().plusSeconds(60);
    append(EntryType.PASSKEY, bob.registered());
    append(EntryType.APPROVAL, TestApprovals.asked().canonical());
    append(EntryType.APPROVAL, TestApprovals.approved(bob, at).canonical());
    append(EntryType.APPROVAL, TestApprovals.executed(at).canonical());
    BundleReport agreed = verified(read(export(Map.of())));
    assertThat(agreed.ok()).as("%s", agreed.text()).isTrue();
    assertThat(agreed.text().toString()).contains("signed by those who must agree, then done");
    // An administrator of the server has it done once more, and puts what the log asks for there.
    append(EntryType.APPROVAL, TestApprovals.executed(at).canonical());
    BundleReport forged = verified(read(export(Map.of())));
    assertThat(forged.ok()).isFalse();
    assertThat(forged.text().toString()).contains("was carried out after it was over");
  }

  private void append(EntryType type, byte[] content) {
    var unused = ledger.append(type, Subject.operator("bob"), content);
  }

  @Test
  void L2_of_one_subject_every_entry_is_there_and_leaving_one_out_is_found() {
    AuditExport export = read(export(Map.of("subject", METER.toString())));
    BundleReport report = verified(export);
    assertThat(report.ok()).as("%s", report.text()).isTrue();
    assertThat(report.text().toString())
        .contains("entries about device:meter-12", "each named by the next", "no later entry");
    long newest = export.header().newest().orElseThrow();
    assertThat(export.entries().getLast().index()).isEqualTo(newest);
    assertThat(export.entries())
        .extracting(BundledEntry::index)
        .contains(ledger.index(denial).orElseThrow());
    for (BundledEntry entry : export.entries()) {
      if (entry.leaf().type() == EntryType.EVIDENCE) {
        assertThat(verified(without(export, entry.index())).conclusion()).contains("is left out");
      }
    }
    AuditExport pumps = read(export(Map.of("subject", PUMP.toString())));
    AuditExport.Header of = pumps.header();
    AuditExport mislabelled =
        new AuditExport(
            new AuditExport.Header(
                of.since(),
                of.until(),
                Optional.of(METER),
                of.first(),
                of.end(),
                of.newest(),
                of.edges(),
                of.erased(),
                of.checkpoint(),
                of.keys(),
                of.keyChanges()),
            pumps.entries(),
            pumps.attached());
    assertThat(verified(mislabelled).conclusion()).contains("is about another subject");
  }

  @Test
  void L7_a_stretch_of_time_is_complete_and_shows_where_it_begins_and_ends() {
    Instant since = ledger.proof(5).leaf().time();
    Instant until = ledger.proof(ledger.size() - 2).leaf().time();
    AuditExport export = read(export(Map.of("since", since.toString(), "until", until.toString())));
    BundleReport report = verified(export);
    assertThat(report.ok()).as("%s", report.text()).isTrue();
    assertThat(export.header().first()).isBetween(3L, 5L);
    assertThat(export.entries().getFirst().index()).isLessThan(export.header().first());
    long inside = export.header().first() + 1;
    assertThat(verified(without(export, inside)).conclusion())
        .contains("#" + inside + " is left out");
    AuditExport.Header of = export.header();
    AuditExport narrowed =
        new AuditExport(
            new AuditExport.Header(
                of.since(),
                of.until(),
                of.subject(),
                of.first() + 1,
                of.end(),
                of.newest(),
                of.edges(),
                of.erased(),
                of.checkpoint(),
                of.keys(),
                of.keyChanges()),
            export.entries(),
            export.attached());
    assertThat(verified(narrowed).conclusion())
        .contains("does not begin or end where it was asked");
  }

  @Test
  void L7_what_was_deleted_is_told_and_what_is_held_back_is_refused() {
    AuditExport whole = read(export(Map.of()));
    BundledEntry evidence =
        whole.entries().stream()
            .filter(entry -> entry.leaf().type() == EntryType.EVIDENCE)
            .findFirst()
            .orElseThrow();
    List<BundledEntry> held = new ArrayList<>(whole.entries());
    held.set(
        (int) evidence.index(),
        new BundledEntry(evidence.leaf(), evidence.inclusion(), Optional.empty()));
    assertThat(verified(new AuditExport(whole.header(), held, whole.attached())).conclusion())
        .contains("contents are left out that are not said to be deleted");
    ledger.erase(evidence.index());
    BundleReport report = verified(read(export(Map.of())));
    assertThat(report.ok()).isFalse();
    assertThat(report.text().toString())
        .contains("1 entries are in the log, their contents deleted")
        .contains("cannot be repeated: 1 pieces of evidence are not here");
    assertThat(report.conclusion()).contains("not all of it can be repeated");
  }

  @Test
  void L7_one_byte_changed_anywhere_in_an_export_is_refused() {
    byte[] file = export(Map.of());
    AuditExport untouched = read(file);
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      byte[] changed = file.clone();
      changed[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> read(changed)).isInstanceOf(BundleRefused.class);
      byte[] sealed = sealedAgain(changed);
      try {
        AuditExport export = read(sealed);
        if (verified(export).ok()) {
          assertThat(proved(export)).isEqualTo(proved(untouched));
        }
      } catch (BundleRefused refused) {
        assertThat(refused).hasMessageContaining("line ");
      }
    }
    assertThatThrownBy(() -> read(Arrays.copyOf(file, file.length - 1)))
        .hasMessageContaining("ends before its last line");
    assertThatThrownBy(() -> read(Arrays.copyOf(file, file.length + 1)))
        .hasMessageContaining("something follows");
  }

  /** What an export proves: each entry with what it says. */
  private static List<String> proved(AuditExport export) {
    return export.entries().stream()
        .map(entry ->
            entry.index()
                + " "
                + entry.leaf().hash()
                + " "
                + entry.opening().map(opening -> new String(opening.content(), UTF_8)).orElse(""))
        .toList();
  }

  /** As whoever changes it on purpose would leave it: with a last line that fits again. */
  private static byte[] sealedAgain(byte[] file) {
    String text = new String(file, ISO_8859_1);
    int last = text.lastIndexOf("\n{\"lines\":") + 1;
    if (last == 0) {
      return file;
    }
    byte[] before = Arrays.copyOf(file, last);
    long lines = text.substring(0, last).chars().filter(c -> c == '\n').count();
    String end = "{\"lines\":%d,\"digest\":\"%s\"}\n".formatted(lines, Digest.of(before));
    byte[] sealed = Arrays.copyOf(before, last + end.length());
    System.arraycopy(end.getBytes(UTF_8), 0, sealed, last, end.length());
    return sealed;
  }

  @Test
  void an_endless_export_is_refused_after_a_line_of_8_MiB() {
    byte[] beginning = "{\"thingward-export\":1,\"x\":\"".getBytes(UTF_8);
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return at < beginning.length ? beginning[at++] : 'a';
          }
        };
    assertThatThrownBy(() -> ExportReader.read(endless))
        .isInstanceOf(BundleRefused.class)
        .hasMessageContaining("8 MiB");
  }

  @Test
  void what_cannot_be_asked_for_is_refused_with_its_reason() {
    for (Map<String, String> query :
        List.of(Map.of("since", "yesterday"), Map.of("subject", "x"), Map.of("form", "zip"))) {
      assertThatThrownBy(() -> export(query)).isInstanceOf(Problem.class);
    }
  }
}
