package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the house notices code that breaks it. */
class HouseRulesNoticeTest {
  @TempDir static Path folder;

  /** Code that breaks a rule: members of a class of a room. */
  private record Sample(ArchRule rule, String room, String members) {
    String name(int number) {
      return "org.thingward." + room + ".Wrong" + number;
    }

    Source source(int number) {
      String text = "package org.thingward.%s; class Wrong%d { %s }";
      return new Source(name(number), text.formatted(room, number, members));
    }
  }

  private static final List<Sample> SAMPLES = samples();

  private static List<Sample> samples() {
    ArchRule rooms = HouseRules.nobodyKnowsARoomThatIsNotForIt();
    ArchRule jdbc = HouseRules.jdbcAndTransactionsAreInPlatformAndStoresOnly();
    ArchRule clock = HouseRules.onlyPlatformLooksAtTheClockAndMakesRandomness();
    ArchRule spring = HouseRules.springIsInConsoleAndAppOnly();
    ArchRule pure = HouseRules.trustDoesNoInputOutputAndStartsNoThreads();
    return List.of(
        new Sample(HouseRules.trustDependsOnTheJdkAlone(), "trust", "org.slf4j.Logger x;"),
        new Sample(pure, "trust", "java.nio.file.Path x;"),
        new Sample(pure, "trust", "void x() { new Thread(() -> {}).start(); }"),
        new Sample(HouseRules.verifyDependsOnLittle(), "verify.log", "io.netty.buffer.ByteBuf x;"),
        new Sample(
            HouseRules.verifyDependsOnLittle(),
            "verify.log",
            "java.sql.Date x; org.slf4j.Logger y;"),
        new Sample(rooms, "inventory", "org.thingward.gateway.Gateway x;"),
        new Sample(rooms, "console", "org.thingward.identity.Identity x;"),
        new Sample(rooms, "posture", "org.thingward.app.ThingwardServer x;"),
        new Sample(rooms, "platform", "org.thingward.ledger.Ledger x;"),
        new Sample(rooms, "ledger", "org.thingward.posture.Postures x;"),
        new Sample(rooms, "verify.policy", "org.thingward.platform.Time x;"),
        new Sample(HouseRules.theServerIsFlatRooms(), "inventory.inner", ""),
        new Sample(HouseRules.theServerIsFlatRooms(), "utilities", ""),
        new Sample(spring, "posture", "org.springframework.boot.SpringApplication x;"),
        new Sample(spring, "platform", "org.springframework.web.bind.annotation.RestController x;"),
        new Sample(spring, "identity", "jakarta.servlet.http.HttpServletRequest x;"),
        new Sample(jdbc, "inventory", "java.sql.Connection x;"),
        new Sample(
            jdbc,
            "posture",
            "void x() { try { x(); } catch"
                + " (org.springframework.transaction.TransactionException e) { x(); } }"),
        new Sample(
            HouseRules.nettyIsInGatewayAndPlatformOnly(),
            "identity",
            "void x(io.netty.buffer.ByteBuf y) {}"),
        new Sample(clock, "gateway", "Object x() { return java.time.Instant.now(); }"),
        new Sample(
            clock,
            "verify.log",
            "java.util.function.Supplier<java.time.Instant> x = java.time.Instant::now;"),
        new Sample(clock, "trust", "Object x() { return java.time.LocalDate.now(); }"),
        new Sample(clock, "posture", "long x = System.nanoTime();"),
        new Sample(clock, "identity", "Object x = new java.security.SecureRandom();"),
        new Sample(
            clock,
            "ledger",
            "java.util.function.Supplier<Object> x = java.security.SecureRandom::new;"),
        new Sample(
            HouseRules.onlyPostureMakesRecordedDecisions(),
            "gateway",
            """
            Object x(org.thingward.trust.Decision d, org.thingward.trust.Receipt r) {
              return new org.thingward.trust.RecordedDecision(d, r);
            }
            """));
  }

  static IntStream numbers() {
    return IntStream.range(0, SAMPLES.size());
  }

  /** All at once: the compiler starts once. */
  @BeforeAll
  static void compileTheSamples() {
    compile(folder, numbers().mapToObj(i -> SAMPLES.get(i).source(i)).toList());
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void a_rule_notices_code_that_breaks_it(int number) {
    Sample sample = SAMPLES.get(number);
    Path file = folder.resolve(sample.name(number).replace('.', '/') + ".class");
    JavaClasses wrong = new ClassFileImporter().importPath(file);
    assertThat(wrong).hasSize(1);
    assertThat(sample.rule().evaluate(wrong).hasViolation()).as(sample.members()).isTrue();
  }

  @Test
  void cycles_are_noticed(@TempDir Path place) {
    JavaClasses wrong =
        compiled(
            place,
            new Source(
                "org.thingward.a.A",
                "package org.thingward.a; public class A { org.thingward.b.B b; }"),
            new Source(
                "org.thingward.b.B",
                "package org.thingward.b; public class B { org.thingward.a.A a; }"));
    assertThat(HouseRules.packagesHaveNoCycles().evaluate(wrong).hasViolation()).isTrue();
  }

  @Test
  void stray_sql_is_noticed() {
    String source = "String x = \"SELECT a\"\n + \" FROM b\";";
    assertThat(HouseRules.holdsStraySql(Path.of("posture/Postures.java"), source)).isTrue();
    assertThat(HouseRules.holdsStraySql(Path.of("posture/PostureStore.java"), source)).isFalse();
  }

  @Test
  void a_clock_that_is_handed_in_breaks_no_rule(@TempDir Path place) {
    JavaClasses right =
        compiled(
            place,
            new Source(
                "org.thingward.posture.Right",
                """
                package org.thingward.posture;
                class Right {
                  Object x(java.time.Clock c) { return java.time.Instant.now(c); }
                  Object y(org.thingward.platform.Time t) { return t.now(); }
                }
                """));
    assertThat(
            HouseRules.onlyPlatformLooksAtTheClockAndMakesRandomness()
                .evaluate(right)
                .hasViolation())
        .isFalse();
  }

  private static JavaClasses compiled(Path place, Source... sources) {
    compile(place, List.of(sources));
    return new ClassFileImporter().importPath(place);
  }

  private static void compile(Path place, List<Source> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = new ArrayList<>(List.of("-proc:none", "-d", place.toString()));
    options.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    StringWriter output = new StringWriter();
    boolean done = compiler.getTask(output, null, null, options, null, sources).call();
    assertThat(done).as(output.toString()).isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
