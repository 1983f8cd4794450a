package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

class DecisionTailTest {
  @TempDir private Path folder;
  private Database database;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    postures =
        new Postures(database, new MemoryLedger(database), folder, new SteadyTime(new TestTime()));
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void who_comes_back_gets_first_what_was_decided_meanwhile_and_nothing_twice() {
    String last = decide("cam-1");
    decide("cam-2");
    decide("cam-3");
    assertThat(read(last, 2, text -> {}))
        .containsSubsequence("id: sha256:", "device:cam-2", "id: sha256:", "device:cam-3")
        .doesNotContain("device:cam-1", "event: gap");
    String seen = read(last, 3, text -> decideOnce(text, "cam-3", "cam-4"));
    assertThat(seen).containsOnlyOnce("device:cam-2").containsOnlyOnce("device:cam-3");
    assertThat(seen).containsSubsequence("device:cam-3", "device:cam-4");
  }

  @Test
  void a_reader_without_a_past_hears_what_comes_from_its_first_byte_on() {
    decide("cam-1");
    assertThat(read("", 1, text -> decideOnce(text, ": following", "cam-2")))
        .contains("device:cam-2")
        .doesNotContain("device:cam-1");
  }

  @Test
  void what_cannot_be_resumed_is_said_to_be_missing() {
    decide("cam-1");
    for (String unknown : List.of("sha256:" + "0".repeat(64), "17", "'; DROP TABLE")) {
      assertThat(read(unknown, 1, text -> {})).contains("event: gap").doesNotContain("cam-1");
    }
    String first = decide("cam-0");
    for (int i = 0; i < 1_001; i++) {
      decide("many-" + i);
    }
    assertThat(read(first, 1, text -> {})).contains("event: gap").doesNotContain("many-");
  }

  private boolean decided;

  private void decideOnce(String text, String after, String device) {
    if (!decided && text.contains(after)) {
      decided = true;
      decide(device);
    }
  }

  private String decide(String device) {
    return postures
        .decide(
            new Request(
                RequestKind.CONNECT,
                Subject.device(device),
                Digest.of(new byte[0]),
                Evidence.NO_END))
        .receipt()
        .entry()
        .toString();
  }

  /** What a reader gets that leaves after so many events; {@code heard} sees it as it grows. */
  private String read(String lastEvent, int events, Consumer<String> heard) {
    OperatorRoute route =
        postures.routes().stream()
            .filter(each -> each.verb().equals("decision.tail"))
            .findFirst()
            .orElseThrow();
    OperatorResponse response =
        route
            .handler()
            .handle(
                new OperatorRequest(
                    Caller.inPerson(Subject.operator("ada")),
                    Scope.EVERYWHERE,
                    DevicePlaces.UNKNOWN,
                    9443,
                    Map.of(),
                    Map.of(),
                    Map.of("last-event-id", lastEvent),
                    new byte[0]));
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    OutputStream leaving =
        new OutputStream() {
          @Override
          public void write(int b) {
            got.write(b);
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            got.write(bytes, from, length);
            heard.accept(got.toString(UTF_8));
            if (got.toString(UTF_8).split("event: ", -1).length > events) {
              throw new IOException("the reader leaves");
            }
          }
        };
    assertThatThrownBy(() -> response.body().writeTo(leaving)).hasMessage("the reader leaves");
    return got.toString(UTF_8);
  }
}
