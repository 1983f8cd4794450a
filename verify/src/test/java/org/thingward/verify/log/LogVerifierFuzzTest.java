package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/** Whatever a file of a log becomes: the log is sound with its own bytes alone, else reported. */
class LogVerifierFuzzTest {
  /** Read in no time, so that much can be tried. */
  private static final Written SHORT = new Written(4);

  /** One with full tiles and a second row. */
  private static final Written LONG = new Written(258);

  private static final int LONG_FROM = 0xf0;
  private static final int WHOLE = 0;
  private static final int SPLICED = 1;

  /** A log that ends with its going on under another name, and says so beside its checkpoint. */
  private static final class Written {
    final Path folder;
    final Map<String, byte[]> own = new TreeMap<>();
    final List<String> files;
    final Checkpoint head;

    Written(int entries) {
      TestLog log = new TestLog(entries);
      Succession ended = ended(log);
      head = log.checkpoint().with(List.of());
      try {
        folder = log.write(Files.createTempDirectory("fuzzed-log"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        TestLog.put(folder, KeyHistory.FILE, KeyHistory.NONE.serialise());
        TestLog.put(folder, Succession.FILE, ended.serialise());
        for (String file : new LogSource.Directory(folder).files()) {
          own.put(file, Files.readAllBytes(folder.resolve(file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      files = List.copyOf(own.keySet());
    }

    LogReport with(String file, byte[] instead) {
      try {
        Files.write(folder.resolve(file), instead);
        try {
          return new LogVerifier(new LogSource.Directory(folder), TestLog.keys()).verify();
        } finally {
          Files.write(folder.resolve(file), own.get(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Succession ended(TestLog log) {
    List<VerifierKey> keys = TestLog.keys();
    byte[] content =
        new LogEvent.Succeeded(
                TestLog.ORIGIN, keys, "thingward/next", keys, log.checkpoint(), "stolen", "ada")
            .canonical();
    Opening opening = new Opening(content, EntryKey.of(new byte[32]), Leaf.NO_PREVIOUS);
    Leaf leaf =
        new Leaf(
            EntryType.LOG,
            TestLog.START,
            opening.key().commitToContent(content),
            opening.key().commitToLink(Leaf.NO_PREVIOUS));
    long index = log.append(leaf);
    assertThat(index).isPositive();
    return new Succession(leaf, opening, log.checkpoint(), KeyHistory.NONE);
  }

  /**
   * Which file of which log (1 byte), then {@link #WHOLE} and all its bytes, or what is spliced
   * into its own: where (2 bytes), how many of them go (1), what comes.
   */
  static Stream<Arguments> seeds() {
    List<byte[]> seeds = whole();
    for (int file = 0; file < SHORT.files.size(); file++) {
      seeds.add(new byte[] {(byte) file, SPLICED, 0, 9, 1, 'x'});
      seeds.add(new byte[] {(byte) (LONG_FROM + file), SPLICED, 1, 0, 4, 0, 0, 0, 1});
    }
    return Damage.seeds(seeds);
  }

  @MethodSource("seeds")
  @FuzzTest
  void a_file_with_any_bytes_is_its_own_or_reported(byte[] bytes) {
    verify(bytes);
  }

  @Test
  void a_damaged_file_is_reported() {
    Damage.each(300, whole(), LogVerifierFuzzTest::verify);
  }

  private static void verify(byte[] bytes) {
    if (bytes.length < 2) {
      return;
    }
    int number = bytes[0] & 0xff;
    Written log = number < LONG_FROM ? SHORT : LONG;
    String file = log.files.get(number % log.files.size());
    byte[] own = log.own.get(file);
    byte[] rest = Arrays.copyOfRange(bytes, 2, bytes.length);
    byte[] instead = bytes[1] == WHOLE ? rest : spliced(own, rest);
    LogReport report = log.with(file, instead);
    assertThat(report.lines()).isNotEmpty();
    boolean isOwn = Arrays.equals(own, instead);
    if (TilePath.parse(file).isPresent()) {
      assertThat(report.ok()).as(file).isEqualTo(isOwn);
    } else {
      // Others may sign a checkpoint too, and JSON has blanks; the entries stay the same.
      assertThat(report.ok() || !isOwn).as("%s: %s", file, report.lines()).isTrue();
      assertThat(!report.ok() || head(report).equals(log.head)).as(file).isTrue();
    }
  }

  private static Checkpoint head(LogReport report) {
    return report.checkpoint().orElseThrow().with(List.of());
  }

  private static byte[] spliced(byte[] own, byte[] how) {
    if (how.length < 3) {
      return own;
    }
    int at = (ByteBuffer.wrap(how).getShort() & 0xffff) % (own.length + 1);
    int again = Math.min(own.length, at + (how[2] & 0xff));
    return ByteBuffer.allocate(at + how.length - 3 + own.length - again)
        .put(own, 0, at)
        .put(how, 3, how.length - 3)
        .put(own, again, own.length - again)
        .array();
  }

  private static List<byte[]> whole() {
    List<byte[]> whole = new ArrayList<>();
    for (int i = 0; i < SHORT.files.size(); i++) {
      whole.add(whole(i, SHORT.own.get(SHORT.files.get(i))));
    }
    for (int i = LONG_FROM; i < LONG_FROM + LONG.files.size(); i++) {
      whole.add(whole(i, LONG.own.get(LONG.files.get(i % LONG.files.size()))));
    }
    return whole;
  }

  private static byte[] whole(int number, byte[] own) {
    return ByteBuffer.allocate(own.length + 2)
        .put((byte) number)
        .put((byte) WHOLE)
        .put(own)
        .array();
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .map(Path::toFile)
          .forEach(file -> {
            boolean gone = file.delete();
            assertThat(gone).isTrue();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
