package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.inventory.TestInventory.errors;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonImportTest {
  private static TestInventory test;

  @BeforeAll
  static void open() {
    test = TestInventory.withProducts();
  }

  @AfterAll
  static void close() {
    test.close();
  }

  private static List<String> refused(String json) {
    List<String> errors = errors(test.importJson("", json));
    assertThat(test.get("/devices").get("items")).as("nothing was applied").isEmpty();
    assertThat(test.get("/products").get("items")).as("nothing was applied").hasSize(2);
    return errors;
  }

  @Test
  void wrong_members_are_named_with_row_and_name() {
    assertThat(
            refused(
                """
                {"inventory": 1, "devices": [
                  {"id": "m-1", "product": "meter-2", "region": "Berlin", "lifecycle": "active"},
                  {"id": "m-2", "product": "meter-2", "regoin": "Berlin", "lifecycle": "active"},
                  {"id": 7, "product": "meter-2", "region": null, "lifecycle": ["active"]},
                  {"id": "m-4", "id": "m-5", "product": "meter-2", "region": "Berlin",
                   "lifecycle": "active"},
                  {"product": "meter-2", "lifecycle": "retird"},
                  "m-6"
                ]}\
                """))
        .containsExactly(
            "2:regoin:no such member. Did you mean 'region'?",
            "3:id:must be a string",
            "3:region:must be a string; leave the member out if it is not known",
            "3:lifecycle:must be a string",
            "4:id:the member is there twice",
            "5:id:must not be empty",
            "5:region:must not be empty",
            "5:lifecycle:'retird' is no state; one of planned, active, retired."
                + " Did you mean 'retired'?",
            "6:devices:must be an object");
  }

  @Test
  void wrong_products_and_releases_are_told_apart_from_devices() {
    assertThat(
            refused(
                """
                {"inventory": 1,
                 "products": [{"name": "cam-1"}, {"name": "cam-1"}, {"name": "cam 2"}],
                 "releases": [
                   {"product": "cam-1", "version": "1", "released": "23.11.2026"},
                   {"product": "cam-1", "version": "2"},
                   {"product": "cam-9", "version": "3", "released": "2020-01-01"},
                   {"product": "cam-1", "version": "4", "released": "2020-01-01",
                    "support-ends": "2019-12-31"},
                   {"product": "cam-1", "version": "5", "released": "2030-01-01"}],
                 "devices": [
                   {"id": "c-1", "product": "cam-1", "release": "1", "region": "Berlin",
                    "lifecycle": "active"}]}\
                """))
        .containsExactly(
            "2:products.name:'cam-1' is already in row 1",
            "3:products.name:'cam 2' is no name for a product: it must match"
                + " [A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
            "1:releases.released:'23.11.2026' is no date; write it as 2026-11-23",
            "2:releases.released:must not be empty",
            "3:releases.product:no product 'cam-9' is registered. Did you mean 'cam-1'?",
            "4:releases.support-ends:2019-12-31 is before the release came out, 2020-01-01",
            "5:releases.released:2030-01-01 is still to come; register a release once it is out");
  }

  @Test
  void what_is_no_json_is_named_with_line_and_column() {
    assertThat(refused("{\"inventory\": 1,\n \"devices\": [{]}"))
        .singleElement()
        .asString()
        .startsWith(
            "1::line 2, column 15: no JSON as RFC 8259 has it: Unexpected close marker ']': expected '}'");
    assertThat(refused("{\"inventory\": 1, \"devices\": [")).hasSize(1);
    assertThat(refused(""))
        .containsExactly("0::the document must be an object: {\"inventory\": 1, \"devices\": […]}");
    assertThat(refused("[]")).hasSize(1);
    assertThat(refused("{\"inventory\": 1} {}"))
        .containsExactly("0::there is more text behind the document");
    assertThat(refused("{\"inventory\": 1, \"devices\": " + "[".repeat(100_000)))
        .last()
        .asString()
        .contains("nesting depth (9) exceeds the maximum allowed (8)");
    assertThat(refused("{\"inventory\": 1, \"devices\": [{\"id\": \"" + "x".repeat(5_000)))
        .hasSize(1);
  }

  @Test
  void the_document_names_its_version_and_its_parts() {
    assertThat(test.importJson("", "{}").status()).isEqualTo(200);
    assertThat(refused("{\"inventory\": 2, \"device\": [], \"releases\": {}, \"devices\": 1}"))
        .containsExactly(
            "0:inventory:this Thingward reads version 1 only",
            "0:device:no such member. Did you mean 'devices'?",
            "0:releases:must be a list of objects",
            "0:devices:must be a list of objects");
    assertThat(refused("{\"inventory\": 1, \"devices\": [], \"devices\": []}"))
        .containsExactly("0:devices:the member is there twice");
  }

  @Test
  void half_a_surrogate_pair_is_refused_and_can_be_shown() {
    assertThat(
            refused(
                "{\"inventory\": 1, \"devices\": [{\"id\": \"m-1\", \"product\": \"meter-2\","
                    + " \"owner\": \"\\ud800\", \"region\": \"\\ud800\","
                    + " \"lifecycle\": \"active\"}]}"))
        .containsExactly(
            "1:owner:holds a control character, a line break or half a surrogate pair",
            "1:region:'?' must match [A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
  }

  @Test
  void what_is_exported_can_be_imported_elsewhere_and_changes_nothing_here() {
    try (TestInventory here = TestInventory.withProducts();
        TestInventory there = TestInventory.empty()) {
      here.importCsv(
          "",
          "device,product,release,owner,region,lifecycle\n"
              + "m-1,meter-2,3.0.0,\"Meier, \"\"Söhne\"\"\",Berlin,active\n"
              + "p-1,pump-3,,=1+1,eu-west,retired\n"
              + "p-2,pump-3,1.9,'quoted,eu-west,planned\n");
      String json = export(here, "json");
      JsonNode report = there.importJson("", json).json();
      assertThat(report.get("added").asInt()).isEqualTo(3);
      assertThat(report.get("products").asInt()).isEqualTo(2);
      assertThat(report.get("releases").asInt()).isEqualTo(3);
      assertThat(export(there, "json")).isEqualTo(json);
      assertThat(export(there, "csv")).isEqualTo(export(here, "csv"));

      JsonNode again = there.importCsv("", export(here, "csv")).json();
      assertThat(again.get("unchanged").asInt()).isEqualTo(3);
      assertThat(there.importJson("", json).json().get("releases").asInt()).isZero();
    }
  }

  @Test
  void a_cell_that_a_spreadsheet_would_run_is_exported_with_an_apostrophe() {
    try (TestInventory own = TestInventory.withProducts()) {
      String rows =
          """
          {"inventory": 1, "devices": [
            {"id": "a", "product": "meter-2", "owner": "=HYPERLINK(\\"x\\")", "region": "r", "lifecycle": "active"},
            {"id": "b", "product": "meter-2", "owner": "+49 30 1", "region": "r", "lifecycle": "active"},
            {"id": "c", "product": "meter-2", "owner": "-1", "region": "r", "lifecycle": "active"},
            {"id": "d", "product": "meter-2", "owner": "@SUM(1)", "region": "r", "lifecycle": "active"},
            {"id": "e", "product": "meter-2", "owner": "'=1", "region": "r", "lifecycle": "active"},
            {"id": "f", "product": "meter-2", "owner": "'90s", "region": "r", "lifecycle": "active"}]}
          """;
      assertThat(own.importJson("", rows).status()).isEqualTo(200);
      String csv = export(own, "csv");
      assertThat(csv.split("\r\n"))
          .containsExactly(
              "device,product,release,owner,region,lifecycle",
              "a,meter-2,,\"'=HYPERLINK(\"\"x\"\")\",r,active",
              "b,meter-2,,'+49 30 1,r,active",
              "c,meter-2,,'-1,r,active",
              "d,meter-2,,'@SUM(1),r,active",
              "e,meter-2,,''=1,r,active",
              "f,meter-2,,'90s,r,active");
      assertThat(own.importCsv("", csv).json().get("unchanged").asInt()).isEqualTo(6);
    }
  }

  static String export(TestInventory inventory, String format) {
    return inventory.ask("GET", "/devices/export?format=" + format, "").body();
  }
}
