package org.thingward.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private static final Path ROOT = root();
  private static final ServerFolder FOLDER = new ServerFolder(ROOT);
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
    write("run/endpoints.json", bytes);
    refusedOr(FOLDER::devices);
    refusedOr(FOLDER::operators);
    refusedOr(FOLDER::process);
    for (String file : List.of("operator.pem", "operator-server.pem", "operator.key")) {
      byte[] sound = content("keys/" + file);
      write("keys/" + file, bytes);
      refusedOr(FOLDER::operator);
      write("keys/" + file, sound);
    }
    refusedOr(() -> OperatorConnection.json(bytes));
    OperatorProblem problem = OperatorConnection.problem(400, bytes);
    assertThat(problem.detail()).isNotNull();
    assertThat(problem.type()).isNotNull();
    assertThat(problem.members()).doesNotContainValue(null);
    List<JsonNode> events = new ArrayList<>();
    refusedOr(() -> {
      OperatorConnection.events(new java.io.ByteArrayInputStream(bytes), events::add);
      return events;
    });
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
    return Stream.concat(
            Stream.of(
                    "{\"https\":8443,\"mqtt\":8883,\"operator\":9443,\"process\":1}",
                    "{\"type\":\"urn:x\",\"title\":\"Bad\",\"status\":400,\"detail\":\"row 3\","
                        + "\"errors\":[{\"row\":3,\"message\":\"no such region\"}]}",
                    "{\"detail\":null,\"type\":null}",
                    "id: 1\ndata: {\"progress\":{\"decided\":3}}\n\n: still there\ndata:{}\n\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8)),
            Stream.of("operator.pem", "operator.key").map(file -> content("keys/" + file)))
        .toList();
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
