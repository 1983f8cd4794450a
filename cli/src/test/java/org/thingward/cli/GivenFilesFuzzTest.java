package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/**
 * Whatever a person gives as a backup, as its key, or as a name: read, or refused with a reason.
 */
class GivenFilesFuzzTest {
  private static final Path FOLDER = folder();
  private static final String KEY =
      "thingward-kek-v1:" + Base64.getEncoder().encodeToString(new byte[32]) + "\n";
  private static final int AS_KEY = 0;
  private static final int AS_BACKUP = 1;
  private static final int AS_CONTENT = 2;
  private static final int AS_NAME = 3;
  private static final int AS_KEYS = 4;

  /** What is given, and before it the number of what it is given as. */
  private static final List<byte[]> SOUND = sound();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_files_are_read_or_refused() {
    Damage.each(2_000, SOUND, GivenFilesFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] given = Arrays.copyOfRange(bytes, 1, bytes.length);
    String text = new String(given, StandardCharsets.UTF_8);
    switch (Math.floorMod(bytes[0], AS_KEYS + 1)) {
      case AS_KEY -> {
        Path file = written("given", given);
        refusedOr(() -> BackupKey.read(file).id());
      }
      case AS_BACKUP -> {
        Path file = written("given", given);
        refusedOr(() -> opened(file));
      }
      case AS_CONTENT -> refusedOr(() -> unpacked(given));
      case AS_NAME -> {
        refusedOr(() -> Names.subject(text));
        refusedOr(() -> Names.duration(text));
      }
      default -> {
        refusedOr(() -> TpmCommand.keys(FOLDER, text));
        refusedOr(() -> TpmCommand.devices(text));
        refusedOr(() -> listed(text));
      }
    }
  }

  private static List<String> listed(String text) {
    DeviceList list = new DeviceList();
    list.read(text);
    return list.ids();
  }

  private static int opened(Path file) throws IOException {
    BackupFile.Opened opened = BackupFile.open(file, BackupKey.read(FOLDER.resolve("key")));
    opened.rest().close();
    return opened.manifest().length;
  }

  /** What is unpacked lies in its folder and nowhere else. */
  private static long unpacked(byte[] bytes) throws IOException {
    Path into = Files.createDirectory(FOLDER.resolve("into"));
    try {
      BackupFile.unpack(new DataInputStream(new ByteArrayInputStream(bytes)), into, done -> {});
    } finally {
      Folders.delete(into);
      try (Stream<Path> left = Files.list(FOLDER)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .isSubsetOf("given", "key", "sound", "data");
      }
    }
    return bytes.length;
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static void refusedOr(Reading reading) {
    try {
      assertThat(reading.read()).isNotNull();
    } catch (Failed | IOException refused) {
      assertThat(refused.getMessage() == null ? refused.toString() : refused.getMessage())
          .isNotBlank();
    }
  }

  private static List<byte[]> sound() {
    try {
      Path data = Files.createDirectories(FOLDER.resolve("data/ledger"));
      Files.writeString(data.resolve("checkpoint"), "thingward/x\n0\n");
      Path backup = FOLDER.resolve("sound");
      Path key = written("key", utf8(KEY));
      BackupFile.write(
          backup, data.getParent(), utf8("{}"), BackupKey.read(key), new SecureRandom(), at -> {});
      return List.of(
          as(AS_BACKUP, Files.readAllBytes(backup)),
          as(AS_KEY, utf8(KEY)),
          as(AS_CONTENT, inside()),
          as(AS_NAME, utf8("device:meter-12")),
          as(AS_NAME, utf8("90m")),
          as(AS_KEYS, utf8("-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n")),
          as(
              AS_KEYS,
              utf8("digest;serial;Device\nsha256:%s;7;\"pump-07\"\n".formatted("ab".repeat(32)))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] as(int number, byte[] given) {
    return ByteBuffer.allocate(1 + given.length).put((byte) number).put(given).array();
  }

  private static byte[] inside() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(1);
    out.writeUTF("ledger");
    out.writeByte(2);
    out.writeUTF("ledger/checkpoint");
    out.writeLong(3);
    out.write(new byte[3]);
    out.writeByte(0);
    return bytes.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Path written(String name, byte[] bytes) {
    try {
      return Files.write(FOLDER.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(Path.of("target"), "given-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
