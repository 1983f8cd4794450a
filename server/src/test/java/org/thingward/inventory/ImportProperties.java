package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class ImportProperties {
  private static final List<String> COLUMNS = List.of("a", "b");

  @Property(tries = 2_000)
  void any_bytes_are_read_or_refused(@ForAll @Size(max = 200) byte[] bytes) {
    RowErrors errors = new RowErrors();
    Rows json = JsonRows.document(bytes, errors);
    List<Row> csv = CsvReader.read(bytes, COLUMNS, errors);
    assertThat(json.devices()).isEmpty();
    assertThat(csv).isEmpty();
    assertThat(errors.count()).isGreaterThanOrEqualTo(2);
  }

  @Property(tries = 2_000)
  void any_text_behind_a_header_is_read_or_refused(
      @ForAll @Chars({'a', ',', '"', '\r', '\n', '\'', '=', 'ü'}) @StringLength(max = 40)
          String text) {
    RowErrors errors = new RowErrors();
    List<Row> rows = CsvReader.read(utf8("a,b\n" + text), COLUMNS, errors);
    long lines = text.lines().filter(line -> !line.isBlank()).count();
    assertThat(rows.size() + errors.count()).isLessThanOrEqualTo((int) (2 * lines + 2));
    rows.forEach(row -> assertThat(row.cells()).containsOnlyKeys("a", "b"));
  }

  @Property(tries = 2_000)
  void any_cells_that_are_written_are_read_back(
      @ForAll
          @Chars({'=', '\'', '+', '-', '@', '"', ',', 'x'})
          @CharRange(from = ' ', to = 'ÿ')
          @StringLength(max = 20)
          String cell) {
    String written = "\"" + FormulaGuard.add(cell).replace("\"", "\"\"") + "\"";
    RowErrors errors = new RowErrors();
    List<Row> rows = CsvReader.read(utf8("a,b\r\n" + written + ",1\r\n"), COLUMNS, errors);
    assertThat(errors.list()).isEmpty();
    assertThat(rows.getFirst().cell("a")).isEqualTo(cell);
  }

  @Property(tries = 500)
  void json_cut_anywhere_is_refused(@ForAll @net.jqwik.api.constraints.IntRange(max = 87) int cut) {
    String document =
        "{\"inventory\": 1, \"devices\": [{\"device\": \"m-1\", \"product\": \"p\", \"owner\": \"ü\"}]}";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] whole = utf8(document);
    bytes.write(whole, 0, Math.min(cut, whole.length - 1));
    RowErrors errors = new RowErrors();
    assertThat(JsonRows.document(bytes.toByteArray(), errors).devices()).isEmpty();
    assertThat(errors.count()).isPositive();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
