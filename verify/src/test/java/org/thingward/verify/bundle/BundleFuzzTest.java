package org.thingward.verify.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.TestLog;

/** Whatever bytes come: a bundle or export with one verdict, or refused with a reason. */
class BundleFuzzTest {
  private static final Instant T0 = Instant.parse("2026-11-23T13:00:00Z");
  private static final Evidence ORDER =
      new Evidence(
          Subject.device("meter-12"),
          "operator.order",
          "operator",
          AssuranceLevel.L3,
          new TreeMap<>(java.util.Map.of("order", new ClaimValue.Word("revoke"))),
          T0,
          Evidence.NO_END,
          Digest.of());
  private static final List<byte[]> SOUND =
      List.of(bundle(), "{\"thingward-proof\": 1, \"about\": 1}".getBytes(StandardCharsets.UTF_8));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_a_bundle_or_refused(byte[] bytes) {
    verify(bytes);
  }

  @Test
  void damaged_bundles_are_verified_to_the_same_content_or_not_at_all() {
    assertThat(BundleVerifier.verify(BundleReader.read(bundle()), TestLog.keys()).ok()).isTrue();
    Damage.each(1_500, SOUND, BundleFuzzTest::verify);
  }

  static Stream<Arguments> exports() {
    return Damage.seeds(List.of(export()));
  }

  @MethodSource("exports")
  @FuzzTest
  void any_bytes_are_an_export_or_refused(byte[] bytes) {
    verifyExport(bytes);
    verifyExport(ended(bytes));
  }

  @Test
  void damaged_exports_are_verified_to_the_same_content_or_not_at_all() {
    byte[] written = export();
    assertThat(ended(written)).isEqualTo(written);
    AuditExport sound = readExport(written);
    assertThat(ExportVerifier.verify(sound, TestLog.keys(), Optional.empty()).ok()).isTrue();
    Damage.each(1_500, List.of(export()), BundleFuzzTest::verifyExport);
    Damage.each(1_500, List.of(export()), bytes -> verifyExport(ended(bytes)));
  }

  /** As if all before the last line had been written so: lines and digest are right. */
  private static byte[] ended(byte[] bytes) {
    int end = Math.max(0, bytes.length - 1);
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    byte[] before = Arrays.copyOf(bytes, end);
    long lines =
        new String(before, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '\n').count();
    byte[] last =
        "{\"lines\":%d,\"digest\":\"%s\"}\n"
            .formatted(lines, Digest.of(before))
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(end + last.length).put(before).put(last).array();
  }

  private static void verifyExport(byte[] bytes) {
    try {
      AuditExport export = readExport(bytes);
      BundleReport report = ExportVerifier.verify(export, TestLog.keys(), Optional.empty());
      assertThat(!report.ok() || onRecord(export.entries())).as("%s", report).isTrue();
    } catch (BundleRefused e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static AuditExport readExport(byte[] bytes) {
    try {
      return ExportReader.read(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bundle's one entry as an export about its device. */
  private static byte[] export() {
    ProofBundle bundle = BundleReader.read(bundle());
    long index = bundle.main();
    AuditExport.Header header =
        new AuditExport.Header(
            Optional.empty(),
            Optional.empty(),
            Optional.of(ORDER.subject()),
            0,
            index + 1,
            OptionalLong.of(index),
            List.of(),
            new TreeSet<>(),
            bundle.checkpoint(),
            bundle.keys(),
            List.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ExportWriter.write(out, header, bundle.entries().iterator(), List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static boolean onRecord(List<BundledEntry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.opening().stream())
        .allMatch(opening -> Arrays.equals(opening.content(), ORDER.canonical()));
  }

  /** A bundle that verifies holds the order that is on record, whatever became of its bytes. */
  private static void verify(byte[] bytes) {
    ProofBundle bundle;
    try {
      bundle = BundleReader.read(bytes);
    } catch (BundleRefused e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(BundleReader.read(BundleWriter.write(bundle)).main()).isEqualTo(bundle.main());
    BundleReport report = BundleVerifier.verify(bundle, TestLog.keys());
    assertThat(!report.ok() || onRecord(bundle.entries())).as("%s", report).isTrue();
  }

  private static byte[] bundle() {
    try {
      TestLog log = new TestLog(5);
      EntryKey key = EntryKey.of(new byte[32]);
      Leaf leaf =
          new Leaf(
              EntryType.EVIDENCE,
              T0,
              key.commitToContent(ORDER.canonical()),
              key.commitToLink(Leaf.NO_PREVIOUS));
      long index = log.append(leaf);
      Path folder = log.write(Files.createTempDirectory("bundle"));
      List<BundledEntry> entries = new ArrayList<>();
      entries.add(
          new BundledEntry(
              leaf,
              log.inclusion(folder, index),
              Optional.of(new Opening(ORDER.canonical(), key, Leaf.NO_PREVIOUS))));
      delete(folder);
      return BundleWriter.write(
          new ProofBundle(log.checkpoint(), TestLog.keys(), index, entries, List.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
