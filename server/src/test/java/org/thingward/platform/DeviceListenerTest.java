package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.Verdict;

/** The listener, against real curl, openssl and a BoringSSL client. */
class DeviceListenerTest {
  private static final Time TIME = Time.ofMachine();
  private static final Digest NOTHING = Digest.of();

  @TempDir Path folder;
  private final TestAuthority authority = new TestAuthority("devices");
  private final AtomicReference<ServerCredential> credential =
      new AtomicReference<>(authority.server());
  private final Decisions decisions = new Decisions();
  private final List<DeviceListener> open = new ArrayList<>();
  private DeviceListener listener;

  /** Permits all but those named. */
  private static final class Decisions implements DecisionPoint {
    final List<Request> asked = new CopyOnWriteArrayList<>();
    volatile String denied = "";

    @Override
    public RecordedDecision decide(Request request) {
      asked.add(request);
      boolean permit = !request.subject().name().equals(denied);
      return new RecordedDecision(
          new Decision(
              request,
              permit ? Verdict.PERMIT : Verdict.DENY,
              permit ? Tier.AFFIRMING : Tier.CONTRAINDICATED,
              List.of(permit ? "all is well" : "quarantined by an operator"),
              Optional.empty(),
              NOTHING,
              NOTHING,
              TIME.now()),
          new Receipt(NOTHING));
    }

    @Override
    public RecordedDecision refuse(Request request, String reason) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Receipt end(GrantEnd end) {
      return new Receipt(NOTHING);
    }
  }

  private record Answer(int exit, String text) {}

  @BeforeEach
  void start() throws IOException {
    listener = listener(false);
    Files.writeString(folder.resolve("ca.pem"), TestAuthority.pem(authority.certificate()));
    authority.issue(Subject.device("pump-07")).write(folder, "pump-07");
  }

  @AfterEach
  void stop() {
    open.forEach(DeviceListener::close);
  }

  private DeviceListener listener(boolean allowTls12) {
    List<DeviceRoute> routes =
        List.of(
            route("GET", "/open", new Admission.Open(), request -> DeviceResponse.json("{}")),
            route(
                "POST",
                "/evidence/{kind}",
                new Admission.ByCertificate(RequestKind.ATTEST),
                request ->
                    DeviceResponse.ok(
                        "text/plain",
                        (request.requirePeer().subject()
                                + " "
                                + request.variables().get("kind")
                                + " "
                                + request.body().length)
                            .getBytes(StandardCharsets.UTF_8))),
            route(
                "GET",
                "/defect",
                new Admission.Open(),
                request -> {
                  throw new IllegalStateException("secret detail");
                }));
    DeviceListener opened =
        new DeviceListener(
            new InetSocketAddress("127.0.0.1", 0),
            routes,
            new DeviceTls(authority, credential::get, allowTls12, TIME),
            decisions,
            new SimpleMeterRegistry(),
            TIME);
    open.add(opened);
    return opened;
  }

  private static DeviceRoute route(
      String method, String path, Admission admission, DeviceRoute.Handler handler) {
    return new DeviceRoute(method, path, admission, 1024, handler);
  }

  @Test
  void curl_with_a_certificate_is_named_by_it_and_admitted_after_a_decision() throws Exception {
    Answer answer = curlAs("pump-07", "--data-binary", "hello", "/evidence/boot");
    assertThat(answer.text()).contains("HTTP/1.1 200", "device:pump-07 boot 5");
    assertThat(decisions.asked).hasSize(1);
    assertThat(decisions.asked.getFirst().kind()).isEqualTo(RequestKind.ATTEST);
  }

