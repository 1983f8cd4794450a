package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks are stopped by a second layer when the first one fails: a server without any of the first
 * layers is made from the sources and attacked, and one without the second ones either. Where what
 * the drill reports tells the layers apart, the latter runs with {@code -Dthingward.long=true}
 * only.
 */
class DefenceInDepthTest {
  /** Whose second layer is another's first: they are attacked on the other server. */
  private static final Set<String> APART = Set.of("another-client-id");

  private static final boolean LONG = Boolean.getBoolean("thingward.long");

  @TempDir static Path folder;
  private static DrillReports withoutFirst;
  private static DrillReports withoutBoth;

  static List<Weakness> weaknesses() {
    return Weaknesses.ALL;
  }

  static List<Weakness> withSecond() {
    return weaknesses().stream()
        .filter(weakness -> weakness.secondGone().isPresent())
        .filter(weakness -> LONG || weakness.first().equals(weakness.second()))
        .toList();
  }

  @BeforeAll
  static void attackWeakenedServers() throws IOException {
    List<Weakness> together = weaknesses().stream().filter(each -> !isApart(each)).toList();
    List<Cut> firsts = together.stream().map(Weakness::firstGone).toList();
    List<Weakness> others =
        Stream.concat(withSecond().stream(), weaknesses().stream().filter(each -> isApart(each)))
            .toList();
    List<Cut> both =
        others.stream()
            .flatMap(each -> Stream.concat(Stream.of(each.firstGone()), each.secondGone().stream()))
            .toList();
    withoutFirst = attack(firsts, together, "first");
    withoutBoth = attack(both, others, "both");
  }

  private static boolean isApart(Weakness weakness) {
    return APART.contains(weakness.drill());
  }

  private static DrillReports attack(List<Cut> cuts, List<Weakness> weaknesses, String name)
      throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    Path build = WeakenedBuild.make(cuts, place.resolve("build"));
    try (RunningServer server = RunningServer.start(build, place.resolve("data"))) {
      return DrillReports.of(server, weaknesses.stream().map(Weakness::drill).toList(), place);
    }
  }

  @ParameterizedTest
  @MethodSource("weaknesses")
  void without_its_first_layer_an_attack_is_stopped_by_the_second(Weakness weakness) {
    DrillReports.Report report =
        (isApart(weakness) ? withoutBoth : withoutFirst).of(weakness.drill());
    assertThat(report.stopped()).as(report.toString()).isTrue();
    assertThat(weakness.second().in(report.text())).as(report.text()).isTrue();
    if (!weakness.first().equals(weakness.second())) {
      assertThat(weakness.first().in(report.text())).as(report.text()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("withSecond")
  void without_both_layers_it_succeeds_so_these_are_the_two(Weakness weakness) {
    DrillReports.Report report = withoutBoth.of(weakness.drill());
    assertThat(report.kind()).as(report.toString()).isEqualTo("fail");
  }
}
