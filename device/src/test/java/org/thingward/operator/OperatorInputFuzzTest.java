package org.thingward.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.device.Credential;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.TestAuthority;
import org.thingward.verify.Damage;
import tools.jackson.databind.JsonNode;

/** Whatever lies in a server's folder or is answered to an operator: read, or refused as such. */
class OperatorInputFuzzTest {
  /** A certificate that the JDK's reader breaks on. */
  private static final String KEYLESS =
      "MG4wXgIBATAFBgMrZXAwEjEQMA4GA1UEAwwHcHVtcC0wNzAeFw0yMDAxMDEwMDAwMDBaFw00MDAx"
          + "MDEwMDAwMDBaMBIxEDAOBgNVBAMMB3B1bXAtMDcwCjAFBgMrZXADAQAwBQYDK2VwAwUAAAAAAA==";

  private static final int AS_ENDPOINTS = 0;
  private static final int AS_CERTIFICATE = 1;
  private static final int AS_LISTENER = 2;
  private static final int AS_KEY = 3;
  private static final int AS_JSON = 4;
  private static final int AS_PROBLEM = 5;
  private static final int AS_EVENTS = 6;
  private static final Path ROOT = root();
  private static final ServerFolder FOLDER = new ServerFolder(ROOT);

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
  void damaged_files_and_answers_are_read_or_refused() {
    Damage.each(2_000, SOUND, OperatorInputFuzzTest::read);
  }

  @Test
  void a_certificate_whose_Ed25519_key_has_no_byte_is_refused_with_the_files_name() {
    byte[] sound = content("keys/operator.pem");
    write("keys/operator.pem", Base64.getDecoder().decode(KEYLESS));
    assertThatThrownBy(FOLDER::operator)
        .isInstanceOf(ServerUnreachable.class)
        .hasMessageContaining("operator.pem holds no certificates");
    write("keys/operator.pem", sound);
  }

  private static void read(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] given = Arrays.copyOfRange(bytes, 1, bytes.length);
    switch (Math.floorMod(bytes[0], AS_EVENTS + 1)) {
      case AS_ENDPOINTS -> endpoints(given);
      case AS_CERTIFICATE -> credential("operator.pem", given);
      case AS_LISTENER -> credential("operator-server.pem", given);
      case AS_KEY -> credential("operator.key", given);
      case AS_JSON -> refusedOr(() -> OperatorConnection.json(given));
      case AS_PROBLEM -> problem(given);
      default -> {
        List<JsonNode> events = new ArrayList<>();
        refusedOr(() -> {
          OperatorConnection.events(new java.io.ByteArrayInputStream(given), events::add);
          return events;
        });
      }
    }
  }

  private static void endpoints(byte[] given) {
    write("run/endpoints.json", given);
    refusedOr(FOLDER::devices);
    refusedOr(FOLDER::operators);
    refusedOr(FOLDER::process);
  }

  private static void credential(String file, byte[] given) {
    byte[] sound = content("keys/" + file);
    write("keys/" + file, given);
    refusedOr(FOLDER::operator);
    write("keys/" + file, sound);
  }

  private static void problem(byte[] given) {
    OperatorProblem problem = OperatorConnection.problem(400, given);
    assertThat(problem.detail()).isNotNull();
    assertThat(problem.type()).isNotNull();
    assertThat(problem.members()).doesNotContainValue(null);
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static void refusedOr(Reading reading) {
    try {
      assertThat(reading.read()).isNotNull();
    } catch (ServerUnreachable refused) {
      assertThat(refused.getMessage()).isNotBlank();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> sound() {
    return List.of(
        as(AS_ENDPOINTS, "{\"https\":8443,\"mqtt\":8883,\"operator\":9443,\"process\":1}"),
        as(AS_CERTIFICATE, text("keys/operator.pem")),
        as(AS_LISTENER, text("keys/operator-server.pem")),
        as(AS_KEY, text("keys/operator.key")),
        as(AS_JSON, "{\"devices\":[{\"id\":\"pump-07\"}],\"next\":null}"),
        as(
            AS_PROBLEM,
            "{\"type\":\"urn:x\",\"title\":\"Bad\",\"status\":400,\"detail\":\"row 3\","
                + "\"errors\":[{\"row\":3,\"message\":\"no such region\"}]}"),
        as(AS_PROBLEM, "{\"detail\":null,\"type\":null}"),
        as(AS_EVENTS, "id: 1\ndata: {\"progress\":{\"decided\":3}}\n\n: still there\ndata:{}\n\n"));
  }

  private static byte[] as(int number, String given) {
    byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + bytes.length).put((byte) number).put(bytes).array();
  }

  private static String text(String name) {
    return new String(content(name), StandardCharsets.UTF_8);
  }

  private static Path root() {
    try {
      Path root = Files.createTempDirectory(Path.of("target"), "operator-input-");
      Files.createDirectories(root.resolve("run"));
      Credential operator = new TestAuthority("Root").credential("operator");
      operator.save(root.resolve("keys"), "operator");
      Files.copy(root.resolve("keys/ca.pem"), root.resolve("keys/operator-server.pem"));
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(String name, byte[] bytes) {
    try {
      Files.write(ROOT.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] content(String name) {
    try {
      return Files.readAllBytes(ROOT.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
