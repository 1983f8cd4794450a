package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.inventory.TestInventory.errors;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedLedger;
import org.thingward.platform.Database;
import org.thingward.platform.Operation;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.Impact;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

class DeviceRoutesTest {
  private static final String HEADER = "device,product,release,owner,region,lifecycle\n";

  private static List<String> ids(JsonNode page) {
    return page.get("items").valueStream().map(d -> d.get("id").asString()).toList();
  }

  @Test
  void a_device_is_added_shown_changed_and_found_to_be_old() {
    try (TestInventory test = TestInventory.withProducts()) {
      TestInventory.Reply added =
          test.ask(
              "POST",
              "/devices",
              "{\"id\": \"m-1\", \"product\": \"meter-2\", \"release\": \"3.0.0\","
                  + " \"region\": \"Berlin\", \"lifecycle\": \"active\"}");
      assertThat(added.status()).isEqualTo(201);
      assertThat(added.headers()).containsEntry("location", "/api/v1/devices/m-1");
      assertThat(test.get("/devices/m-1").toString())
          .isEqualTo(
              "{\"id\":\"m-1\",\"product\":\"meter-2\",\"release\":\"3.0.0\","
                  + "\"region\":\"Berlin\",\"lifecycle\":\"active\",\"firmware\":{"
                  + "\"released\":\"2019-03-01\",\"age-days\":2824,\"newest\":\"3.1.0\","
                  + "\"behind-days\":2649}}");
      JsonNode changed =
          test.ok(
              "PUT",
              "/devices/m-1",
              "{\"product\": \"meter-2\", \"release\": \"3.1.0\", \"owner\": \"Ann\","
                  + " \"region\": \"Berlin\", \"lifecycle\": \"active\"}");
      assertThat(changed.get("firmware").get("behind-days").asInt()).isZero();
      assertThat(changed.get("firmware").get("support-ends").asString()).isEqualTo("2027-12-31");
    }
  }

  @Test
  void what_is_unknown_there_already_or_malformed_is_refused() {
    try (TestInventory test = TestInventory.withProducts()) {
      String device =
          "{\"id\": \"m-1\", \"product\": \"meter-2\", \"region\": \"Berlin\","
              + " \"lifecycle\": \"active\"}";
      assertThat(test.ask("POST", "/devices", device).status()).isEqualTo(201);
      assertThat(test.ask("POST", "/devices", device).status()).isEqualTo(409);
      assertThat(test.ask("GET", "/devices/m-2", "").status()).isEqualTo(404);
      assertThat(test.ask("GET", "/devices/-bad", "").status()).isEqualTo(404);
      assertThat(
              test.ask(
                      "PUT",
                      "/devices/m-2",
                      "{\"product\": \"meter-2\", \"region\": \"B\", \"lifecycle\": \"active\"}")
                  .status())
          .isEqualTo(404);
      assertThat(errors(test.ask("PUT", "/devices/m-1", device)))
          .containsExactly("1:id:no such member.");
      assertThat(errors(test.ask("POST", "/devices", "[]")))
          .containsExactly("0::the body must be a JSON object");
      assertThat(errors(test.ask("POST", "/devices", "{\"id\": \"m-9\"} x")))
          .singleElement()
          .asString()
          .startsWith("1::line 1, column 15: no JSON");
      assertThat(errors(test.ask("PUT", "/releases/meter-2/4", "{\"released\": \"soon\"}")))
          .containsExactly("1:releases.released:'soon' is no date; write it as 2026-11-23");
      assertThat(errors(test.ask("PUT", "/releases/metr-2/4", "{\"released\": \"2020-01-01\"}")))
          .containsExactly(
              "1:releases.product:no product 'metr-2' is registered. Did you mean 'meter-2'?");
      assertThat(test.get("/releases?product=pump-3").get("items")).hasSize(1);
    }
  }

