package org.thingward;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.regex.Pattern;
import org.thingward.trust.RecordedDecision;

/** The six rules of the house, as DESIGN.md §3 states them, to be asked of any classes. */
final class HouseRules {
  private static final Path ROOMS = Path.of("src/main/java/org/thingward").toAbsolutePath();
  private static final Set<String> FOR_EVERYONE = Set.of("platform", "ledger");
  private static final Set<String> CLOCKS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.time.InstantSource.system",
          "java.util.Calendar.getInstance",
          "java.util.Date.<init>");
  private static final Set<String> RANDOMNESS =
      Set.of(
          "java.lang.Math.random",
          "java.security.SecureRandom.<init>",
          "java.security.SecureRandom.getInstance",
          "java.security.SecureRandom.getInstanceStrong",
          "java.util.Random.<init>",
          "java.util.SplittableRandom.<init>",
          "java.util.UUID.randomUUID",
          "java.util.concurrent.ThreadLocalRandom.current");
  private static final Pattern SQL =
      Pattern.compile("\\b(SELECT\\s.+\\sFROM|INSERT INTO|UPDATE\\s\\S+\\sSET|DELETE FROM)\\b");

  private HouseRules() {}

  static ArchRule trustDependsOnTheJdkAlone() {
    return classes()
        .that()
        .resideInAPackage("org.thingward.trust..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("org.thingward.trust..", "java.."));
  }

  static ArchRule trustDoesNoInputOutputAndStartsNoThreads() {
    return noClasses()
        .that()
        .resideInAPackage("org.thingward.trust..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.sql.."))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class);
  }

  static ArchRule verifyDependsOnLittle() {
    return classes()
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
                "org.jspecify.."));
  }

  static ArchRule nobodyKnowsARoomThatIsNotForIt() {
    return classes().should(new KnowOnlyRoomsForThem());
  }

  static ArchRule theServerIsFlatRooms() {
    return classes()
        .that()
        .resideOutsideOfPackages("org.thingward.trust..", "org.thingward.verify..")
        .should()
        .resideInAnyPackage(
            rooms().stream().map(room -> "org.thingward." + room).toArray(String[]::new));
  }

  static ArchRule springIsInConsoleAndAppOnly() {
    return noClasses()
        .that(resideOutsideOfPackages("org.thingward.console..", "org.thingward.app.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.springframework..", "jakarta..")
                .and(
                    resideOutsideOfPackages(
                        "org.springframework.jdbc..",
                        "org.springframework.transaction..",
                        "org.springframework.dao..")));
  }

  static ArchRule jdbcAndTransactionsAreInPlatformAndStoresOnly() {
    return noClasses()
        .that(resideOutsideOfPackages("org.thingward.platform.."))
        .and(describe("are no stores", c -> !isStore(c.getName().replaceAll("\\$.*", ""))))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.springframework.jdbc..",
                "org.springframework.transaction..",
                "org.postgresql..",
                "org.flywaydb..",
                "com.zaxxer..",
                "java.sql..",
                "javax.sql.."));
  }

  /** Whether a source file breaks the rule that SQL is in stores only. */
  static boolean holdsStraySql(Path file, String source) {
    String name = file.getFileName().toString().replace(".java", "");
    return !isStore(name)
        && !file.getParent().endsWith("platform")
        && SQL.matcher(source.replaceAll("\\s+", " ")).find();
  }

  static ArchRule nettyIsInGatewayAndPlatformOnly() {
    return noClasses()
        .that(resideOutsideOfPackages("org.thingward.gateway..", "org.thingward.platform.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.netty..", "reactor.."));
  }

  static ArchRule packagesHaveNoCycles() {
    return slices().matching("org.thingward.(**)").should().beFreeOfCycles();
  }

  static ArchRule onlyPlatformLooksAtTheClockAndMakesRandomness() {
    return noClasses()
        .that(resideOutsideOfPackages("org.thingward.platform.."))
        .should()
        .accessTargetWhere(
            describe("it is a clock or makes randomness", HouseRules::isClockOrRandomness));
  }

  static ArchRule onlyPostureMakesRecordedDecisions() {
    return noClasses()
        .that(resideOutsideOfPackages("org.thingward.posture.."))
        .should()
        .accessTargetWhere(
            describe(
                "it makes a recorded decision",
                access -> {
                  boolean itself =
                      access
                          .getOriginOwner()
                          .getFullName()
                          .equals(RecordedDecision.class.getName());
                  return !itself
                      && name(access).equals(RecordedDecision.class.getName() + ".<init>");
                }));
  }

  /** The rooms of the server, by their sources. */
  static Set<String> rooms() {
    String[] names = ROOMS.toFile().list((folder, name) -> Files.isDirectory(ROOMS.resolve(name)));
    if (names == null || names.length == 0) {
      throw new IllegalStateException("no rooms in " + ROOMS);
    }
    return Set.of(names);
  }

  /** The room of a class of the server; empty for any other class. */
  private static String room(JavaClass c) {
    String name = c.getPackageName();
    if (!name.startsWith("org.thingward.")) {
      return "";
    }
    String room = name.substring("org.thingward.".length()).replaceAll("\\..*", "");
    return rooms().contains(room) ? room : "";
  }

  private static boolean mayKnow(String room, String other) {
    return switch (room) {
      case "app" -> true;
      case "", "platform" -> other.equals(room);
      case "ledger" -> FOR_EVERYONE.contains(other);
      default -> other.equals(room) || FOR_EVERYONE.contains(other);
    };
  }

  private static boolean isStore(String className) {
    return className.endsWith("Store");
  }

  // Calls and method references alike.
  private static boolean isClockOrRandomness(JavaAccess<?> access) {
    String target = name(access);
    boolean now =
        target.matches("java\\.time\\..*\\.now")
            && access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget code
            && code.getRawParameterTypes().stream().noneMatch(p -> p.isEquivalentTo(Clock.class));
    return now
        || target.startsWith("java.time.Clock.system")
        || CLOCKS.contains(target)
        || RANDOMNESS.contains(target);
  }

  private static String name(JavaAccess<?> access) {
    return access.getTargetOwner().getFullName() + "." + access.getTarget().getName();
  }

  private static final class KnowOnlyRoomsForThem extends ArchCondition<JavaClass> {
    KnowOnlyRoomsForThem() {
      super("know only the rooms that are for them");
    }

    @Override
    public void check(JavaClass item, ConditionEvents events) {
      for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
        String other = room(dependency.getTargetClass());
        if (!other.isEmpty() && !mayKnow(room(item), other)) {
          events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
        }
      }
    }
  }
}
