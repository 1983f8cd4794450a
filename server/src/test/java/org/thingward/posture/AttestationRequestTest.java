package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.record.Records;

/** An operator asks a device for an attestation: that only ever lowers it, until one comes. */
class AttestationRequestTest {
  private static final Subject METER = Subject.device("meter-1");
  private static final Subject RELEASE = Subject.release("meter", "1.0.0");
  private static final Digest GOOD = Digest.of(new byte[] {1});
  private static final Digest BAD = Digest.of(new byte[] {2});

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private Database database;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    postures = new Postures(database, new MemoryLedger(database), folder, new SteadyTime(time));
    TreeMap<Subject, SortedMap<String, SortedSet<Digest>>> values = new TreeMap<>();
    values.put(RELEASE, new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(GOOD)))));
    postures.applyReferenceValues(new ReferenceValues(values), Subject.operator("ada"));
    state("identity", "identity.holder", "credential.holder", new ClaimValue.Word("sole"));
    state("inventory", "inventory.record", "device.release", new ClaimValue.Link(RELEASE));
    time.pass(Duration.ofMinutes(1));
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void what_was_attested_counts_no_more_until_a_new_attestation_comes() {
    attests(GOOD);
    assertThat(posture().tier()).isEqualTo(Tier.AFFIRMING);
    assertThat(call("GET", ""))
        .isEqualTo(
            "{\"now\":2,\"reasons\":[\"attestation is awaited, says attestation\"],\"then\":32}");
    assertThat(posture().tier()).as("looking changes nothing").isEqualTo(Tier.AFFIRMING);
    String stated = call("POST", "{\"reason\":\"seen open\"}");
    assertThat(stated)
        .contains("\"attestation.reason\":{\"word\":\"seen open\"}", "\"receipt\":\"sha256:");
    assertThat(posture().tier()).isEqualTo(Tier.WARNING);
    assertThat(isRepeatable()).isTrue();
    time.pass(Duration.ofSeconds(1));
    state("device", "boot", "boot.measurement", new ClaimValue.Measurement(GOOD));
    assertThat(posture().tier()).as("it says so itself").isEqualTo(Tier.WARNING);
    time.pass(Duration.ofDays(2));
    postures.appraiseDue();
    assertThat(posture().tier()).as("it is still awaited").isEqualTo(Tier.WARNING);
    attests(GOOD);
    assertThat(posture().tier()).isEqualTo(Tier.AFFIRMING);
    assertThat(isRepeatable()).isTrue();
  }

  @Test
  void T4_a_contraindication_stays_whoever_asks_and_however_often() {
    attests(BAD);
    assertThat(posture().tier()).isEqualTo(Tier.CONTRAINDICATED);
    for (int i = 0; i < 3; i++) {
      time.pass(Duration.ofMinutes(10));
      call("POST", "{\"reason\":\"to wash it clean\"}");
      postures.appraiseDue();
      assertThat(posture().tier()).isEqualTo(Tier.CONTRAINDICATED);
    }
    time.pass(Duration.ofMinutes(1));
    attests(GOOD);
    time.pass(Duration.ofMinutes(6));
    attests(GOOD);
    assertThat(posture().tier()).as("by attesting it is").isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void a_request_that_would_let_a_device_stand_better_is_refused() {
    String lax =
        new String(PolicyReader.defaultPolicy(), UTF_8)
            .replace("executables, awaited: warning", "executables, awaited: nothing");
    postures.applyPolicy(lax.getBytes(UTF_8), Subject.operator("ada"));
    attests(Digest.of(new byte[] {3}), Subject.release("meter", "9.9.9"));
    assertThat(posture().tier()).isEqualTo(Tier.WARNING);
    for (String method : List.of("GET", "POST")) {
      assertThatThrownBy(() -> call(method, "{\"reason\":\"to wash it clean\"}"))
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.status()).isEqualTo(409))
          .hasMessageContaining("What meter-1 attested last counts against it");
    }
    assertThat(posture().tier()).isEqualTo(Tier.WARNING);
  }

  private void attests(Digest measured) {
    state("attestation", "boot", "boot.measurement", new ClaimValue.Measurement(measured));
    time.pass(Duration.ofSeconds(1));
  }

  /** While it runs a release of which nothing is known. */
  private void attests(Digest measured, Subject unknown) {
    state("inventory", "inventory.record", "device.release", new ClaimValue.Link(unknown));
    attests(measured);
  }

  private void state(String source, String kind, String claim, ClaimValue value) {
    postures
        .sinkFor(source)
        .state(
            new Evidence(
                METER,
                kind,
                source,
                AssuranceLevel.L5,
                new TreeMap<>(Map.of(claim, value)),
                time.now(),
                Evidence.NO_END,
                Digest.of(claim.getBytes(UTF_8))));
  }

  private Posture posture() {
    return postures.posture(METER).orElseThrow();
  }

  /** Whether who has the records, policy and reference values comes to the same posture. */
  private boolean isRepeatable() {
    Posture posture = posture();
    List<Evidence> recorded =
        new PostureStore(database, new MemoryLedger(database))
            .evidenceAbout(METER, 100).stream()
                .map(stored -> Records.evidence(stored.canonical()))
                .toList();
    return Appraisal.appraise(
            postures.policy(), postures.referenceValues(), METER, recorded, posture.at())
        .standsAs(posture);
  }

  private String call(String method, String body) {
    OperatorRoute route =
        postures.routes().stream()
            .filter(each -> each.path().equals("/devices/{id}/attest"))
            .filter(each -> each.method().equals(method))
            .findFirst()
            .orElseThrow();
    OperatorRequest request =
        new OperatorRequest(
            Caller.inPerson(Subject.operator("ada")),
            Scope.EVERYWHERE,
            DevicePlaces.UNKNOWN,
            9443,
            Map.of("id", "meter-1"),
            Map.of(),
            Map.of(),
            body.getBytes(UTF_8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      route.handler().handle(request).body().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(UTF_8);
  }
}
