package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/** Whatever a file of a log becomes: the log is sound with its own bytes alone, else reported. */
class LogVerifierFuzzTest {
  private static final TestLog LOG = new TestLog(259);
  private static final Path FOLDER = written();
  private static final List<String> FILES = files();

  /** A file by its number, then the bytes that are put in its place. */
  static Stream<Arguments> seeds() {
    return Damage.seeds(sound());
  }

  @MethodSource("seeds")
  @FuzzTest
  void a_file_with_any_bytes_is_its_own_or_reported(byte[] bytes) {
    verify(bytes);
  }

  @Test
  void a_damaged_file_is_reported() {
    Damage.each(150, sound(), LogVerifierFuzzTest::verify);
  }

  private static void verify(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    Path file = FOLDER.resolve(FILES.get((bytes[0] & 0xff) % FILES.size()));
    byte[] instead = Arrays.copyOfRange(bytes, 1, bytes.length);
    try {
      byte[] own = Files.readAllBytes(file);
      Files.write(file, instead);
      LogReport report = new LogVerifier(new LogSource.Directory(FOLDER), TestLog.keys()).verify();
      Files.write(file, own);
      assertThat(report.lines()).isNotEmpty();
      assertThat(report.ok()).as("%s", file).isEqualTo(Arrays.equals(own, instead));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> sound() {
    List<byte[]> sound = new ArrayList<>();
    for (int i = 0; i < FILES.size(); i++) {
      try {
        byte[] own = Files.readAllBytes(FOLDER.resolve(FILES.get(i)));
        byte[] numbered = new byte[own.length + 1];
        numbered[0] = (byte) i;
        System.arraycopy(own, 0, numbered, 1, own.length);
        sound.add(numbered);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sound;
  }

  private static Path written() {
    try {
      Path folder = Files.createTempDirectory("fuzzed-log");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return LOG.write(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> files() {
    try {
      return new LogSource.Directory(FOLDER).files();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(java.util.Comparator.reverseOrder())
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
