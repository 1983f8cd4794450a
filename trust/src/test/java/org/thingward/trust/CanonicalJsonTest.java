package org.thingward.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

  private static String encode(Object tree) {
    return new String(CanonicalJson.encode(tree), UTF_8);
  }

  @Test
  void members_are_sorted_by_utf16_code_units_as_RFC_8785_section_3_2_3_shows() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("\u20ac", "Euro Sign");
    tree.put("\r", "Carriage Return");
    tree.put("\ufb33", "Hebrew Letter Dalet With Dagesh");
    tree.put("1", "One");
    tree.put("\ud83d\ude00", "Emoji: Grinning Face");
    tree.put("\u0080", "Control");
    tree.put("\u00f6", "Latin Small Letter O With Diaeresis");
    assertThat(encode(tree))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                + "\"\ud83d\ude00\":\"Emoji: Grinning Face\","
                + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  @Test
  void strings_are_escaped_as_little_as_RFC_8785_section_3_2_2_2_allows() {
    assertThat(encode("\u20ac$\u000f\nA'B\"\\\\\"/"))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  }

  @Test
  void nests_and_writes_numbers_and_flags() {
    assertThat(encode(Map.of("b", List.of(1, -2L, true), "a", Map.of())))
        .isEqualTo("{\"a\":{},\"b\":[1,-2,true]}");
  }

  @Test
  void refuses_lone_surrogates_and_foreign_types() {
    assertThatThrownBy(() -> encode("\ud83d")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> encode("\ude00x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> encode(1.5)).isInstanceOf(IllegalArgumentException.class);
  }
}
