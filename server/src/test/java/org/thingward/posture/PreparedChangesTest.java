package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.Problem;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.policy.PolicyReader;

/**
 * Something happens between the weighing of a change and its making: no more is done than was
 * weighed.
 */
class PreparedChangesTest {
  private static final Subject CAM = Subject.device("cam-1");
  private static final String REASON = "{\"reason\":\"found again\"}";

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private Database database;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    postures = new Postures(database, new MemoryLedger(database), folder, new SteadyTime(time));
    holder("sole");
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void O4_a_release_ends_nothing_that_came_against_the_device_since_it_was_weighed() {
    var unused = prepare("POST", "/devices/{id}/quarantine", REASON).act().get();
    time.pass(Duration.ofSeconds(1));
    Operation.Prepared first = prepare("POST", "/devices/{id}/release", REASON);
    Operation.Prepared second = prepare("POST", "/devices/{id}/release", REASON);
    assertThat(first.stake().impact().released()).containsExactly(CAM);
    assertThat(first.stake().impact().notes()).singleElement().asString().contains("order");
    time.pass(Duration.ofSeconds(1));
    holder("shared");
    List<Object> done = atOnce(List.of(first, second));
    assertThat(done).hasSize(2);
    assertThat(postures.posture(CAM).orElseThrow().tier()).isEqualTo(Tier.CONTRAINDICATED);

    // Weighed anew, it is told what else speaks against the device, and then ends that too.
    time.pass(Duration.ofSeconds(1));
    Operation.Prepared anew = prepare("POST", "/devices/{id}/release", REASON);
    assertThat(anew.stake().impact().notes()).isNotEqualTo(first.stake().impact().notes());
    var also = anew.act().get();
    assertThat(postures.posture(CAM).orElseThrow().tier()).isNotEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void O4_of_policies_that_were_weighed_against_the_same_one_takes_effect() {
    String policy = new String(PolicyReader.defaultPolicy(), UTF_8);
    List<Operation.Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      prepared.add(prepare("PUT", "/policy", policy + "\n# " + i + "\n"));
    }
    List<Object> done = atOnce(prepared);
    assertThat(done).filteredOn(one -> one instanceof Problem).hasSize(3);
    assertThat(done)
        .filteredOn(Problem.class::isInstance)
        .allMatch(one -> ((Problem) one).type().endsWith(":policy-changed"));
  }

  @Test
  void O4_reference_values_and_policies_are_not_changed_past_each_other() {
    String policy = new String(PolicyReader.defaultPolicy(), UTF_8) + "\n# another\n";
    String values =
        "{\"reference-values\":1,\"releases\":{\"cam@1.0\":{\"boot.measurement\":[\""
            + Digest.of(new byte[1])
            + "\"]}}}";
    Operation.Prepared weighed = prepare("PUT", "/policy", policy);
    var unused = prepare("PUT", "/reference-values", values).act().get();
    assertThatThrownBy(weighed.act()::get).hasMessageContaining("Other reference values");
    Operation.Prepared again = prepare("PUT", "/reference-values", values);
    var also = prepare("PUT", "/policy", policy).act().get();
    assertThatThrownBy(again.act()::get).hasMessageContaining("The policy in force is");
  }

  /** Makes all of them at the same moment; what each answered, or how it was refused. */
  private static List<Object> atOnce(List<Operation.Prepared> prepared) {
    CyclicBarrier barrier = new CyclicBarrier(prepared.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Object>> all = new ArrayList<>();
      for (Operation.Prepared one : prepared) {
        all.add(() -> {
          barrier.await();
          try {
            return one.act().get();
          } catch (Problem refused) {
            return refused;
          }
        });
      }
      return threads.invokeAll(all).stream().map(Future::resultNow).toList();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void holder(String word) {
    var unused =
        postures
            .sinkFor("identity")
            .state(
                new Evidence(
                    CAM,
                    "identity.holder",
                    "identity",
                    AssuranceLevel.L3,
                    new TreeMap<>(Map.of("credential.holder", new ClaimValue.Word(word))),
                    time.now(),
                    Evidence.NO_END,
                    Digest.of(new byte[0])));
  }

  private Operation.Prepared prepare(String method, String path, String body) {
    Operation operation =
        postures.routes().stream()
            .filter(route -> route.method().equals(method) && route.path().equals(path))
            .findFirst()
            .orElseThrow()
            .operation();
    if (operation instanceof Operation.Weighed(Operation.Preparation preparation)) {
      return preparation.of(
          new OperatorRequest(
              Caller.inPerson(Subject.operator("ada")),
              Scope.EVERYWHERE,
              DevicePlaces.UNKNOWN,
              9443,
              Map.of("id", CAM.name()),
              Map.of("reason", "because"),
              Map.of(),
              body.getBytes(UTF_8)));
    }
    throw new AssertionError(path + " is not weighed");
  }
}
