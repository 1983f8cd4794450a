package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.drill.Attack;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each attack is stopped by a second layer when the first one fails: a build without that layer is
 * made from the sources, started and attacked.
 */
class DefenceInDepthTest {
  @TempDir Path folder;

  static List<Weakness> weaknesses() {
    return List.of(
        Weakness.of(
            "no-certificate",
            Attack.Layer.TLS,
            "server/src/main/java/org/thingward/gateway/Gateway.java",
            "tls.context(ClientAuth.REQUIRE)",
            "tls.context(ClientAuth.OPTIONAL)"),
        Weakness.of(
            "another-client-id",
            Attack.Layer.GATEWAY,
            "server/src/main/java/org/thingward/gateway/Entrance.java",
            "return connect.clientId().isEmpty() ? connect.isVersion5() :"
                + " connect.clientId().equals(name);",
            "return true;"),
        Weakness.of(
            "foreign-subscription",
            Attack.Layer.POLICY,
            "server/src/main/java/org/thingward/gateway/Gatekeeper.java",
            "!entry.reserved() && rights.maySubscribe(filter)",
            "filter != null"),
        Weakness.of(
            "evidence-about-another",
            Attack.Layer.EVIDENCE,
            "server/src/main/java/org/thingward/posture/SelfReport.java",
            "Bodies.only(body, \"kind\", \"claims\");",
            ""),
        Weakness.of(
            "revoked-device-returns",
            Attack.Layer.IDENTITY,
            "trust/src/main/java/org/thingward/trust/Decider.java",
            "if (!posture.accepts(request.credential())) {",
            "if (posture == null) {"),
        Weakness.of(
            "will-after-revocation",
            Attack.Layer.GATEWAY,
            "server/src/main/java/org/thingward/gateway/Ending.java",
            "return new Ending(GrantEnd.Cause.CUT, ReasonCode.NOT_AUTHORIZED, reason,"
                + " Farewell.WITHOUT_WILL);",
            "return new Ending(GrantEnd.Cause.CUT, ReasonCode.NOT_AUTHORIZED, reason,"
                + " Farewell.LOST);"),
        Weakness.of(
            "retained-after-revocation",
            Attack.Layer.GATEWAY,
            "server/src/main/java/org/thingward/gateway/Gateway.java",
            "if (!wasSilenced && !silence.named().isEmpty()) {",
            "if (silence == null) {"));
  }

  @ParameterizedTest
  @MethodSource("weaknesses")
  void an_attack_is_stopped_by_another_layer_when_the_first_is_gone(Weakness weakness)
      throws Exception {
    Path weakened = WeakenedBuild.make(weakness, folder.resolve("build"));
    try (RunningServer server = RunningServer.start(weakened, folder.resolve("data"))) {
      CommandLineRun run =
          server.cli(
              "drill",
              weakness.drill(),
              "--json",
              "--sarif",
              folder.resolve("drill.sarif").toString(),
              "--junit",
              folder.resolve("drill.xml").toString());
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(stops(run)).as(run.out()).isNotEmpty();
    }
  }

  private static List<String> stops(CommandLineRun run) {
    JsonNode result = JsonMapper.shared().readTree(run.out()).at("/runs/0/results/0");
    return Stream.of(result.at("/message/text").asString("").split("; ")).toList();
  }
}
