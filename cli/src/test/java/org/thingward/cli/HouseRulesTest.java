package org.thingward.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.thingward.verify.Damage;

/** What talks to the server over the network keeps the rules of the house (DESIGN.md §3). */
class HouseRulesTest {
  private static final Path HOME = Path.of("").toAbsolutePath().getParent();
  private static final String[] OUR_PACKAGES = {
    "org.thingward.trust..",
    "org.thingward.verify..",
    "org.thingward.device..",
    "org.thingward.operator..",
    "org.thingward.drill..",
    "org.thingward.cli.."
  };
  private static final Set<String> CLOCKS_AND_RANDOMNESS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.time.InstantSource.system",
          "java.util.Date.<init>",
          "java.lang.Math.random",
          "java.security.SecureRandom.<init>",
          "java.security.SecureRandom.getInstanceStrong",
          "java.util.Random.<init>",
          "java.util.UUID.randomUUID",
          "java.util.concurrent.ThreadLocalRandom.current");

  private static final ImportOption NO_TESTS =
      location ->
          Stream.of(HouseRulesTest.class, Damage.class)
              .map(test -> test.getProtectionDomain().getCodeSource().getLocation().getPath())
              .noneMatch(location::contains);

  private static final JavaClasses OURS =
      new ClassFileImporter().withImportOption(NO_TESTS).importPackages("org.thingward");

  @Test
  void every_class_is_looked_at() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (String module : List.of("device", "drill", "cli")) {
      Path sources = HOME.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .map(file -> sources.relativize(file).toString())
            .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
            .forEach(file -> expected.add(file.replace(".java", "").replace('/', '.')));
      }
    }
    assertThat(expected).hasSizeGreaterThan(50);
    assertThat(OURS.stream().map(JavaClass::getFullName).collect(Collectors.toSet()))
        .containsAll(expected);
  }

  @Test
  void rule_3_the_servers_classes_are_not_known_and_not_there() {
    outsideTheServer().check(OURS);
    assertThat(OURS.that(resideOutsideOfPackages(OUR_PACKAGES))).isEmpty();
    assertThatThrownBy(() -> Class.forName("org.thingward.app.ThingwardServer"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void rule_3_the_red_team_knows_devices_and_the_wire_only() {
    noClasses()
        .that()
        .resideInAPackage("org.thingward.drill..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.thingward.cli..")
        .check(OURS);
  }

  @Test
  void rule_5_packages_have_no_cycles() {
    slices().matching("org.thingward.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void rule_5_wall_clock_and_randomness_are_made_where_a_process_begins_only() {
    clocksWhereAProcessBegins().check(OURS);
  }

  @Test
  void rule_5_notices_code_that_breaks_it() {
    JavaClasses wrong = new ClassFileImporter().importClasses(Wrong.class);
    assertThat(clocksWhereAProcessBegins().evaluate(wrong).getFailureReport().getDetails())
        .hasSize(3);
  }

  private static ArchRule outsideTheServer() {
    return noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.thingward..").and(resideOutsideOfPackages(OUR_PACKAGES)));
  }

  private static ArchRule clocksWhereAProcessBegins() {
    return noClasses()
        .that(resideInAnyPackage(OUR_PACKAGES))
        .and(describe("begin no process", c -> !beginsAProcess(c)))
        .should()
        .accessTargetWhere(
            describe("it is a wall clock or makes randomness", HouseRulesTest::isForbidden));
  }

  private static boolean beginsAProcess(JavaClass c) {
    return c.tryGetMethod("main", String[].class).isPresent();
  }

  // Calls and method references alike.
  private static boolean isForbidden(JavaAccess<?> access) {
    String target = access.getTargetOwner().getFullName() + "." + access.getTarget().getName();
    return target.matches("java\\.time\\.[A-Za-z]+\\.now")
        || target.startsWith("java.time.Clock.system")
        || CLOCKS_AND_RANDOMNESS.contains(target);
  }

  /** Breaks rule 5 in three ways. */
  @SuppressWarnings("unused")
  private static final class Wrong {
    final Instant now = Instant.now();
    final java.util.function.Supplier<Instant> later = Instant::now;
    final SecureRandom randomness = new SecureRandom();
  }
}
