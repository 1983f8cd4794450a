package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;

/** Whatever the ledger's own files have become: read, or an IOException that says what is wrong. */
class LedgerFilesFuzzTest {
  private static final int MAGIC = 8;
  private static final int SUM_AND_LENGTH = 8;
  private static final Subject PUMP = Subject.device("pump-07");
  private static final Path FOLDER = folder();
  private static final Path WAL = FOLDER.resolve("%020d.wal".formatted(0));
  private static final int AS_WRITE_AHEAD = 0;
  private static final int AS_SUMMED_WRITE_AHEAD = 1;
  private static final int AS_HEADS = 2;
  private static final int AS_SUMMED_HEADS = 3;
  private static final int AS_CONTENTS = 4;
  private static final int AS_KEYS = 5;
  private static final List<byte[]> WRITTEN = written();

  /** What a file has become, and before it the number of what it is. */
  private static final List<byte[]> SOUND =
      List.of(
          as(AS_WRITE_AHEAD, WRITTEN.get(0)),
          as(AS_SUMMED_WRITE_AHEAD, WRITTEN.get(0)),
          as(AS_HEADS, WRITTEN.get(1)),
          as(AS_SUMMED_HEADS, WRITTEN.get(1)),
          as(AS_CONTENTS, new byte[EntryKey.LENGTH]),
          as(AS_KEYS, WRITTEN.get(2)));

  private static byte[] as(int number, byte[] file) {
    return ByteBuffer.allocate(1 + file.length).put((byte) number).put(file).array();
  }

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_file_is_read_or_refused(byte[] bytes) {
    readAll(bytes);
  }

  @Test
  void damaged_files_are_read_or_refused() {
    Damage.each(1_000, SOUND, LedgerFilesFuzzTest::readAll);
  }

  @Test
  void a_sealed_content_that_is_shorter_than_a_leaf_hash_is_refused() throws Exception {
    byte[] key = new byte[EntryKey.LENGTH];
    key[0] = 1;
    Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding");
    sealing.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(EntryKey.of(key).derive("thingward/sealed-content/v1"), "AES"),
        new GCMParameterSpec(128, new byte[12]));
    sealing.updateAAD(new byte[8]);
    byte[] sealed = sealing.doFinal(new byte[5]);
    Files.write(FOLDER.resolve("000000000.keys"), key);
    Files.write(FOLDER.resolve("000000000.contents"), sealed);
    Files.write(
        FOLDER.resolve("000000000.ends"), ByteBuffer.allocate(8).putLong(sealed.length).array());
    assertThatThrownBy(() -> new SealedContents(Disk.MACHINE, FOLDER).open(0))
        .isInstanceOf(IOException.class)
        .hasMessage("the place of entry 0 among the contents was changed");
  }

  private static void readAll(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] file = Arrays.copyOfRange(bytes, 1, bytes.length);
    switch (Math.floorMod(bytes[0], AS_KEYS + 1)) {
      case AS_WRITE_AHEAD -> refusedOr(() -> writeAhead(file));
      case AS_SUMMED_WRITE_AHEAD -> refusedOr(() -> writeAhead(summed(file)));
      case AS_HEADS -> refusedOr(() -> heads(file));
      case AS_SUMMED_HEADS -> refusedOr(() -> heads(summedHead(file)));
      case AS_CONTENTS -> refusedOr(() -> contents(file));
      default -> refusedOr(() -> keys(file));
    }
  }

  private static void keys(byte[] file) throws IOException {
    Files.write(FOLDER.resolve("ledger-keys"), file);
    assertThat(LedgerKeys.open(FOLDER, TestLedgers.RANDOMNESS).verifiers()).hasSize(2);
  }

  private static void writeAhead(byte[] bytes) throws IOException {
    Files.write(WAL, bytes);
    try (WriteAhead files = new WriteAhead(Disk.MACHINE, FOLDER);
        WriteAhead next = new WriteAhead(Disk.MACHINE, FOLDER)) {
      List<Entry.Sequenced> entries = files.recover();
      for (int i = 1; i < entries.size(); i++) {
        assertThat(entries.get(i).index()).isEqualTo(entries.get(i - 1).index() + 1);
      }
      assertThat(next.recover().stream().map(Entry.Sequenced::index).toList())
          .isEqualTo(entries.stream().map(Entry.Sequenced::index).toList());
    } finally {
      Files.deleteIfExists(WAL);
    }
  }

  private static void heads(byte[] bytes) throws IOException {
    Files.write(FOLDER.resolve("heads"), bytes);
    try (Heads heads = new Heads(Disk.MACHINE, FOLDER)) {
      assertThat(heads.all()).doesNotContainKey(null);
    }
  }

  private static void contents(byte[] bytes) throws IOException {
    for (String kind : List.of("contents", "ends", "keys")) {
      Files.write(FOLDER.resolve("000000000." + kind), bytes);
    }
    assertThat(new SealedContents(Disk.MACHINE, FOLDER).open(0)).isEmpty();
  }

  /** A batch whose sum is right, whatever it holds. */
  private static byte[] summed(byte[] bytes) {
    if (bytes.length <= MAGIC + SUM_AND_LENGTH) {
      return bytes;
    }
    byte[] summed = Arrays.copyOf(bytes, bytes.length);
    System.arraycopy(WRITTEN.getFirst(), 0, summed, 0, MAGIC);
    int from = MAGIC + SUM_AND_LENGTH;
    ByteBuffer.wrap(summed)
        .putInt(MAGIC, summed.length - from)
        .putInt(MAGIC + 4, sum(summed, from, summed.length - from));
    return summed;
  }

  /** A head whose sum is right, whatever it holds. */
  private static byte[] summedHead(byte[] bytes) {
    int text = bytes.length == 0 ? 0 : bytes[0] & 0xff;
    byte[] summed = Arrays.copyOf(bytes, 1 + text + Digest.LENGTH + 4);
    int body = summed.length - 4;
    ByteBuffer.wrap(summed).putInt(body, sum(summed, 0, body));
    return summed;
  }

  private static int sum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Reads a file of the ledger. */
  private interface Reading {
    void read() throws IOException;
  }

  private static void refusedOr(Reading reading) {
    try {
      reading.read();
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static List<byte[]> written() {
    try {
      List<byte[]> files = new ArrayList<>();
      try (WriteAhead ahead = new WriteAhead(Disk.MACHINE, FOLDER)) {
        ahead.append(List.of(entry(0), entry(1)));
        ahead.append(List.of(entry(2)));
      }
      files.add(Files.readAllBytes(WAL));
      Files.delete(WAL);
      try (Heads heads = new Heads(Disk.MACHINE, FOLDER)) {
        heads.save(Map.of(PUMP, Digest.of()), 3);
      }
      files.add(Files.readAllBytes(FOLDER.resolve("heads")));
      assertThat(LedgerKeys.open(FOLDER, TestLedgers.RANDOMNESS).verifiers()).hasSize(2);
      files.add(Files.readAllBytes(FOLDER.resolve("ledger-keys")));
      return List.copyOf(files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry.Sequenced entry(long index) {
    byte[] content = ("content " + index).getBytes(StandardCharsets.UTF_8);
    EntryKey key = EntryKey.of(new byte[EntryKey.LENGTH]);
    Instant time = Instant.parse("2026-11-23T10:00:00Z");
    return Entry.of(EntryType.DECISION, PUMP, time, key, content).at(index, Digest.of());
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("ledger-files");
      Stream.of(
              "", "heads", "ledger-keys", "000000000.contents", "000000000.ends", "000000000.keys")
          .forEach(name -> folder.resolve(name).toFile().deleteOnExit());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
