package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays every corner in both versions, at each QoS, before the default broker and before mosquitto,
 * and holds docs/gateway.md to what {@link Corners} expects of them. Writes that table into the
 * page anew with {@code -Dthingward.regenerate=true}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CornersTest {
  private static final Path PAGE = Path.of("..", "docs", "gateway.md");
  private static final String BEGIN = "<!-- corners: begin -->\n";
  private static final String END = "<!-- corners: end -->\n";

  @TempDir static Path folder;
  private final AtomicInteger names = new AtomicInteger();
  private final List<Stage> stages = new ArrayList<>();
  private @Nullable Mosquitto mosquitto;
  private @Nullable DefaultBroker standard;

  /** The gateways before one broker. */
  private record Stage(String broker, House plain, House silencing) {}

  @BeforeAll
  void open() throws IOException {
    DefaultBroker started = DefaultBroker.start(Files.createDirectories(folder.resolve("hivemq")));
    standard = started;
    Mosquitto other = Mosquitto.start(Files.createDirectories(folder.resolve("mosquitto")));
    mosquitto = other;
    stages.add(stage("the default broker", started.upstream()));
    stages.add(stage("mosquitto", other.upstream()));
  }

  private static Stage stage(String name, Upstream broker) {
    return new Stage(name, new House(broker), House.thatSilences(broker));
  }

  @AfterAll
  void close() {
    stages.forEach(stage -> {
      stage.plain.close();
      stage.silencing.close();
    });
    if (mosquitto != null) {
      mosquitto.close();
    }
    if (standard != null) {
      standard.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> corners() {
    return stages.stream()
        .flatMap(stage ->
            Corners.all().stream()
                .map(corner ->
                    DynamicTest.dynamicTest(
                        "%s, %s: %s".formatted(stage.broker, corner.rule(), corner.what()),
                        () -> play(stage, corner))));
  }

  private void play(Stage stage, Corner corner) {
    List<String> expected = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (int level : new int[] {4, 5}) {
      for (int qos = 0; qos < corner.expected(level).size(); qos++) {
        String one = corner.expected(level).get(qos);
        if (!one.isEmpty()) {
          expected.add("level %d, QoS %d: %s".formatted(level, qos, one));
          seen.add("level %d, QoS %d: %s".formatted(level, qos, play(stage, corner, level, qos)));
        }
      }
    }
    assertThat(seen).isEqualTo(expected);
  }

  private String play(Stage stage, Corner corner, int level, int qos) {
    House house = corner.silencing() ? stage.silencing : stage.plain;
    try (Scene scene = new Scene(house, "d" + names.incrementAndGet(), level, qos)) {
      corner.script().accept(scene);
      return scene.seen();
    }
  }

  @Test
  void the_page_shows_every_corner_as_it_is_played() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    assertThat(to).as("the page holds the marks").isGreaterThanOrEqualTo(from);
    String table = table();
    Files.writeString(Files.createDirectories(Path.of("target")).resolve("corners.md"), table);
    if (Boolean.getBoolean("thingward.regenerate")) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
    } else {
      assertThat(page.substring(from, to))
          .as("run this test with -Dthingward.regenerate=true to write the page anew")
          .isEqualTo(table);
    }
  }

  private static String table() {
    return Corners.all().stream()
        .map(corner ->
            "| %s | %s | %s | %s |\n"
                .formatted(
                    corner.rule(),
                    corner.what(),
                    cell(corner.expected(4)),
                    cell(corner.expected(5))))
        .collect(
            Collectors.joining(
                "",
                "| rule | what happens | what is seen in 3.1.1 | what is seen in 5 |\n"
                    + "|---|---|---|---|\n",
                ""));
  }

  private static String cell(List<String> byQos) {
    List<String> present = byQos.stream().filter(text -> !text.isEmpty()).distinct().toList();
    if (present.size() <= 1) {
      return present.isEmpty() ? "–" : present.getFirst();
    }
    return IntStream.range(0, byQos.size())
        .filter(qos -> !byQos.get(qos).isEmpty())
        .mapToObj(qos -> "QoS " + qos + ": " + byQos.get(qos))
        .collect(Collectors.joining("<br>"));
  }
}