  @Test
  void T2_from_where_a_peer_speaks_is_told_of_who_was_let_in_and_of_nobody_else() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    listener.subscribe((peer, from) -> told.add(peer.subject() + " at " + from.name()));
    curl("/open");
    curl("-d", "x", "/evidence/boot");
    decisions.denied = "pump-07";
    curlAs("pump-07", "--data-binary", "hello", "/evidence/boot");
    assertThat(told).isEmpty();
    decisions.denied = "";
    curlAs("pump-07", "--data-binary", "hello", "/evidence/boot");
    assertThat(told).containsExactly("device:pump-07 at 127.0.0.0/24");
  }

  @Test
  void a_denial_is_a_403_with_the_reason_and_the_ledger_entry() throws Exception {
    decisions.denied = "pump-07";
    assertThat(curlAs("pump-07", "--data-binary", "hello", "/evidence/boot").text())
        .contains(
            "HTTP/1.1 403",
            "application/problem+json",
            "quarantined by an operator",
            "\"tier\":\"contraindicated\"",
            "\"entry\":\"sha256:");
  }

  @Test
  void without_a_certificate_a_protected_route_answers_401_and_an_open_one_200() throws Exception {
    assertThat(curl("-d", "x", "/evidence/boot").text())
        .contains("HTTP/1.1 401", "urn:thingward:problem:certificate-required");
    assertThat(curl("/open").text()).contains("HTTP/1.1 200");
    assertThat(decisions.asked).isEmpty();
  }

  @Test
  void a_certificate_that_does_not_verify_ends_the_handshake() throws Exception {
    TestAuthority stranger = new TestAuthority("devices");
    Subject pump = Subject.device("pump-07");
    TestAuthority.Form client = TestAuthority.Form.client();
    stranger.issue(pump).write(folder, "stranger");
    authority.issue(pump, client.expired()).write(folder, "expired");
    authority.issue(pump, client.forServers()).write(folder, "server");
    authority.issue(pump, client.asAuthority()).write(folder, "authority");
    for (String name : List.of("stranger", "expired", "server", "authority")) {
      Answer answer = curlAs(name, "/open");
      assertThat(answer.exit()).as(name + ": " + answer.text()).isIn(35, 56);
      assertThat(answer.text())
          .contains(name.equals("expired") ? "certificate expired" : "bad certificate")
          .doesNotContain("< HTTP/1.1");
    }
  }

  @Test
  void every_bad_request_is_a_problem_that_says_why() throws Exception {
    assertProblem(curl("/nowhere"), 404, "not-found");
    assertProblem(curl("-X", "DELETE", "/open"), 405, "method-not-allowed");
    assertProblem(curl("--path-as-is", "/open/../defect"), 400, "bad-path");
    assertProblem(curl("/%zz"), 400, "bad-path");
    assertProblem(curl("/open%2Fdefect"), 400, "bad-path");
    assertProblem(curl("-H", "X-Long: " + "a".repeat(20_000), "/open"), 431, "headers-too-large");
    assertProblem(curl("/" + "a".repeat(5_000)), 414, "uri-too-long");
    Answer defect = curl("/defect");
    assertProblem(defect, 500, "defect");
    assertThat(defect.text()).doesNotContain("secret detail");
  }

  @Test
  void what_is_no_http_is_a_400() throws Exception {
    Answer answer = openssl("GARBAGE\r\n\r\n", listener, "-quiet");
    assertThat(answer.text()).contains("400", "urn:thingward:problem:bad-request");
  }

  @Test
  void a_body_beyond_the_routes_bound_is_413_declared_or_streamed() throws Exception {
    Path large = Files.write(folder.resolve("large"), new byte[4096]);
    assertProblem(
        curlAs("pump-07", "--data-binary", "@" + large, "/evidence/boot"), 413, "too-large");
    assertProblem(
        curlAs(
            "pump-07",
            "-H",
            "Transfer-Encoding: chunked",
            "--data-binary",
            "@" + large,
            "/evidence/boot"),
        413,
        "too-large");
    assertThat(decisions.asked).isEmpty();
  }

  @Test
  void a_compressed_body_is_refused_unread() throws Exception {
    Path bomb = folder.resolve("bomb.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
      out.write(new byte[500_000]);
    }
    assertThat(Files.size(bomb)).isLessThan(1_024);
    for (String encoding : List.of("gzip", "deflate, GZIP", "br")) {
      assertProblem(
          curlAs(
              "pump-07",
              "-H",
              "Content-Encoding: " + encoding,
              "--data-binary",
              "@" + bomb,
              "/evidence/boot"),
          415,
          "content-encoding");
    }
    assertThat(decisions.asked).isEmpty();
  }

  @Test
  void a_connection_serves_many_requests_one_after_the_other() throws Exception {
    Answer answer = curl("/open", url("/open"), url("/nowhere"), url("/open"));
    assertThat(answer.text().split("< HTTP/1.1 200", -1)).hasSize(4);
    assertThat(answer.text()).contains("Re-using existing connection");
  }

  @Test
  void tls_1_2_is_refused_unless_configured_and_1_1_always() throws Exception {
    assertThat(openssl("", listener, "-tls1_3", "-brief").text()).contains("TLSv1.3");
    assertThat(openssl("", listener, "-tls1_2", "-brief").text())
        .contains("alert protocol version");
    DeviceListener lenient = listener(true);
    assertThat(openssl("", lenient, "-tls1_2", "-brief").text()).contains("TLSv1.2");
    assertThat(openssl("", lenient, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-brief").exit())
        .isNotZero();
  }

  @Test
  void a_client_that_offers_only_the_hybrid_group_gets_it() throws Exception {
    assertThat(HybridClient.handshake(listener.port(), authority.certificate(), "X25519MLKEM768"))
        .isEqualTo("TLSv1.3");
    assertThat(HybridClient.handshake(listener.port(), authority.certificate(), "X25519"))
        .isEqualTo("TLSv1.3");
  }

  @Test
  void a_new_server_credential_is_used_without_a_restart() throws Exception {
    X509Certificate first = HybridClient.served(listener.port(), authority.certificate());
    credential.set(authority.server());
    X509Certificate second = HybridClient.served(listener.port(), authority.certificate());
    assertThat(first).isNotEqualTo(second);
    assertThat(second).isEqualTo(credential.get().chain().getFirst());
  }

  @Test
  void G11_a_silent_connection_is_closed_before_the_handshake_has_taken_six_seconds()
      throws Exception {
    Instant started = Instant.now();
    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(0x16);
      out.flush();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(Duration.between(started, Instant.now())).isLessThan(Duration.ofSeconds(8));
  }

  private void assertProblem(Answer answer, int status, String type) {
    assertThat(answer.text())
        .contains("HTTP/1.1 " + status, Problem.MEDIA_TYPE, "urn:thingward:problem:" + type);
  }

  private Answer curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sSiv", "--cacert", "" + folder.resolve("ca.pem")));
    for (String argument : arguments) {
      command.add(argument.startsWith("/") ? url(argument) : argument);
    }
    return run("", command);
  }

  private Answer curlAs(String name, String... arguments) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--cert",
                "" + folder.resolve(name + ".pem"),
                "--key",
                "" + folder.resolve(name + ".key")));
    all.addAll(List.of(arguments));
    List<String> command =
        new ArrayList<>(List.of("curl", "-sSiv", "--cacert", "" + folder.resolve("ca.pem")));
    for (int i = 0; i < all.size(); i++) {
      String argument = all.get(i);
      command.add(i == all.size() - 1 ? url(argument) : argument);
    }
    return run("", command);
  }

  private Answer openssl(String input, DeviceListener to, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("openssl", "s_client", "-connect", "127.0.0.1:" + to.port(), "-ign_eof"));
    command.addAll(List.of(options));
    if (input.isEmpty()) {
      command.remove("-ign_eof");
    }
    return run(input, command);
  }

  private String url(String path) {
    return "https://localhost:" + listener.port() + path;
  }

  private static Answer run(String input, List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Answer(process.exitValue(), text);
  }
}
