package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.access.Access;
import org.thingward.access.ApprovalNotices;
import org.thingward.access.ApproverAuthenticators;
import org.thingward.access.InsiderWatch;
import org.thingward.access.Surroundings;
import org.thingward.console.BootstrapCredential;
import org.thingward.console.CeremonyApi;
import org.thingward.console.Contract;
import org.thingward.console.OperatorApi;
import org.thingward.console.OwnPages;
import org.thingward.device.Credential;
import org.thingward.device.OneKey;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.LedgerUnavailable;
import org.thingward.ledger.ListedOpenings;
import org.thingward.ledger.Openings;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.OperatorWatch;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Reach;
import org.thingward.platform.TestAuthority;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;

/** The operator listener, against real curl and openssl. */
class OperatorPlaneTest {
  private static final Time TIME = Time.ofMachine();
  private static final Randomness RANDOMNESS = new Randomness(TIME);
  private static final Entries LEDGER = new Entries();
  private static final AtomicInteger MADE = new AtomicInteger();

  @TempDir static Path keys;
  private static Database database;
  private static BootstrapCredential credential;
  private static Access access;
  private static OperatorPlane plane;

  /** Keeps what is appended, unless it is down. */
  private static final class Entries implements Ledger {
    final List<String> contents = new CopyOnWriteArrayList<>();
    volatile boolean down;

    @Override
    public Receipt append(EntryType type, Subject subject, byte[] content) {
      if (down) {
        throw new LedgerUnavailable("the disk is full", new java.io.IOException("full"));
      }
      return appendSoon(type, subject, content);
    }

    @Override
    public Receipt appendSoon(EntryType type, Subject subject, byte[] content) {
      contents.add(type.word() + " " + subject + " " + new String(content, StandardCharsets.UTF_8));
      return new Receipt(Digest.of(content));
    }

    @Override
    public Receipt appendWithTransaction(EntryType type, Subject subject, byte[] content) {
      return append(type, subject, content);
    }

    @Override
    public byte[] attest(String purpose, byte[] statement) {
      throw new UnsupportedOperationException("nothing here asks for that");
    }

    @Override
    public OptionalLong index(Receipt receipt) {
      return OptionalLong.empty();
    }

    @Override
    public Openings openings() {
      return new ListedOpenings(List.of());
    }
  }

  @BeforeAll
  static void start() {
    database = TestDatabase.fresh();
    credential = opened();
    access =
        new Access(
            ConsoleName.LOCALHOST,
            credential.operatorKey(),
            LEDGER,
            new Surroundings(
                DevicePlaces.UNKNOWN,
                () -> new Checkpoint("test.example/log", 1, Digest.of(new byte[0]), List.of()),
                () -> Digest.of(new byte[1]),
                lowered -> false,
                10,
                List.of(),
                new InsiderWatch(LEDGER, TIME),
                ApproverAuthenticators.any(),
                ApprovalNotices.NONE),
            TIME,
            RANDOMNESS);
    plane = new OperatorPlane("127.0.0.1", 0, parts());
  }

  /** Each with figures of its own, which end with their listener. */
  private static OperatorPlane.Parts parts() {
    return new OperatorPlane.Parts(
        new OperatorApi(
            routes(),
            access,
            access.changeControl(),
            DevicePlaces.UNKNOWN,
            OperatorWatch.NOTHING,
            LEDGER,
            database,
            TIME),
        new CeremonyApi(access.ceremonies(), new OwnPages(ConsoleName.LOCALHOST), TIME),
        access,
        ConsoleName.LOCALHOST,
        credential,
        database,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        RANDOMNESS);
  }

  private static BootstrapCredential opened() {
    return BootstrapCredential.open(keys, ConsoleName.LOCALHOST, TIME, RANDOMNESS);
  }

  @AfterAll
  static void stop() throws Exception {
    plane.close();
    database.close();
  }

  @BeforeEach
  void reset() {
    LEDGER.down = false;
    LEDGER.contents.clear();
  }

