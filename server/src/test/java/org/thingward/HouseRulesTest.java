package org.thingward;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The six rules of the house, as DESIGN.md §3 states them. */
class HouseRulesTest {
  private static final Path HOME = Path.of("").toAbsolutePath().getParent();
  private static final Set<String> NOT_ROOMS = Set.of("trust", "verify");
  private static final Set<String> FOR_EVERYONE = Set.of("platform", "ledger");

  /** Trust, verify and the server, without tests. */
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.thingward");

  @Test
  void rule_1_trust_depends_on_the_jdk_alone() {
    classes()
        .that()
        .resideInAPackage("org.thingward.trust..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("org.thingward.trust..", "java.."))
        .check(OURS);
  }

  @Test
  void rule_1_trust_does_no_input_output_and_starts_no_threads() {
    noClasses()
        .that()
        .resideInAPackage("org.thingward.trust..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.sql.."))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .check(OURS);
  }

  @Test
  void rule_1_verify_depends_on_trust_a_json_and_a_yaml_parser_and_a_crypto_provider() {
    classes()
        .that()
        .resideInAPackage("org.thingward.verify..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "org.thingward.verify..",
                "org.thingward.trust..",
                "java..",
                "javax.crypto..",
                "tools.jackson..",
                "com.fasterxml.jackson..",
                "org.snakeyaml..",
                "org.bouncycastle..",
                "org.jspecify.."))
        .check(OURS);
  }

  @Test
  void rule_2_rooms_do_not_know_each_other() {
    assertThat(rooms()).contains("platform", "ledger", "identity", "gateway", "console", "app");
    noClasses()
        .that(resideOutsideOfPackages("org.thingward.app..", "org.thingward.console.."))
        .should()
        .dependOnClassesThat(
            describe(
                "are in the console or the app", c -> Set.of("console", "app").contains(room(c))))
        .check(OURS);
    for (String room : rooms()) {
      noClasses()
          .that()
          .resideInAPackage("org.thingward." + room + "..")
          .should()
          .dependOnClassesThat(describe("are in another room", c -> isOtherRoom(room, c)))
          .allowEmptyShould(true)
          .check(OURS);
    }
  }

  @Test
  void rule_2_a_room_is_one_flat_package_with_a_front_door() {
    for (String room : rooms()) {
      assertThat(
              OURS.that(resideInAnyPackage("org.thingward." + room + "..")).stream()
                  .map(JavaClass::getPackageName)
                  .distinct())
          .as(room)
          .containsExactly("org.thingward." + room);
      assertThat(HOME.resolve("server/src/main/java/org/thingward/" + room + "/package-info.java"))
          .exists();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"device", "drill", "cli"})
  void rule_3_what_talks_to_the_server_over_the_network_has_none_of_its_classes(String module)
      throws Exception {
    assertThat(artifacts(HOME.resolve(module).resolve("pom.xml"))).doesNotContain("server");
    Path compiled = HOME.resolve(module).resolve("target/classes");
    if (!Files.isDirectory(compiled)) {
      return; // Not built in this run; the pom already keeps the server off its class path.
    }
    noClasses()
        .should()
        .dependOnClassesThat(describe("are the server's", c -> !room(c).isEmpty()))
        .allowEmptyShould(true)
        .check(new ClassFileImporter().importPath(compiled));
  }

  @Test
  void rule_4_spring_mvc_security_and_boot_are_in_console_and_app_only() {
    noClasses()
        .that(resideOutsideOfPackages("org.thingward.console..", "org.thingward.app.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.springframework.web..",
                "org.springframework.security..",
                "org.springframework.boot..",
                "org.springframework.context..",
                "jakarta.servlet.."))
        .check(OURS);
  }

  @Test
  void rule_4_jdbc_and_transactions_are_in_platform_and_stores_only() {
    noClasses()
        .that(resideOutsideOfPackages("org.thingward.platform.."))
        .and(describe("are no stores", c -> !isStore(c)))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.springframework.jdbc..", "org.springframework.transaction..", "java.sql.."))
        .check(OURS);
  }

  @Test
  void rule_4_sql_is_in_stores_only() throws Exception {
    Pattern sql =
        Pattern.compile("\\b(SELECT\\s.+\\sFROM|INSERT INTO|UPDATE\\s\\S+\\sSET|DELETE FROM)\\b");
    Set<String> elsewhere = new TreeSet<>();
    try (Stream<Path> files = Files.walk(HOME.resolve("server/src/main/java"))) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
        String name = file.getFileName().toString();
        boolean allowed = name.endsWith("Store.java") || file.toString().contains("/platform/");
        if (!allowed && sql.matcher(Files.readString(file).replaceAll("\\s+", " ")).find()) {
          elsewhere.add(name);
        }
      }
    }
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void rule_4_netty_is_in_gateway_and_platform_only() {
    noClasses()
        .that(resideOutsideOfPackages("org.thingward.gateway..", "org.thingward.platform.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.netty..", "reactor.."))
        .check(OURS);
  }

  @Test
  void rule_5_packages_have_no_cycles() {
    slices().matching("org.thingward.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void rule_5_only_platform_looks_at_the_wall_clock_and_makes_randomness() {
    noClasses()
        .that(resideOutsideOfPackages("org.thingward.platform.."))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .callConstructor(SecureRandom.class)
        .orShould()
        .callConstructor(java.util.Date.class)
        .check(OURS);
  }

  @Test
  void rule_6_trust_never_speaks_of_the_ledgers_writer() {
    noClasses()
        .that()
        .resideInAnyPackage("org.thingward.trust..", "org.thingward.verify..")
        .should()
        .dependOnClassesThat(describe("are the server's", c -> !room(c).isEmpty()))
        .check(OURS);
  }

  private static boolean isOtherRoom(String room, JavaClass target) {
    String other = room(target);
    return switch (room) {
      case "app" -> false;
      case "platform" -> !other.isEmpty() && !other.equals(room);
      case "ledger" -> !other.isEmpty() && !Set.of("ledger", "platform").contains(other);
      default -> !other.isEmpty() && !other.equals(room) && !FOR_EVERYONE.contains(other);
    };
  }

  /** The room of a class of the server; empty for any other class. */
  private static String room(JavaClass c) {
    String name = c.getPackageName();
    if (!name.startsWith("org.thingward.")) {
      return "";
    }
    String room = name.substring("org.thingward.".length()).replaceAll("\\..*", "");
    boolean ofServer =
        !NOT_ROOMS.contains(room)
            && Files.isDirectory(HOME.resolve("server/src/main/java/org/thingward").resolve(room));
    return ofServer ? room : "";
  }

  private static boolean isStore(JavaClass c) {
    return c.getName().replaceAll("\\$.*", "").endsWith("Store");
  }

  private static List<String> rooms() {
    return OURS.stream().map(HouseRulesTest::room).filter(r -> !r.isEmpty()).distinct().toList();
  }

  private static Set<String> artifacts(Path pom) throws Exception {
    Set<String> artifacts = new TreeSet<>();
    Matcher matcher =
        Pattern.compile("<dependency>.*?<artifactId>([^<]+)</artifactId>", Pattern.DOTALL)
            .matcher(Files.readString(pom));
    while (matcher.find()) {
      artifacts.add(matcher.group(1));
    }
    return artifacts;
  }
}
