package org.thingward.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Approvers are told by a webhook, which a real receiver over HTTP is here. */
@Timeout(60)
class ApprovalNoticesTest {
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final byte[] KEY = "q7Zr0vKx4mWb2TsN".getBytes(UTF_8);

  private record Told(String signature, byte[] body) {}

  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final ApprovalHouse home = new ApprovalHouse();
  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    receiver.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          boolean refuses = refusals.getAndDecrement() > 0;
          if (!refuses) {
            told.add(
                new Told(
                    exchange.getRequestHeaders().getFirst(ApprovalNotices.SIGNATURE),
                    exchange.getRequestBody().readAllBytes()));
          } else {
            exchange.getResponseHeaders().add("location", "/elsewhere");
          }
          exchange.sendResponseHeaders(refuses ? 307 : 204, -1);
          exchange.close();
        });
    receiver.start();
    home.house.notices =
        ApprovalNotices.to(
            URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"),
            KEY,
            PAUSE);
    home.house.restart("localhost");
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
  }

  @AfterEach
  void end() {
    home.house.notices.close();
    receiver.stop(0);
  }

  @Test
  void a_key_that_is_found_by_guessing_signs_nothing() {
    for (String weak :
        List.of("0123456789abcdef", "passwordpassword", "aaaaaaaaaaaaaaaaaaaaaaaaa")) {
      assertThatThrownBy(() ->
              ApprovalNotices.to(URI.create("http://127.0.0.1:1/"), weak.getBytes(UTF_8), PAUSE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("openssl rand -hex 32")
          .hasMessageNotContaining(weak);
    }
  }

  @Test
  void a_change_that_waits_is_told_signed_and_without_persons_or_devices() throws Exception {
    String id = home.awaited(ApprovalHouse.release(ADA, "pump-07"));
    Told one = told.take();
    String body = new String(one.body(), UTF_8);
    JsonNode tree = JsonMapper.shared().readTree(body);
    assertThat(tree.path("event").asString()).isEqualTo("approval-waiting");
    assertThat(tree.path("approval").asString()).isEqualTo(id);
    assertThat(tree.path("raised").asInt()).isEqualTo(1);
    assertThat(body).doesNotContain("ada", "bob", "pump-07");
    byte[] expected = ApprovalNotices.sign(new SecretKeySpec(KEY, "HmacSHA256"), one.body());
    assertThat(one.signature()).isEqualTo("sha256=" + HexFormat.of().formatHex(expected));
  }

  @Test
  void a_receiver_that_refuses_or_redirects_is_asked_again_and_then_it_is_counted()
      throws Exception {
    refusals.set(ApprovalNotices.ATTEMPTS - 1);
    String first = home.awaited(ApprovalHouse.release(ADA, "pump-07"));
    assertThat(new String(told.take().body(), UTF_8)).contains(first);
    assertThat(asked).hasValue(ApprovalNotices.ATTEMPTS);
    assertThat(home.house.notices.lost()).isZero();

    refusals.set(ApprovalNotices.ATTEMPTS);
    String lost = home.awaited(ApprovalHouse.release(ADA, "pump-07"));
    String next = home.awaited(ApprovalHouse.release(ADA, "pump-07"));
    String body = new String(told.take().body(), UTF_8);
    assertThat(body).contains(next).doesNotContain(lost);
    assertThat(home.house.notices.lost()).isEqualTo(1);
  }

  @Test
  void a_receiver_that_is_not_there_holds_nobody_up_and_a_short_key_is_refused() throws Exception {
    receiver.stop(0);
    String id = home.awaited(ApprovalHouse.release(ADA, "pump-07"));
    assertThat(home.approve(id, BOB).path("state").asString()).isEqualTo("approved");
    assertThat(told.poll(0, TimeUnit.SECONDS)).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApprovalNotices.to(URI.create("https://x"), new byte[15], Duration.ZERO));
  }
}