  private static List<OperatorRoute> routes() {
    return List.of(
        Contract.route(),
        new OperatorRoute(
            "GET",
            "/things/{id}",
            Permission.VIEW,
            Reach.OWN,
            "thing.show",
            0,
            request ->
                OperatorResponse.json(
                    "{\"id\":\""
                        + request.variable("id")
                        + "\",\"q\":\""
                        + request.query()
                        + "\"}")),
        new OperatorRoute(
            "GET",
            "/ticks",
            Permission.VIEW,
            Reach.OWN,
            "thing.follow",
            0,
            request ->
                new OperatorResponse(
                    200, Map.of("content-type", "text/event-stream"), OperatorPlaneTest::tick)),
        new OperatorRoute(
            "POST",
            "/things",
            Permission.OPERATE,
            Reach.OWN,
            "thing.make",
            64,
            Operation.unweighed(
                "A thing is trusted by nobody.",
                request -> {
                  if (request.body().length == 0) {
                    throw new Problem(400, "empty", "A thing needs a body.");
                  }
                  return OperatorResponse.json(201, "{\"made\":" + MADE.incrementAndGet() + "}");
                })),
        new OperatorRoute(
            "POST",
            "/devices/{id}/revoke",
            Permission.OPERATE,
            Reach.DEVICE,
            "device.revoke",
            64,
            Operation.unweighed("It cuts.", request -> OperatorResponse.nothing())));
  }

