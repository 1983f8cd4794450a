package org.thingward.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.TestAuthority;
import tools.jackson.databind.JsonNode;

class OperatorConnectionTest {
  private final TestAuthority authority = new TestAuthority("operator listener");
  private final Credential operator = authority.credential("operator");
  private final List<HttpExchange> asked = new CopyOnWriteArrayList<>();
  private HttpsServer server;
  private OperatorConnection connection;

  @BeforeEach
  void start() throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(ClientTls.of(authority.credential("localhost")).forHttps()));
    server.start();
    connection =
        new OperatorConnection(
            URI.create("https://localhost:" + server.getAddress().getPort()),
            operator,
            new SecureRandom());
  }

  @AfterEach
  void stop() {
    connection.close();
    server.stop(0);
  }

  private void answers(String path, int status, String body) {
    server.createContext(
        "/api/v1" + path,
        exchange -> {
          asked.add(exchange);
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void a_problem_is_an_exception_with_its_status_detail_and_members() {
    answers(
        "/tokens",
        422,
        "{\"type\":\"urn:thingward:problem:token-life\",\"status\":422,\"detail\":\"too long\","
            + "\"errors\":[{\"row\":3,\"detail\":\"no such region\"}],\"instance\":null}");
    assertThatThrownBy(() -> connection.post("/tokens", Map.of("device", "pump-09")))
        .isInstanceOfSatisfying(
            OperatorProblem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(422);
              assertThat(problem.detail()).isEqualTo("too long");
              assertThat(problem.type()).isEqualTo("urn:thingward:problem:token-life");
              assertThat(problem.members()).containsKey("errors").doesNotContainKey("instance");
            });
  }

  @Test
  void what_waits_for_others_to_agree_was_not_done_and_is_told_apart() {
    answers(
        "/devices/pump-09/release",
        202,
        "{\"approval\":\"0190f5fe\",\"state\":\"open\",\"detail\":\"This waits for others.\"}");
    assertThatThrownBy(
            () -> connection.post("/devices/pump-09/release", Map.of("reason", "mended")))
        .isInstanceOfSatisfying(
            OperatorProblem.class,
            awaited -> {
              assertThat(awaited.isAwaitingApproval()).isTrue();
              assertThat(awaited.detail()).isEqualTo("This waits for others.");
              assertThat(awaited.members()).containsEntry("approval", "0190f5fe");
            });
  }

  @Test
  void an_error_that_is_no_problem_document_is_still_told() {
    answers("/policy", 502, "<html>");
    assertThatThrownBy(() -> connection.getBytes("/policy", Map.of()))
        .isInstanceOf(OperatorProblem.class)
        .hasMessageContaining("502");
  }

  @Test
  void each_change_has_an_idempotency_key_of_its_own() {
    answers("/tokens", 200, "{}");
    JsonNode first = connection.post("/tokens", Map.of());
    JsonNode second = connection.post("/tokens", Map.of());
    assertThat(first).isEqualTo(second);
    assertThat(asked)
        .extracting(each -> each.getRequestHeaders().getFirst("idempotency-key"))
        .doesNotContainNull()
        .doesNotHaveDuplicates();
  }

  @Test
  void no_value_can_change_where_a_request_goes() {
    assertThat(OperatorConnection.encoded("../policy?x=1#y z"))
        .isEqualTo("..%2Fpolicy%3Fx%3D1%23y%20z");
    answers("/decisions", 200, "{\"items\":[]}");
    JsonNode unused = connection.get("/decisions", Map.of("subject", "device:a&limit=9"));
    assertThat(asked.getFirst().getRequestURI().getRawQuery())
        .isEqualTo("subject=device%3Aa%26limit%3D9");
  }

  @Test
  void a_list_is_read_over_all_its_pages_up_to_the_limit() {
    server.createContext(
        "/api/v1/devices",
        exchange -> {
          String query = String.valueOf(exchange.getRequestURI().getRawQuery());
          byte[] page =
              (query.contains("cursor=two")
                      ? "{\"items\":[{\"id\":\"c\"}]}"
                      : "{\"items\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"next\":\"two\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    Operator api = new Operator(connection);
    assertThat(api.list("/devices", Map.of(), 100)).hasSize(3);
    assertThat(api.list("/devices", Map.of(), 1)).hasSize(1);
  }

  @Test
  void events_are_followed_until_enough_are_seen() {
    answers(
        "/decisions/events",
        200,
        ": hello\n\nevent: decision\ndata: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: {\"n\":3}\n\n");
    List<Integer> seen = new ArrayList<>();
    connection.follow(
        "/decisions/events",
        Map.of(),
        event -> {
          seen.add(event.path("n").asInt());
          return seen.size() < 2;
        });
    assertThat(seen).containsExactly(1, 2);
  }

  @Test
  void a_server_with_another_key_is_not_spoken_to() {
    Credential pinned =
        new Credential(
            operator.key(), operator.chain(), List.of(new TestAuthority("another").root()));
    try (OperatorConnection wary =
        new OperatorConnection(
            URI.create("https://localhost:" + server.getAddress().getPort()),
            pinned,
            new SecureRandom())) {
      assertThatThrownBy(() -> wary.get("/devices", Map.of()))
          .isInstanceOf(ServerUnreachable.class);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void a_server_that_is_not_there_is_unreachable_and_the_message_says_what_to_do() {
    server.stop(0);
    assertThatThrownBy(() -> connection.get("/devices", Map.of()))
        .isInstanceOf(ServerUnreachable.class)
        .hasMessageContaining("thingward up");
  }
}
