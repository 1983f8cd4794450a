package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.inventory.TestInventory.errors;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CsvImportTest {
  private static final String HEADER = "device,product,release,owner,region,lifecycle\n";
  private static TestInventory test;

  @BeforeAll
  static void open() {
    test = TestInventory.withProducts();
  }

  @AfterAll
  static void close() {
    test.close();
  }

  private static List<String> refused(String csv) {
    List<String> errors = errors(test.importCsv("", csv));
    assertThat(test.get("/devices").get("items")).as("nothing was applied").isEmpty();
    return errors;
  }

  @Test
  void each_wrong_cell_is_named_with_its_row_column_and_the_nearest_known_word() {
    assertThat(
            refused(
                HEADER
                    + "good-1,meter-2,3.1.0,,Berlin,active\n"
                    + "-bad,meter-2,3.1.0,,Berlin,active\n"
                    + "m-3,metre-2,3.1.0,,Berlin,active\n"
                    + "m-4,meter-2,3.1.1,,Berlin,active\n"
                    + "m-5,meter-2,3.1.0,,,activ\n"
                    + "good-1,meter-2,,,Berlin,planned\n"
                    + "m-7,,3.1.0,\" Ann\",Ber lin,\n"))
        .containsExactly(
            "3:device:'-bad' is no name for a device: it must match [A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
            "4:product:no product 'metre-2' is registered. Did you mean 'meter-2'?",
            "5:release:no release '3.1.1' of 'meter-2' is registered. Did you mean '3.1.0'?",
            "6:region:must not be empty",
            "6:lifecycle:'activ' is no state; one of planned, active, retired. Did you mean 'active'?",
            "7:device:'good-1' is already in row 2",
            "8:product:must not be empty",
            "8:owner:begins or ends with white space",
            "8:region:'Ber lin' must match [A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
            "8:lifecycle:must not be empty");
  }

  @Test
  void a_wrong_header_is_named_column_by_column() {
    assertThat(refused("device,product,relase,owner,region,lifecycle\n"))
        .containsExactly(
            "1:relase:no such column. Did you mean 'release'?",
            "1:release:the column is missing from the header");
    assertThat(refused("device,product,release,owner,region,lifecycle,device\n"))
        .containsExactly("1:device:the column is there twice");
    assertThat(refused("device;product;release;owner;region;lifecycle\n"))
        .containsExactly("1::the cells are not separated by commas; export the file with commas");
    assertThat(refused(""))
        .containsExactly(
            "1::the file is empty; its first row must be"
                + " device,product,release,owner,region,lifecycle");
  }

  @Test
  void what_is_no_csv_is_named_and_reading_goes_on_behind_it() {
    assertThat(
            refused(
                HEADER
                    + "m-1,meter-2,3.1.0,\"open,Berlin,active\n"
                    + "m-2,meter-2,3.1.0,in\"side,Berlin,active\n"
                    + "m-3,meter-2,3.1.0,\"be\"hind,Berlin,active\n"
                    + "m-4,meter-2,3.1.0,Berlin,active\n"
                    + "m-5,meter-2\r,3.1.0,,Berlin,active\n"
                    + "m-6,nothing,3.1.0,,Berlin,active\n"))
        .containsExactly(
            "2:owner:the quote that opens the cell is not closed on its line",
            "3:owner:a quote inside a cell; put the cell in quotes and double the quote",
            "4:owner:text behind the closing quote",
            "5::the row has 5 cells, the header has 6",
            "6:product:a carriage return without a line feed",
            "7:product:no product 'nothing' is registered. Register it first: thingward product add.");
  }

  @Test
  void text_that_is_not_utf8_is_named_with_its_line() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write((HEADER + "m-1,meter-2,,M").getBytes(StandardCharsets.UTF_8));
    bytes.write(0xFC);
    bytes.write("ller,Berlin,active\n".getBytes(StandardCharsets.UTF_8));
    assertThat(errors(test.ask("POST", "/devices/import", bytes.toByteArray(), "text/csv")))
        .containsExactly("2::the text is not UTF-8; save the file as UTF-8");
  }

  @Test
  void characters_that_cannot_be_shown_or_stored_are_refused() {
    assertThat(
            refused(
                HEADER
                    + "m-1,meter-2,,a\u0000b,Berlin,active\n"
                    + "m\u0000,meter-2,,,Ber\u0007lin,active\n"
                    + "m-3,meter-2,,"
                    + "x".repeat(129)
                    + ",Berlin,active\n"
                    + "m-4,meter-2,,"
                    + "x".repeat(1_025)
                    + ",Berlin,active\n"))
        .containsExactly(
            "2:owner:holds a control character, a line break or half a surrogate pair",
            "3:device:'m\uFFFD' is no name for a device: it must match"
                + " [A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
            "3:region:'Ber\uFFFDlin' must match [A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
            "4:owner:longer than 128 characters",
            "5:owner:longer than 1024 characters");
  }

  @Test
  void of_many_errors_the_first_hundred_are_listed() {
    String rows =
        IntStream.range(0, 150)
            .mapToObj(i -> "m-" + i + ",meter-2,,,Berlin,asleep\n")
            .collect(Collectors.joining());
    TestInventory.Reply reply = test.importCsv("", HEADER + rows);
    assertThat(errors(reply)).hasSize(100).last().asString().startsWith("101:lifecycle:");
    assertThat(reply.json().get("more").asBoolean()).isTrue();
    assertThat(reply.json().get("detail").asString())
        .startsWith("More than 100 errors, of which 100 are listed. Nothing was changed.");
  }

  @Test
  void quoted_cells_any_order_of_columns_a_byte_order_mark_and_blank_lines_are_read() {
    try (TestInventory own = TestInventory.withProducts()) {
      String csv =
          "\uFEFFlifecycle,region,owner,release,product,device\r\n"
              + "active,Berlin,\"Meier, \"\"Söhne\"\"\",,\"meter-2\",m-1\r\n"
              + "\r\n"
              + "planned,Berlin,,3.1.0,meter-2,m-2";
      assertThat(own.importCsv("", csv).json().get("added").asInt()).isEqualTo(2);
      JsonNode device = own.get("/devices/m-1");
      assertThat(device.get("owner").asString()).isEqualTo("Meier, \"Söhne\"");
      assertThat(device.has("release")).isFalse();
    }
  }

  @Test
  void too_much_and_the_wrong_type_are_refused() {
    byte[] large = new byte[TransferRoutes.LARGEST + 1];
    assertThat(test.ask("POST", "/devices/import", large, "text/csv").status()).isEqualTo(413);
    String many = HEADER + "m,p,r,o,r,l\n".repeat(Rows.LIMIT + 1);
    assertThat(test.importCsv("", many).status()).isEqualTo(413);
    assertThat(test.ask("POST", "/devices/import", new byte[0], "text/plain").status())
        .isEqualTo(415);
    assertThat(test.ask("POST", "/devices/import", new byte[0], "").status()).isEqualTo(415);
    assertThat(test.importCsv("?dry-run=maybe", HEADER).json().get("detail").asString())
        .isEqualTo("Query parameter 'dry-run': it is true or false.");
    assertThat(test.importCsv("?dryrun=true", HEADER).json().get("detail").asString())
        .isEqualTo("Query parameter 'dryrun': there is no such parameter. Did you mean 'dry-run'?");
  }

  @Test
  void a_dry_run_says_what_would_change_and_changes_nothing() {
    try (TestInventory own = TestInventory.withProducts()) {
      own.importCsv("", HEADER + "m-1,meter-2,3.0.0,,Berlin,active\nm-2,meter-2,,,Berlin,active\n");
      own.sink.take();
      String next =
          HEADER
              + "m-1,meter-2,3.1.0,,Berlin,active\n"
              + "m-2,meter-2,,,Berlin,active\n"
              + "m-3,meter-2,,,Berlni,planned\n";
      JsonNode dry = own.importCsv("?dry-run=true", next).json();
      assertThat(dry.toString())
          .isEqualTo(
              "{\"dry-run\":true,\"added\":1,\"changed\":1,\"unchanged\":1,\"products\":0,"
                  + "\"releases\":0,\"unstated\":0,\"new-regions\":[\"Berlni\"],\"changes\":["
                  + "{\"row\":2,\"device\":\"m-1\",\"change\":\"changed\",\"columns\":["
                  + "{\"column\":\"release\",\"from\":\"3.0.0\",\"to\":\"3.1.0\"}]},"
                  + "{\"row\":4,\"device\":\"m-3\",\"change\":\"added\",\"columns\":[]}]}");
      assertThat(own.sink.take()).isEmpty();
      assertThat(own.get("/devices").get("items")).hasSize(2);
      assertThat(own.get("/devices/m-1").get("release").asString()).isEqualTo("3.0.0");

      JsonNode wet = own.importCsv("", next).json();
      assertThat(wet.get("changes")).isEqualTo(dry.get("changes"));
      assertThat(own.get("/devices/m-1").get("release").asString()).isEqualTo("3.1.0");
      assertThat(own.sink.take()).hasSize(2);
    }
  }
}