  /** Goes on until its reader is gone. */
  private static void tick(OutputStream out) throws IOException {
    while (true) {
      out.write(": tick\n\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Test
  void streams_left_open_are_refused_with_a_reason_and_a_refused_one_keeps_no_connection()
      throws Exception {
    SSLContext operator = contextPresenting(opened().operator(), operatorKey());
    List<SSLSocket> left = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        left.add(connected(operator));
        assertThat(asked(left.getLast(), "/api/v1/ticks")).contains(" 200 ");
      }
      left.add(connected(operator));
      assertThat(asked(left.getLast(), "/api/v1/ticks")).contains(" 429 ");
      assertThat(new String(left.getLast().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("too-many-streams", "You have 16 streams of events open");
      assertThat(curl("/api/v1/things/a")).contains("HTTP/1.1 200");
      left.getFirst().close();
      String again = "429";
      for (int tries = 0; tries < 100 && again.contains("429"); tries++) {
        left.add(connected(operator));
        again = asked(left.getLast(), "/api/v1/ticks");
      }
      assertThat(again).as("once one is closed").contains(" 200 ");
    } finally {
      for (SSLSocket socket : left) {
        socket.close();
      }
    }
  }

  @Test
  void pages_share_one_connection_where_a_client_speaks_http_2() throws Exception {
    assertThat(
            run(
                "curl",
                "-sSi",
                "--http2",
                "--cacert",
                file("operator-server.pem"),
                url("/nothing")))
        .contains("HTTP/2 401", "not-an-operator");
  }

  /** Asks by a connection that stays open; the first line of the answer. */
  private static String asked(SSLSocket socket, String path) throws IOException {
    socket.setSoTimeout(30_000);
    socket
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nhost: localhost\r\n\r\n"
                .formatted(path)
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder line = new StringBuilder();
    for (int next = socket.getInputStream().read();
        next >= 0 && next != '\n';
        next = socket.getInputStream().read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  @Test
  void the_bootstrap_credential_opens_the_api_and_its_key_is_the_owners_alone() throws Exception {
    assertThat(curl("/api/v1/things/a?x=1"))
        .contains("HTTP/1.1 200", "{\"id\":\"a\",\"q\":\"{x=1}\"}");
    for (String file : List.of("operator.key", "operator-server.key", "operator.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void O1_no_certificate_but_the_pinned_key_opens_it_not_even_with_the_same_name()
      throws Exception {
    new TestAuthority("thingward operator")
        .issue(Subject.operator("bootstrap"))
        .write(keys, "stranger");
    for (String path : List.of("/api/v1/things/a", "/actuator/prometheus", "/nothing")) {
      assertThat(
              run("curl", "--http1.1", "-sSi", "--cacert", file("operator-server.pem"), url(path)))
          .contains("HTTP/1.1 401", "not-an-operator");
    }
    // A device's certificate proves a key to the listener, and that key opens nothing.
    for (String path : List.of("/api/v1/things/a", "/actuator/prometheus")) {
      assertThat(strangersCurl(path)).contains("HTTP/1.1 401", "not-an-operator");
    }
  }

  private static String strangersCurl(String path) throws Exception {
    return run(
        "curl",
        "--http1.1",
        "-sSi",
        "--cacert",
        file("operator-server.pem"),
        "--cert",
        file("stranger.pem"),
        "--key",
        file("stranger.key"),
        url(path));
  }

  @Test
  void O1_the_bootstrap_certificate_without_its_key_does_not_get_through_the_handshake()
      throws Exception {
    KeyPair thiefs = KeyPairGenerator.getInstance("EC").generateKeyPair();
    for (PrivateKey key : List.of(operatorKey(), thiefs.getPrivate())) {
      boolean own = !key.equals(thiefs.getPrivate());
      try (SSLSocket socket = presenting(opened().operator(), key)) {
        socket.setSoTimeout(30_000);
        socket
            .getOutputStream()
            .write(
                "GET /api/v1/things/a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(own).as(answer).isTrue();
        assertThat(answer).startsWith("HTTP/1.1 200");
      } catch (IOException broken) {
        assertThat(own).as("%s", broken).isFalse();
      }
    }
  }

  private static PrivateKey operatorKey() throws Exception {
    String pem = Files.readString(keys.resolve("operator.key"));
    byte[] pkcs8 = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** A connection that sends this certificate and signs with this key, whether it is its or not. */
  private static SSLSocket presenting(X509Certificate certificate, PrivateKey key)
      throws Exception {
    return connected(contextPresenting(certificate, key));
  }

  private static SSLSocket connected(SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("localhost", plane.port());
  }

  private static SSLContext contextPresenting(X509Certificate certificate, PrivateKey key)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", opened().server().chain().getFirst());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    OneKey manager = new OneKey(new Credential(key, List.of(certificate), List.of()));
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(new KeyManager[] {manager}, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void a_program_begins_a_login_and_no_page_of_a_browser_can() throws Exception {
    String[] begin = {"-H", "content-type: application/json", "-d", "{}", "/access/device/begin"};
    assertThat(curl(begin)).contains("HTTP/1.1 409", "no-passkey");
    for (String header :
        List.of(
            "origin: https://localhost:" + plane.port(),
            "origin: https://evil.example",
            "sec-fetch-site: none",
            "cookie: a=b")) {
      List<String> asked = new ArrayList<>(List.of("-H", header));
      asked.addAll(List.of(begin));
      assertThat(curl(asked.toArray(String[]::new))).contains("HTTP/1.1 403", "cross-site");
    }
    assertThat(curl("-H", "content-type: text/plain", "-d", "{}", "/access/device/begin"))
        .contains("HTTP/1.1 415");
  }

  @Test
  void other_addresses_than_this_machines_own_are_answered_once_that_is_said_and_no_earlier()
      throws Exception {
    assertThat(curl("--connect-to", "::127.0.7.1:", "/api/v1/things/a"))
        .contains("Failed to connect");
    try (OperatorPlane open = new OperatorPlane("0.0.0.0", 0, parts())) {
      assertThat(curl("--connect-to", "::127.0.7.1:" + open.port(), "/api/v1/things/a"))
          .contains("HTTP/1.1 200");
    }
  }

  @Test
  void who_asks_without_end_from_one_network_keeps_nobody_in_another_from_logging_in()
      throws Exception {
    String login = "https://localhost:" + plane.port() + "/access/login/begin";
    String flood =
        run(
            "curl",
            "-sS",
            "--cacert",
            file("operator-server.pem"),
            "--interface",
            "127.0.7.1",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} ",
            "-H",
            "content-type: application/json",
            "-d",
            "{}",
            login + "?[1-400]");
    assertThat(flood).contains("429");
    assertThat(curl("-H", "content-type: application/json", "-d", "{}", "/access/login/begin"))
        .doesNotContain("HTTP/1.1 429");
  }

  @Test
  void who_presents_a_token_that_opens_nothing_is_not_let_in_by_what_else_is_presented()
      throws Exception {
    assertThat(curl("-H", "authorization: Bearer thingward_x", "/api/v1/things/a"))
        .contains("HTTP/1.1 401", "token-refused");
  }

  @Test
  void a_second_start_keeps_the_credential() {
    assertThat(opened().operator()).isEqualTo(opened().operator());
  }

  @Test
  void a_change_is_on_record_before_it_is_made_and_the_answer_names_the_entry() throws Exception {
    assertThat(curl("-d", "x", "/api/v1/things"))
        .contains("HTTP/1.1 201", "thingward-entry: sha256:");
    assertThat(LEDGER.contents).hasSize(1);
    assertThat(LEDGER.contents.getFirst())
        .startsWith("operator-action operator:bootstrap")
        .contains("thing.make", Digest.of("x".getBytes(StandardCharsets.UTF_8)).toString());
  }

  @Test
  void what_cannot_be_put_on_record_is_not_done() throws Exception {
    int before = MADE.get();
    LEDGER.down = true;
    assertThat(curl("-d", "x", "/api/v1/things"))
        .contains("HTTP/1.1 503", "the disk is full", "retry-after");
    assertThat(MADE.get()).isEqualTo(before);
  }

  @Test
  void T6_a_revocation_does_not_wait_for_the_ledger() throws Exception {
    LEDGER.down = true;
    assertThat(curl("-X", "POST", "-H", "Idempotency-Key: revoke-1", "/api/v1/devices/a/revoke"))
        .contains("HTTP/1.1 204");
  }

  @Test
  void T6_a_revocation_does_not_wait_for_a_database_that_hangs_and_is_done_once() throws Exception {
    String[] revoke = {
      "-X", "POST", "-m", "20", "-H", "Idempotency-Key: revoke-2", "/api/v1/devices/b/revoke"
    };
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE console.repeat IN ACCESS EXCLUSIVE MODE");
      assertThat(curl(revoke)).contains("HTTP/1.1 204");
      assertThat(LEDGER.contents).hasSize(1);
      connection.rollback();
    }
    String again = curl(revoke);
    for (int tries = 0; tries < 100 && again.contains("in-progress"); tries++) {
      again = curl(revoke);
    }
    assertThat(again).as("once the database has caught up").contains("HTTP/1.1 204");
    assertThat(LEDGER.contents).as("the order was carried out once").hasSize(1);
  }

  @Test
  void a_repeated_idempotency_key_does_its_work_once() throws Exception {
    int before = MADE.get();
    String first = curl("-d", "x", "-H", "Idempotency-Key: key-0001", "/api/v1/things");
    String second = curl("-d", "x", "-H", "Idempotency-Key: key-0001", "/api/v1/things");
    assertThat(MADE.get()).isEqualTo(before + 1);
    assertThat(body(second)).isEqualTo(body(first));
    assertThat(curl("-d", "y", "-H", "Idempotency-Key: key-0001", "/api/v1/things"))
        .contains("HTTP/1.1 422", "idempotency-key-reused");
    assertThat(curl("-d", "x", "-H", "Idempotency-Key: k", "/api/v1/things"))
        .contains("HTTP/1.1 400", "idempotency-key");
    assertThat(LEDGER.contents).hasSize(1);
  }

  @Test
  void a_refused_request_leaves_its_idempotency_key_free() throws Exception {
    assertThat(curl("-X", "POST", "-H", "Idempotency-Key: key-0002", "/api/v1/things"))
        .contains("HTTP/1.1 400", "A thing needs a body.");
    assertThat(curl("-X", "POST", "-H", "Idempotency-Key: key-0002", "/api/v1/things"))
        .contains("HTTP/1.1 400", "A thing needs a body.");
  }

  @Test
  void every_mistake_is_a_problem() throws Exception {
    assertProblem(curl("/api/v1/nothing"), 404);
    assertProblem(curl("/nothing.html"), 404);
    assertProblem(curl("-X", "POST", "/"), 405);
    assertProblem(curl("-X", "POST", "/access/nothing"), 404);
    assertProblem(curl("/access/login/begin"), 405);
    assertProblem(curl("/api/v2/things/a"), 404);
    assertProblem(curl("-X", "DELETE", "/api/v1/things/a"), 405);
    assertProblem(curl("--path-as-is", "/api/v1/../x"), 400);
    assertProblem(curl("/api/v1/things/%00"), 400);
    assertProblem(curl("-H", "Content-Encoding: gzip", "-d", "{}", "/api/v1/things"), 415);
    assertProblem(curl("-d", "x".repeat(100), "/api/v1/things"), 413);
    assertProblem(
        curl("-H", "Transfer-Encoding: chunked", "-d", "x".repeat(100), "/api/v1/things"), 413);
    assertProblem(curl("/api/v1/things/a?x=%zz"), 400);
    assertProblem(curl("-H", "x: " + "y".repeat(40_000), "/api/v1/things/a"), 400);
  }

  @Test
  void what_is_no_tls_or_breaks_off_ends_the_connection_and_others_are_served() throws Exception {
    for (byte[] bytes :
        List.of(
            RANDOMNESS.bytes(4_096),
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[] {0x16, 0x03, 0x01, (byte) 0xFF, (byte) 0xFF},
            new byte[] {0x16, 0x03, 0x01, 0, 5, 1, 0, 0, 1, 0})) {
      try (Socket socket = new Socket("127.0.0.1", plane.port())) {
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(4_096);
      } catch (java.net.SocketException reset) {
        assertThat(reset).hasMessageContaining("reset");
      }
    }
    assertThat(curl("/api/v1/things/a")).contains("HTTP/1.1 200");
  }

  @Test
  void a_browser_on_another_site_cannot_act() throws Exception {
    assertThat(curl("-d", "x", "-H", "Sec-Fetch-Site: cross-site", "/api/v1/things"))
        .contains("HTTP/1.1 403", "cross-site");
    assertThat(LEDGER.contents).isEmpty();
  }

  @Test
  void answers_carry_headers_that_protect() throws Exception {
    assertThat(curl("/api/v1/things/a"))
        .contains(
            "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: default-src 'none'",
            "Cache-Control: no-cache, no-store",
            "X-Frame-Options: DENY",
            "Referrer-Policy: no-referrer",
            "Permissions-Policy: ",
            "Cross-Origin-Opener-Policy: same-origin",
            "Cross-Origin-Resource-Policy: same-origin")
        // It would bind whatever else is served on localhost.
        .doesNotContain("Strict-Transport-Security");
  }

  @Test
  void health_readiness_metrics_and_the_contract_are_served() throws Exception {
    assertThat(curl("/actuator/health"))
        .contains("HTTP/1.1 200", "\"database\":{\"status\":\"UP\"}");
    assertThat(curl("/actuator/health/readiness")).contains("HTTP/1.1 200", "UP");
    assertThat(curl("/actuator/prometheus")).contains("HTTP/1.1 200", "jvm_");
    assertThat(curl("/actuator/env")).contains("HTTP/1.1 404");
    assertThat(curl("/api/v1/openapi.yaml")).contains("HTTP/1.1 200", "openapi: 3.1.0");
  }

  @Test
  void only_tls_1_3_and_only_this_machine() throws Exception {
    assertThat(
            run(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + plane.port(),
                "-tls1_2",
                "-brief"))
        .contains("alert");
    String address =
        java.net.NetworkInterface.networkInterfaces()
            .flatMap(java.net.NetworkInterface::inetAddresses)
            .filter(each -> each instanceof java.net.Inet4Address && !each.isLoopbackAddress())
            .map(java.net.InetAddress::getHostAddress)
            .findFirst()
            .orElse("127.0.0.2");
    assertThat(connects(address)).isFalse();
  }

  private static boolean connects(String address) {
    try (Socket socket = new Socket(address, plane.port())) {
      return socket.isConnected();
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private static void assertProblem(String answer, int status) {
    assertThat(answer).contains("HTTP/1.1 " + status, Problem.MEDIA_TYPE, "urn:thingward:problem:");
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n"));
  }

  private static String url(String path) {
    return "https://localhost:" + plane.port() + path;
  }

  private static String file(String name) {
    return keys.resolve(name).toString();
  }

  private static String curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "--http1.1",
                "-sSi",
                "--cacert",
                file("operator-server.pem"),
                "--cert",
                file("operator.pem"),
                "--key",
                file("operator.key")));
    for (int i = 0; i < arguments.length; i++) {
      command.add(i == arguments.length - 1 ? url(arguments[i]) : arguments[i]);
    }
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream out = process.getOutputStream()) {
      out.flush();
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return text;
  }
}
