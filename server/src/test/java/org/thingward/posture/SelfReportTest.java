package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Admission;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Peer;
import org.thingward.platform.Problem;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestAuthority;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

class SelfReportTest {
  @TempDir private Path folder;
  private static final Subject CAMERA = Subject.device("cam-1");
  private static final Peer PEER = peer();

  private final TestTime time = new TestTime();
  private Database database;
  private MemoryLedger ledger;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    ledger = new MemoryLedger(database);
    postures = new Postures(database, ledger, folder, new SteadyTime(time));
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void T1_a_device_speaks_only_of_itself() {
    assertThat(route().admission()).isEqualTo(new Admission.ByCertificate(RequestKind.ATTEST));
    assertThat(report(boot(1)).status()).isEqualTo(202);
    assertThat(current())
        .singleElement()
        .satisfies(piece -> {
          assertThat(piece.subject()).isEqualTo(CAMERA);
          assertThat(piece.source()).isEqualTo("device");
        });
    refused(400, boot(1).replace("{\"kind", "{\"subject\":\"device:cam-2\",\"kind"), "'subject'");
    refused(400, boot(1).replace("{\"kind", "{\"source\":\"operator\",\"kind"), "'source'");
  }

  @Test
  void T1_a_device_states_nothing_that_is_for_others_to_state() {
    String holder =
        "{\"kind\":\"identity.holder\",\"claims\":{\"credential.holder\":{\"word\":\"sole\"}}}";
    refused(422, holder, "lets device state no identity.holder");
    String release = "{\"kind\":\"operator.order\",\"claims\":{\"order\":{\"word\":\"release\"}}}";
    refused(422, release, "lets device state no operator.order");
    assertThat(postures.posture(CAMERA)).isEmpty();
  }

  @Test
  void T3_evidence_is_ordered_by_when_the_server_received_it() {
    report(boot(1));
    time.pass(Duration.ofSeconds(1));
    report(boot(2));
    assertThat(current()).extracting(Evidence::received).last().isEqualTo(time.now());
    String dated = boot(3).replace("{\"kind", "{\"received\":\"2030-01-01T00:00:00Z\",\"kind");
    refused(400, dated, "'received' is not known here");
  }

  @Test
  void a_report_that_is_no_json_is_named() {
    refused(400, "{", "The body is no JSON");
    refused(400, "{\"kind\":\"boot\"}", "'claims' is missing");
  }

  private List<Evidence> current() {
    return postures.posture(CAMERA).orElseThrow().evidence().stream()
        .map(id -> postures.evidence(CAMERA, id).orElseThrow())
        .toList();
  }

  private static String boot(int value) {
    Digest digest = Digest.of(new byte[] {(byte) value});
    return "{\"kind\":\"boot\",\"claims\":{\"boot.measurement\":{\"measurement\":\"%s\"}}}"
        .formatted(digest);
  }

  private void refused(int status, String body, String message) {
    long before = ledger.entries.size();
    assertThatThrownBy(() -> report(body))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(status))
        .hasMessageContaining(message);
    assertThat(ledger.entries).hasSize((int) before);
  }

  private DeviceResponse report(String body) {
    return route()
        .handler()
        .handle(
            new DeviceRequest(
                Optional.of(PEER),
                Map.of(),
                Map.of("content-type", "application/json"),
                body.getBytes(UTF_8),
                InetSocketAddress.createUnresolved("camera", 1)));
  }

  private DeviceRoute route() {
    return postures.deviceRoutes().getFirst();
  }

  private static Peer peer() {
    TestAuthority authority = new TestAuthority("test");
    return authority.peer(authority.issue(CAMERA).certificate());
  }
}
