package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** Whoever can write to the database raises devices in its inventory. */
class OnRecordTest {
  private static final String HEADER = "device,product,release,owner,region,lifecycle\n";
  private static final String ROW = "m-1,meter-2,3.1.0,Ann,Berlin,active\n";

  private TestInventory test;

  @BeforeEach
  void open() {
    test = TestInventory.withProducts();
    test.importCsv("", HEADER + ROW);
    test.sink.take();
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void L4_what_nobody_touched_is_not_stated_again_and_is_no_finding() {
    restart();
    assertThat(test.sink.take()).isEmpty();
    assertThat(findings()).isEmpty();
  }

  @Test
  void L4_a_device_given_another_product_by_hand_is_stated_as_nothing_else_and_put_back() {
    update("UPDATE inventory.device SET product = 'pump-3', release = NULL, revision = 9");
    assertThat(test.inventory.stateOutstanding()).as("while the server runs").isEqualTo(1);
    restart();

    assertThat(test.sink.take()).isEmpty();
    assertThat(test.get("/devices/m-1").path("product").asString()).isEqualTo("meter-2");
    assertThat(test.get("/devices/m-1").path("release").asString()).isEqualTo("3.1.0");
    assertThat(findings()).singleElement().asString().contains("inventory-changed", "device:m-1");
    restart();
    assertThat(findings()).as("put back for good").hasSize(1);
  }

  @Test
  void L4_a_device_put_into_the_database_is_stated_only_once_an_operator_gives_it() {
    update(
        "INSERT INTO inventory.device (id, product, owner, region, lifecycle, change) SELECT"
            + " 'thief', product, '', region, 'active', change FROM inventory.device");
    update(
        "INSERT INTO inventory.device (id, product, owner, region, lifecycle, stated)"
            + " VALUES ('quiet', 'meter-2', '', 'Berlin', 'active', 1)");
    restart();
    assertThat(test.sink.take()).isEmpty();
    assertThat(findings()).singleElement().asString().contains("device:thief", "device:quiet");

    test.importCsv("", HEADER + "quiet,meter-2,,,Berlin,active\n");
    assertThat(test.sink.take())
        .extracting(Evidence::subject)
        .containsExactly(Subject.device("quiet"));
  }

  @Test
  void L4_an_earlier_change_of_a_device_shown_again_does_not_count() {
    byte[] receipt =
        test.database
            .jdbc()
            .sql("SELECT change FROM inventory.device")
            .query(byte[].class)
            .single();
    test.importCsv("", HEADER + ROW.replace("meter-2,3.1.0", "pump-3,1.9"));
    test.sink.take();
    update(
        "UPDATE inventory.device SET product = 'meter-2', release = '3.1.0', stated = 0, change = ?",
        (Object) receipt);
    restart();

    assertThat(test.sink.take()).isEmpty();
    assertThat(test.get("/devices/m-1").path("product").asString()).isEqualTo("pump-3");
  }

  @Test
  void L4_a_retired_device_made_active_by_hand_stays_retired() {
    test.importCsv("", HEADER + ROW.replace("active", "retired"));
    test.sink.take();
    update("UPDATE inventory.device SET lifecycle = 'active'");
    update("DELETE FROM inventory.retired_id");
    assertThat(test.inventory.isRetired(Subject.device("m-1"))).isTrue();
    restart();

    assertThat(test.sink.take()).isEmpty();
    assertThat(test.get("/devices/m-1").path("lifecycle").asString()).isEqualTo("retired");
    assertThat(test.ask("PUT", "/devices/m-1", "{}").status()).isEqualTo(422);
    update("UPDATE inventory.device SET region = 'Rome'");
    assertThat(test.ask("POST", "/devices/m-1/reinstate", "").status()).isEqualTo(409);
  }

  @Test
  void L4_a_change_that_waits_for_the_policy_is_stated_after_a_restart() {
    test.sink.before(evidence -> {
      throw new EvidenceRefused("the policy does not take it");
    });
    test.importCsv("", HEADER + ROW.replace("active", "retired"));
    test.sink.before(evidence -> {});
    restart();

    assertThat(test.sink.take())
        .singleElement()
        .extracting(evidence -> evidence.claims().get("lifecycle"))
        .isEqualTo(new ClaimValue.Word("retired"));
    assertThat(findings()).isEmpty();
  }

  @Test
  void L4_a_release_supported_for_longer_or_gone_changes_nothing_until_an_operator_gives_it() {
    update("UPDATE inventory.release SET support_ends = '2099-01-01' WHERE product = 'pump-3'");
    update("UPDATE inventory.device SET release = '3.0.0'");
    update("DELETE FROM inventory.release WHERE version = '3.1.0'");
    test.inventory.stateOutstanding();
    restart();
    assertThat(test.sink.take()).isEmpty();
    assertThat(findings())
        .singleElement()
        .asString()
        .contains("product:pump-3", "product:meter-2", "device:m-1");

    test.ok(
        "PUT",
        "/releases/pump-3/1.9",
        "{\"released\": \"2025-11-23\", \"support-ends\": \"2099-01-01\"}");
    assertThat(test.sink.take())
        .extracting(Evidence::subject)
        .containsExactly(Subject.release("pump-3", "1.9"));
  }

  private void restart() {
    test.inventory = test.opened();
    int unused = test.inventory.stateOutstanding();
  }

  private List<String> findings() {
    return test.ledger.of(EntryType.FINDING).stream().map(entry -> entry.content()).toList();
  }

  private void update(String sql, Object... values) {
    int unused = test.database.jdbc().sql(sql).params(List.of(values)).update();
  }
}
