package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.thingward.device.SoftwareTpm;
import org.thingward.verify.Damage;

/** Trust, verify and the server keep the rules of the house. */
class HouseRulesTest {
  private static final Path HOME = Path.of("").toAbsolutePath().getParent();

  /** Without tests and what they need: what lies where these lie, whatever has put it there. */
  private static final ImportOption NO_TESTS =
      location ->
          Stream.of(HouseRulesTest.class, Damage.class, SoftwareTpm.class)
              .map(test -> test.getProtectionDomain().getCodeSource().getLocation().getPath())
              .noneMatch(location::contains);

  private static final JavaClasses OURS =
      new ClassFileImporter().withImportOption(NO_TESTS).importPackages("org.thingward");

  @Test
  void every_class_is_looked_at() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (String module : List.of("trust", "verify", "server")) {
      Path sources = HOME.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .map(file -> sources.relativize(file).toString())
            .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
            .forEach(file -> expected.add(file.replace(".java", "").replace('/', '.')));
      }
    }
    assertThat(expected).hasSizeGreaterThan(150);
    assertThat(OURS.stream().map(JavaClass::getFullName).collect(Collectors.toSet()))
        .containsAll(expected);
  }

  @Test
  void rule_1_trust_depends_on_the_jdk_alone() {
    HouseRules.trustDependsOnTheJdkAlone().check(OURS);
  }

  @Test
  void rule_1_trust_does_no_input_output_and_starts_no_threads() {
    HouseRules.trustDoesNoInputOutputAndStartsNoThreads().check(OURS);
  }

  @Test
  void rule_1_verify_depends_on_trust_a_json_and_a_yaml_parser_and_a_crypto_provider() {
    HouseRules.verifyDependsOnLittle().check(OURS);
  }

  @Test
  void rule_2_rooms_do_not_know_each_other() {
    assertThat(HouseRules.rooms())
        .contains("platform", "ledger", "posture", "identity", "gateway", "console", "app");
    HouseRules.nobodyKnowsARoomThatIsNotForIt().check(OURS);
  }

  @Test
  void rule_2_a_room_is_one_flat_package_with_a_front_door() {
    HouseRules.theServerIsFlatRooms().check(OURS);
    for (String room : HouseRules.rooms()) {
      assertThat(HOME.resolve("server/src/main/java/org/thingward/" + room + "/package-info.java"))
          .exists();
    }
  }

  @Test
  void rule_4_of_spring_only_the_database_is_known_outside_console_and_app() {
    HouseRules.springIsInConsoleAndAppOnly().check(OURS);
  }

  @Test
  void rule_4_jdbc_and_transactions_are_in_platform_and_stores_only() {
    HouseRules.jdbcAndTransactionsAreInPlatformAndStoresOnly().check(OURS);
  }

  @Test
  void rule_4_sql_is_in_stores_only() throws IOException {
    Set<String> elsewhere = new TreeSet<>();
    try (Stream<Path> files = Files.walk(HOME.resolve("server/src/main/java"))) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
        if (HouseRules.holdsStraySql(file, Files.readString(file))) {
          elsewhere.add(file.getFileName().toString());
        }
      }
    }
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void rule_4_netty_is_in_gateway_and_platform_only() {
    HouseRules.nettyIsInGatewayAndPlatformOnly().check(OURS);
  }

  @Test
  void rule_5_packages_have_no_cycles() {
    HouseRules.packagesHaveNoCycles().check(OURS);
  }

  @Test
  void rule_5_only_platform_looks_at_the_clock_and_makes_randomness() {
    HouseRules.onlyPlatformLooksAtTheClockAndMakesRandomness().check(OURS);
  }

  @Test
  void rule_6_only_posture_makes_recorded_decisions() {
    HouseRules.onlyPostureMakesRecordedDecisions().check(OURS);
  }
}
