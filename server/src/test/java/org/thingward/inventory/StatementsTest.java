package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.Subject;

class StatementsTest {
  private static final String HEADER = "device,product,release,owner,region,lifecycle\n";

  private static ClaimValue moment(String instant) {
    return new ClaimValue.Moment(Instant.parse(instant));
  }

  @Test
  void a_device_is_stated_with_links_to_its_product_and_release() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.importCsv(
          "", HEADER + "m-1,meter-2,3.1.0,Ann,Berlin,active\nm-2,pump-3,,,Rome,planned\n");
      List<Evidence> stated = test.sink.take();
      Evidence first = about(stated, Subject.device("m-1"));
      assertThat(first.kind()).isEqualTo("inventory.record");
      assertThat(first.source()).isEqualTo("inventory");
      assertThat(first.holdsUntil()).isEqualTo(Evidence.NO_END);
      assertThat(first.claims())
          .isEqualTo(
              Map.of(
                  "device.product", new ClaimValue.Link(Subject.product("meter-2")),
                  "device.release", new ClaimValue.Link(Subject.release("meter-2", "3.1.0")),
                  "device.region", new ClaimValue.Word("Berlin"),
                  "lifecycle", new ClaimValue.Word("active")));
      assertThat(about(stated, Subject.device("m-2")).claims()).doesNotContainKey("device.release");
    }
  }

  @Test
  void a_release_and_its_product_are_stated_with_their_moments() {
    try (TestInventory test = TestInventory.empty()) {
      test.ok("PUT", "/products/cam", "{}");
      assertThat(test.sink.take()).as("there is nothing to say of it yet").isEmpty();
      test.ok(
          "PUT",
          "/releases/cam/1",
          "{\"released\": \"2019-03-01\", \"support-ends\": \"2021-12-31\"}");
      List<Evidence> stated = test.sink.take();
      Evidence release = about(stated, Subject.release("cam", "1"));
      assertThat(release.kind()).isEqualTo("firmware");
      assertThat(release.claims())
          .isEqualTo(
              Map.of(
                  "firmware.released", moment("2019-03-01T00:00:00Z"),
                  "support.ends", moment("2022-01-01T00:00:00Z")));
      Evidence product = about(stated, Subject.product("cam"));
      assertThat(product.kind()).isEqualTo("product");
      assertThat(product.claims())
          .isEqualTo(
              Map.of(
                  "product.newest",
                  new ClaimValue.Word("1"),
                  "product.newest.released",
                  moment("2019-03-01T00:00:00Z")));
    }
  }

  @Test
  void a_newer_release_is_the_moment_since_which_older_ones_are_superseded() {
    try (TestInventory test = TestInventory.empty()) {
      test.ok("PUT", "/products/cam", "{}");
      test.ok("PUT", "/releases/cam/1", "{\"released\": \"2019-03-01\"}");
      assertThat(about(test.sink.take(), Subject.release("cam", "1")).claims())
          .doesNotContainKey("firmware.superseded");
      test.ok("PUT", "/releases/cam/3", "{\"released\": \"2024-05-01\"}");
      List<Evidence> stated = test.sink.take();
      assertThat(about(stated, Subject.release("cam", "1")).claims())
          .containsEntry("firmware.superseded", moment("2024-05-01T00:00:00Z"));
      assertThat(about(stated, Subject.release("cam", "3")).claims())
          .doesNotContainKey("firmware.superseded");
      test.ok("PUT", "/releases/cam/2", "{\"released\": \"2021-07-01\"}");
      stated = test.sink.take();
      assertThat(about(stated, Subject.release("cam", "1")).claims())
          .as("its distance is to the release that came next")
          .containsEntry("firmware.superseded", moment("2021-07-01T00:00:00Z"));
      assertThat(about(stated, Subject.release("cam", "2")).claims())
          .containsEntry("firmware.superseded", moment("2024-05-01T00:00:00Z"));
      assertThat(stated)
          .as("nothing changed about the newest")
          .extracting(Evidence::subject)
          .doesNotContain(Subject.release("cam", "3"));
    }
  }

  @Test
  void what_has_not_changed_is_not_stated_again() {
    try (TestInventory test = TestInventory.withProducts()) {
      String csv = HEADER + "m-1,meter-2,3.1.0,Ann,Berlin,active\n";
      test.importCsv("", csv);
      assertThat(test.sink.take()).hasSize(1);
      test.importCsv("", csv);
      test.importCsv("", csv.replace("Ann", "Bob"));
      test.ok("PUT", "/releases/meter-2/3.0.0", "{\"released\": \"2019-03-01\"}");
      test.inventory = test.opened();
      assertThat(test.inventory.stateOutstanding()).isZero();
      assertThat(test.sink.take())
          .as("an owner is nobody's business but the inventory's")
          .isEmpty();
      test.importCsv("", csv.replace("active", "retired"));
      assertThat(test.sink.take()).hasSize(1);
    }
  }

  @Test
  void what_a_crash_left_unstated_is_stated_at_start() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.sink.before(evidence -> {
        throw new IllegalStateException("the sink is down");
      });
      TestInventory.Reply reply =
          test.importJson(
              "",
              "{\"inventory\": 1, \"releases\": [{\"product\": \"meter-2\", \"version\": \"4\","
                  + " \"released\": \"2026-11-01\"}], \"devices\": [{\"id\": \"m-1\","
                  + " \"product\": \"meter-2\", \"release\": \"4\", \"region\": \"Berlin\","
                  + " \"lifecycle\": \"active\"}]}");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().get("unstated").asInt()).isEqualTo(1);
      test.sink.before(evidence -> {});
      test.inventory = test.opened();
      assertThat(test.inventory.stateOutstanding()).isZero();
      assertThat(test.sink.take())
          .extracting(Evidence::subject)
          .containsExactlyInAnyOrder(
              Subject.device("m-1"),
              Subject.release("meter-2", "4"),
              Subject.release("meter-2", "3.1.0"),
              Subject.product("meter-2"));
      assertThat(test.inventory.stateOutstanding()).isZero();
      assertThat(test.sink.take()).isEmpty();
    }
  }

  @Test
  void a_sink_that_is_down_is_not_asked_for_each_device() {
    try (TestInventory test = TestInventory.withProducts()) {
      AtomicInteger asked = new AtomicInteger();
      test.sink.before(evidence -> {
        asked.incrementAndGet();
        throw new IllegalStateException("the sink is down");
      });
      assertThat(test.importCsv("", HEADER + rows(500)).json().get("unstated").asInt())
          .isEqualTo(500);
      assertThat(asked.get()).isLessThanOrEqualTo(16);
    }
  }

  @Test
  void a_device_whose_evidence_is_refused_waits_and_holds_up_no_other() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.sink.before(evidence -> {
        if (evidence.subject().equals(Subject.device("m-7"))) {
          throw new EvidenceRefused("the policy knows no region Berlin");
        }
      });
      assertThat(test.importCsv("", HEADER + rows(50)).json().get("unstated").asInt()).isEqualTo(1);
      test.sink.before(evidence -> {});
      assertThat(test.inventory.stateOutstanding()).isZero();
      assertThat(test.sink.take()).hasSize(50);
    }
  }

  @Test
  void of_two_changes_at_once_the_later_is_stated_last() throws Exception {
    try (TestInventory test = TestInventory.withProducts()) {
      CountDownLatch stating = new CountDownLatch(1);
      CountDownLatch changed = new CountDownLatch(1);
      test.sink.before(evidence -> {
        if (evidence.claims().containsValue(new ClaimValue.Word("planned"))) {
          stating.countDown();
          await(changed);
        }
      });
      Thread first =
          Thread.startVirtualThread(
              () -> test.importCsv("", HEADER + "m-1,meter-2,,,Berlin,planned\n"));
      await(stating);
      Thread second =
          Thread.startVirtualThread(
              () -> test.importCsv("", HEADER + "m-1,meter-2,,,Berlin,retired\n"));
      while (!test.get("/devices/m-1").get("lifecycle").asString().equals("retired")) {
        Thread.onSpinWait();
      }
      changed.countDown();
      first.join();
      second.join();
      assertThat(test.sink.take())
          .extracting(evidence -> evidence.claims().get("lifecycle"))
          .containsExactly(new ClaimValue.Word("planned"), new ClaimValue.Word("retired"));
      assertThat(test.inventory.stateOutstanding()).isZero();
      assertThat(test.sink.take()).isEmpty();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, java.util.concurrent.TimeUnit.SECONDS)) {
        throw new AssertionError("waited too long");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String rows(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "m-" + i + ",meter-2,3.1.0,,Berlin,active\n")
        .collect(Collectors.joining());
  }

  private static Evidence about(List<Evidence> stated, Subject subject) {
    return stated.stream()
        .filter(evidence -> evidence.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }
}
