package org.thingward.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.TestAuthority;

/** What lies in a server's folder, or is answered, and is not what it should be. */
class ServerFolderTest {
  @TempDir private Path root;
  private ServerFolder folder;

  @BeforeEach
  void make() throws IOException {
    folder = new ServerFolder(root);
    Files.createDirectories(root.resolve("run"));
    new TestAuthority("Root").credential("operator").save(root.resolve("keys"), "operator");
    Files.move(root.resolve("keys/ca.pem"), root.resolve("keys/operator-server.pem"));
  }

  @Test
  void a_port_that_is_none_is_named() throws IOException {
    for (String port : List.of("0", "65536", "-1", "1e9", "\"8443\"", "null")) {
      Files.writeString(
          root.resolve("run/endpoints.json"), "{\"https\":" + port + ",\"mqtt\":8883}");
      assertThatThrownBy(folder::devices)
          .as(port)
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining("names no port for https");
    }
  }

  @Test
  void a_credential_whose_files_are_empty_is_none() throws IOException {
    assertThat(folder.operator().chain()).hasSize(1);
    for (String file : List.of("operator.pem", "operator-server.pem", "operator.key")) {
      byte[] sound = Files.readAllBytes(root.resolve("keys").resolve(file));
      Files.write(root.resolve("keys").resolve(file), new byte[0]);
      assertThatThrownBy(folder::operator)
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining(file);
      Files.write(root.resolve("keys").resolve(file), sound);
    }
  }

  @Test
  void a_problem_whose_members_are_null_is_still_a_problem() {
    OperatorProblem problem =
        OperatorConnection.problem(409, utf8("{\"type\":null,\"detail\":null,\"title\":\"x\"}"));
    assertThat(problem.detail()).isEqualTo("x");
    assertThat(problem.type()).isEqualTo("about:blank");
  }

  @Test
  void an_event_that_is_no_json_ends_the_stream_with_a_word() {
    assertThatThrownBy(() ->
            OperatorConnection.events(
                new ByteArrayInputStream(utf8("data: {}\n\ndata: {\n")), event -> true))
        .isInstanceOf(ServerUnreachable.class)
        .hasMessageContaining("no JSON");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