  @Test
  void a_retired_device_comes_back_by_reinstating_only() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.importCsv("", HEADER + "m-1,meter-2,,,Berlin,retired\n");
      assertThat(errors(test.importCsv("", HEADER + "m-1,meter-2,,,Berlin,active\n")))
          .containsExactly(
              "2:lifecycle:'m-1' is retired; a new device takes a new id, and this one comes back"
                  + " by POST /devices/m-1/reinstate only");
      assertThat(test.inventory.isRetired(Subject.device("m-1"))).isTrue();
      assertThat(test.ok("POST", "/devices/m-1/reinstate", "").get("lifecycle").asString())
          .isEqualTo("active");
      assertThat(test.inventory.isRetired(Subject.device("m-1"))).isFalse();
      assertThat(test.ask("POST", "/devices/m-1/reinstate", "").status()).isEqualTo(409);
      assertThat(test.ask("POST", "/devices/m-9/reinstate", "").status()).isEqualTo(404);
    }
  }

  @Test
  void G9_an_id_is_given_to_no_other_device_once_its_device_is_retired_or_its_record_gone() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.importCsv(
          "",
          HEADER
              + "m-1,meter-2,,Ann,Berlin,active\n"
              + "m-2,meter-2,,Ann,Berlin,active\n"
              + "m-3,meter-2,,Ann,Berlin,active\n");
      assertThat(test.inventory.isRetired(Subject.device("m-1"))).isFalse();
      test.importCsv("", HEADER + "m-1,meter-2,,Ann,Berlin,retired\n");
      test.database.jdbc().sql("DELETE FROM inventory.device WHERE id <> 'm-3'").update();

      assertThat(test.inventory.isRetired(Subject.device("m-1"))).isTrue();
      assertThat(test.inventory.isRetired(Subject.device("m-2"))).isTrue();
      assertThat(test.inventory.isRetired(Subject.device("m-3"))).isFalse();
      assertThat(test.inventory.isRetired(Subject.device("M-1"))).isFalse();
      String gone = "was the id of a device that is gone, and is given to no other; take a new one";
      assertThat(errors(test.importCsv("", HEADER + "m-1,meter-2,,Bob,Rome,active\n")))
          .containsExactly("2:device:'m-1' " + gone);
      String device = "{\"id\":\"m-2\",\"product\":\"meter-2\",\"region\":\"Rome\"}";
      assertThat(errors(test.ask("POST", "/devices", device)))
          .containsExactly("1:id:'m-2' " + gone);
      assertThat(test.opened().isRetired(Subject.device("m-2"))).as("after a restart").isTrue();
    }
  }

  @Test
  void G9_devices_that_were_retired_before_ids_were_kept_are_among_them() {
    try (Database old = TestDatabase.empty()) {
      Flyway.configure()
          .dataSource(old.dataSource())
          .schemas("inventory")
          .locations("classpath:db/migration/inventory")
          .target("1")
          .load()
          .migrate();
      old.jdbc().sql("INSERT INTO inventory.product (name, maker) VALUES ('p', '')").update();
      old.jdbc()
          .sql(
              "INSERT INTO inventory.device (id, product, owner, region, lifecycle) VALUES"
                  + " ('gone', 'p', '', 'Rome', 'retired'), ('here', 'p', '', 'Rome', 'active')")
          .update();
      Inventory inventory =
          new Inventory(
              old,
              new ListedLedger(),
              new RecordingSink(),
              pieces -> Impact.NOTHING,
              TestInventory.time());

      assertThat(inventory.isRetired(Subject.device("gone"))).isTrue();
      assertThat(inventory.isRetired(Subject.device("here"))).isFalse();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void pages_follow_each_other_without_gap_or_repetition() {
    try (TestInventory test = TestInventory.withProducts()) {
      String rows =
          IntStream.range(0, 25)
              .mapToObj(i -> "m-%02d,meter-2,,,Berlin,active\n".formatted(i))
              .collect(Collectors.joining());
      test.importCsv("", HEADER + rows + "M-upper,meter-2,,,Berlin,active\n");
      List<String> seen = new ArrayList<>();
      JsonNode page = test.get("/devices?limit=10");
      seen.addAll(ids(page));
      while (page.has("next")) {
        page = test.get("/devices?limit=10&cursor=" + page.get("next").asString());
        seen.addAll(ids(page));
      }
      assertThat(seen).hasSize(26).doesNotHaveDuplicates().isSorted().startsWith("M-upper");
      for (String query : List.of("cursor=%%%", "cursor=bS0x", "cursor=", "limit=0", "limit=501")) {
        assertThat(test.ask("GET", "/devices?" + query, "").status()).as(query).isEqualTo(400);
      }
      assertThat(ids(test.get("/devices?limit=500"))).hasSize(26);
    }
  }

  @Test
  void queries_find_what_is_old_and_what_is_where() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.importCsv(
          "",
          HEADER
              + "m-old,meter-2,3.0.0,Ann,Berlin,active\n"
              + "m-new,meter-2,3.1.0,Ann,Rome,active\n"
              + "m-none,meter-2,,Bob,Rome,planned\n"
              + "p-1,pump-3,1.9,Bob,Rome,retired\n");
      assertThat(ids(test.get("/devices?stale=1y"))).containsExactly("m-old", "p-1");
      assertThat(ids(test.get("/devices?stale=366d"))).containsExactly("m-old");
      assertThat(ids(test.get("/devices?stale=7y&product=meter-2"))).containsExactly("m-old");
      assertThat(ids(test.get("/devices?stale=25w"))).containsExactly("m-new", "m-old", "p-1");
      assertThat(ids(test.get("/devices?release="))).containsExactly("m-none");
      assertThat(ids(test.get("/devices?release=3.1.0"))).containsExactly("m-new");
      assertThat(ids(test.get("/devices?region=Rome&owner=Bob"))).containsExactly("m-none", "p-1");
      assertThat(ids(test.get("/devices?lifecycle=retired"))).containsExactly("p-1");
      assertThat(test.ask("GET", "/devices/export?format=csv&lifecycle=active", "").body())
          .isEqualTo(
              "device,product,release,owner,region,lifecycle\r\n"
                  + "m-new,meter-2,3.1.0,Ann,Rome,active\r\n"
                  + "m-old,meter-2,3.0.0,Ann,Berlin,active\r\n");
      for (String query : List.of("stale=1", "stale=1m", "stale=0d", "lifecycle=old", "color=x")) {
        assertThat(test.ask("GET", "/devices?" + query, "").status()).as(query).isEqualTo(400);
      }
      assertThat(test.ask("GET", "/devices?region=\u0000", "").status()).isEqualTo(400);
      assertThat(test.ask("GET", "/devices/export?format=xml", "").status()).isEqualTo(400);
    }
  }

  @Test
  void O4_of_two_changes_that_were_weighed_on_the_same_record_one_is_made() {
    try (TestInventory test = TestInventory.withProducts()) {
      String place = "\"region\": \"oslo\", \"lifecycle\": \"active\"}";
      String record = "{\"product\": \"meter-2\", \"release\": \"%s\", " + place;
      test.ok("POST", "/devices", "{\"id\": \"m-1\", \"product\": \"meter-2\", " + place);
      Operation.Prepared older = test.prepare("PUT", "/devices/m-1", record.formatted("3.0.0"));
      Operation.Prepared newer = test.prepare("PUT", "/devices/m-1", record.formatted("3.1.0"));
      var unused = newer.act().get();
      assertThatThrownBy(older.act()::get)
          .hasMessageContaining("was changed while this was weighed");
      assertThat(test.get("/devices/m-1").path("release").asString()).isEqualTo("3.1.0");
    }
  }
}
