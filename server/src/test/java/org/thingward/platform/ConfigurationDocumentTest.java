package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is written by the code, so that it cannot be out of date. */
class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");
  private static final Path WRITTEN = Path.of("target/configuration.md");

  private static final String BEGINNING =
      """
      # Configuration
      Everything the server can be told. A flag of `./thingward up` is `--KEY VALUE` or `--KEY=VALUE`; in a file given by `--config` the same key is written `KEY: VALUE` (YAML; a list where a key may be repeated; `yes` or `no` for what takes no value). Flags go before the file. An unknown key stops the start and names the nearest one. Settings are read at start. Relative paths are relative to the working folder.

      What a fleet is allowed is not here: that is the policy (`thingward policy show`), which changes while the server runs.
      """;

  @Test
  void the_document_lists_every_setting_as_the_code_reads_it() throws IOException {
    String expected = document();
    Files.createDirectories(WRITTEN.getParent());
    Files.writeString(WRITTEN, expected);
    assertThat(Files.readString(DOCUMENT))
        .as("docs/configuration.md; take over what the code says: cp server/%s docs/", WRITTEN)
        .isEqualTo(expected);
  }

  private static String document() {
    StringBuilder text = new StringBuilder(BEGINNING);
    for (SettingKey.Part part : SettingKey.Part.values()) {
      text.append("\n## ").append(part.title()).append("\n");
      text.append("| key | value | without it | meaning |\n|---|---|---|---|\n");
      Arrays.stream(SettingKey.values())
          .filter(key -> key.part() == part)
          .map(ConfigurationDocumentTest::row)
          .forEach(text::append);
    }
    return text.toString();
  }

  private static String row(SettingKey key) {
    List<String> cells =
        List.of("`" + key.word() + "`", key.value(), key.otherwise(), key.meaning());
    return "| "
        + String.join(" | ", cells.stream().map(cell -> cell.replace("|", "\\|")).toList())
        + " |\n";
  }
}
