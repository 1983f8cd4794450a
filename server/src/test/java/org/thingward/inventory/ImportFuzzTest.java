package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.trust.Scope;
import org.thingward.verify.Damage;

/** Whatever is imported or asked: rows with known cells, or errors with their places. */
class ImportFuzzTest {
  private static final List<byte[]> SOUND =
      Stream.of(
              "device,product,release,owner,region,lifecycle\r\n"
                  + "m-1,meter,\"1,0\",\"a \"\"b\"\"\",eu,active\r\n'=x,,,,,\n",
              """
              {"inventory": 1, "products": [{"name": "p", "maker": "m"}],
               "releases": [{"product": "p", "version": "1", "released": "2026-01-01"}],
               "devices": [{"id": "m-1", "product": "p", "release": "1", "owner": "\u00fc"}]}
              """,
              "product=p&release=1&stale=400d&lifecycle=active&limit=50&cursor=MTptLTE",
              "{\"id\": \"m-1\", \"product\": \"p\"}")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_rows_or_errors(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_imports_are_rows_or_errors() {
    Damage.each(2_000, SOUND, ImportFuzzTest::read);
  }

  @Test
  void a_file_in_no_encoding_of_JSON_is_an_error_of_the_file() {
    for (byte[] bytes : List.of(new byte[] {0, 0, 'A', 0}, new byte[] {0, 'A', 0, 0, '{'})) {
      RowErrors document = new RowErrors();
      assertThat(JsonRows.document(bytes, document).devices()).isEmpty();
      assertThat(document.list()).hasSize(1);
      assertThat(document.list().getFirst().message()).startsWith("no JSON as RFC 8259 has it: ");
      RowErrors one = new RowErrors();
      assertThat(JsonRows.object(bytes, Columns.DEVICE_MEMBERS, one).sound()).isFalse();
      assertThat(one.list()).hasSize(1);
    }
  }

  private static void read(byte[] bytes) {
    RowErrors csv = new RowErrors();
    List<Row> rows = CsvReader.read(bytes, Columns.DEVICE, csv);
    for (Row row : rows) {
      assertThat(row.cells()).containsOnlyKeys(Columns.DEVICE);
    }
    requirePlaces(csv);
    readBack(rows);
    RowErrors json = new RowErrors();
    for (Row row : JsonRows.document(bytes, json).devices()) {
      assertThat(Columns.DEVICE_MEMBERS).containsAll(row.cells().keySet());
    }
    requirePlaces(json);
    RowErrors one = new RowErrors();
    Row row = JsonRows.object(bytes, Columns.DEVICE_MEMBERS, one);
    assertThat(Columns.DEVICE_MEMBERS).containsAll(row.cells().keySet());
    requirePlaces(one);
    query(new String(bytes, StandardCharsets.UTF_8));
  }

  /** What an export writes is read as it was. */
  private static void readBack(List<Row> rows) {
    StringWriter written = new StringWriter();
    try {
      Export.writeLine(written, Columns.DEVICE);
      for (Row row : rows) {
        Export.writeLine(written, Columns.DEVICE.stream().map(row::cell).toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RowErrors errors = new RowErrors();
    byte[] csv = written.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(CsvReader.read(csv, Columns.DEVICE, errors).stream().map(Row::cells).toList())
        .isEqualTo(rows.stream().map(Row::cells).toList());
    assertThat(errors.list()).isEmpty();
  }

  private static void requirePlaces(RowErrors errors) {
    assertThat(errors.list())
        .allSatisfy(error -> {
          assertThat(error.row()).isNotNegative();
          assertThat(error.message()).isNotBlank();
        });
  }

  private static void query(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      parameters.put(equals < 0 ? pair : pair.substring(0, equals), pair.substring(equals + 1));
    }
    try {
      Query query = Query.withFilter(parameters, "limit", "cursor");
      assertThat(query.filter(LocalDate.of(2026, 11, 23), Scope.EVERYWHERE)).isNotNull();
      assertThat(query.limit()).isBetween(1, Query.MOST);
      assertThat(query.after()).hasSizeLessThanOrEqualTo(64);
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(400);
    }
  }
}
