package org.thingward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the house notices code that breaks it. */
class HouseRulesNoticeTest {
  @TempDir Path folder;

  static Stream<Arguments> wrong() {
    ArchRule rooms = HouseRules.nobodyKnowsARoomThatIsNotForIt();
    ArchRule jdbc = HouseRules.jdbcAndTransactionsAreInPlatformAndStoresOnly();
    ArchRule clock = HouseRules.onlyPlatformLooksAtTheClockAndMakesRandomness();
    ArchRule spring = HouseRules.springIsInConsoleAndAppOnly();
    ArchRule pure = HouseRules.trustDoesNoInputOutputAndStartsNoThreads();
    return Stream.of(
        arguments(HouseRules.trustDependsOnTheJdkAlone(), "trust", "org.slf4j.Logger x;"),
        arguments(pure, "trust", "java.nio.file.Path x;"),
        arguments(pure, "trust", "void x() { new Thread(() -> {}).start(); }"),
        arguments(HouseRules.verifyDependsOnLittle(), "verify.log", "io.netty.buffer.ByteBuf x;"),
        arguments(
            HouseRules.verifyDependsOnLittle(),
            "verify.log",
            "java.sql.Date x; org.slf4j.Logger y;"),
        arguments(rooms, "inventory", "org.thingward.gateway.Gateway x;"),
        arguments(rooms, "console", "org.thingward.identity.Identity x;"),
        arguments(rooms, "posture", "org.thingward.app.ThingwardServer x;"),
        arguments(rooms, "platform", "org.thingward.ledger.Ledger x;"),
        arguments(rooms, "ledger", "org.thingward.posture.Postures x;"),
        arguments(rooms, "verify.policy", "org.thingward.platform.Time x;"),
        arguments(HouseRules.theServerIsFlatRooms(), "inventory.inner", ""),
        arguments(HouseRules.theServerIsFlatRooms(), "utilities", ""),
        arguments(spring, "posture", "org.springframework.boot.SpringApplication x;"),
        arguments(spring, "platform", "org.springframework.web.bind.annotation.RestController x;"),
        arguments(spring, "identity", "jakarta.servlet.http.HttpServletRequest x;"),
        arguments(jdbc, "inventory", "java.sql.Connection x;"),
        arguments(
            jdbc,
            "posture",
            "void x() { try { x(); } catch"
                + " (org.springframework.transaction.TransactionException e) { x(); } }"),
        arguments(
            HouseRules.nettyIsInGatewayAndPlatformOnly(),
            "identity",
            "void x(io.netty.buffer.ByteBuf y) {}"),
        arguments(clock, "gateway", "Object x() { return java.time.Instant.now(); }"),
        arguments(
            clock,
            "verify.log",
            "java.util.function.Supplier<java.time.Instant> x = java.time.Instant::now;"),
        arguments(clock, "trust", "Object x() { return java.time.LocalDate.now(); }"),
        arguments(clock, "posture", "long x = System.nanoTime();"),
        arguments(clock, "identity", "Object x = new java.security.SecureRandom();"),
        arguments(
            clock,
            "ledger",
            "java.util.function.Supplier<Object> x = java.security.SecureRandom::new;"),
        arguments(
            HouseRules.onlyPostureMakesRecordedDecisions(),
            "gateway",
            """
            Object x(org.thingward.trust.Decision d, org.thingward.trust.Receipt r) {
              return new org.thingward.trust.RecordedDecision(d, r);
            }
            """));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void a_rule_notices_code_that_breaks_it(ArchRule rule, String room, String members)
      throws IOException {
    JavaClasses wrong =
        compiled(
            new Source(
                "org.thingward." + room + ".Wrong",
                "package org.thingward." + room + "; class Wrong { " + members + " }"));
    assertThat(rule.evaluate(wrong).hasViolation()).as(members).isTrue();
  }

  @Test
  void cycles_are_noticed() throws IOException {
    JavaClasses wrong =
        compiled(
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
  void a_clock_that_is_handed_in_breaks_no_rule() throws IOException {
    JavaClasses right =
        compiled(
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

  private JavaClasses compiled(Source... sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
    options.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    StringWriter output = new StringWriter();
    boolean done = compiler.getTask(output, null, null, options, null, List.of(sources)).call();
    assertThat(done).as(output.toString()).isTrue();
    return new ClassFileImporter().importPath(folder);
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
