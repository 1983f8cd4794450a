package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;

/** Whatever the journal's file has become: evidence, or refused with the file's name. */
class JournalFuzzTest {
  private static final int MAGIC = 8;
  private static final int HEADER = 8;
  private static final Path FOLDER = folder();
  private static final Path FILE = FOLDER.resolve("denials.journal");
  private static final List<byte[]> SOUND = sound();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_file_is_recovered_or_refused(byte[] bytes) {
    recover(bytes);
    recover(summed(bytes));
  }

  @Test
  void damaged_files_are_recovered_or_refused() {
    Damage.each(
        1_500,
        SOUND,
        bytes -> {
          recover(bytes);
          recover(summed(bytes));
        });
  }

  private static void recover(byte[] bytes) {
    try {
      Files.write(FILE, bytes);
      List<Evidence> recovered = new Journal(FOLDER).recover();
      assertThat(recovered).doesNotContainNull();
      assertThat(new Journal(FOLDER).recover()).isEqualTo(recovered);
    } catch (IllegalStateException refused) {
      assertThat(refused).hasMessageContaining("denials.journal");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As if all behind the header had been written whole: its sum is right. */
  private static byte[] summed(byte[] bytes) {
    if (bytes.length <= MAGIC + HEADER) {
      return bytes;
    }
    byte[] summed = Arrays.copyOf(bytes, bytes.length);
    System.arraycopy(SOUND.getFirst(), 0, summed, 0, MAGIC);
    CRC32C crc = new CRC32C();
    crc.update(summed, MAGIC + HEADER, summed.length - MAGIC - HEADER);
    ByteBuffer.wrap(summed)
        .putInt(MAGIC, summed.length - MAGIC - HEADER)
        .putInt(MAGIC + 4, (int) crc.getValue());
    return summed;
  }

  private static List<byte[]> sound() {
    try {
      List<byte[]> files = new ArrayList<>();
      Journal journal = new Journal(FOLDER);
      assertThat(journal.recover()).isEmpty();
      for (int i = 0; i < 3; i++) {
        Evidence order = order(i);
        journal.append(order.id(), order.canonical());
        files.add(Files.readAllBytes(FILE));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Evidence order(int number) {
    return new Evidence(
        Subject.device("pump-" + number),
        "operator.order",
        "operator",
        AssuranceLevel.L5,
        new TreeMap<>(Map.of("order", new ClaimValue.Word("revoke"))),
        Instant.parse("2026-11-23T10:00:00Z"),
        Evidence.NO_END,
        Digest.of(new byte[] {(byte) number}));
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("journal");
      folder.toFile().deleteOnExit();
      folder.resolve("denials.journal").toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
