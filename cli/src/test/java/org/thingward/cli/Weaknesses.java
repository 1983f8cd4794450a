package org.thingward.cli;

import static org.thingward.cli.Weakness.seen;

import java.util.List;
import org.thingward.drill.Attack.Layer;

/** Every drill behind whose first layer there is a second. The others stand in docs/drills.md. */
final class Weaknesses {
  private static final Cut SILENCE =
      Cut.inServer(
          "gateway/FromBroker.java",
          "session.parts().silenced().covers(publish.topic())",
          "session.parts().silenced() == null");
  private static final Cut DOUBT =
      Cut.inServer(
          "posture/Reload.java",
          "named.values().forEach(subject -> doubts.put(subject, now));",
          "");

  static final List<Weakness> ALL =
      List.of(
          Weakness.of(
              "no-certificate",
              seen(Layer.TLS, "no session of MQTT"),
              seen(Layer.GATEWAY, "CONNACK"),
              Cut.inServer(
                  "gateway/Gateway.java",
                  "tls.context(ClientAuth.REQUIRE)",
                  "tls.context(ClientAuth.OPTIONAL)")),
          Weakness.of(
              "foreign-authority",
              seen(Layer.TLS, "ended the handshake"),
              seen(Layer.GATEWAY, "CONNACK"),
              Cut.inServer(
                  "platform/ClientTrust.java",
                  "VerifiedChain unused = verified.verify(List.of(chain), authorities.get(), time.now());",
                  "if (chain.length == 0) { throw new CertificateExpiredException(); }")),
          Weakness.alike(
              "malformed-input",
              seen(Layer.LISTENER, "nonsense ends the connection"),
              Cut.inServer("gateway/PacketCutter.java", "if (size > limit) {", "if (limit < 0) {"),
              Cut.inServer(
                  "gateway/Entrance.java",
                  "long millis = parts.limits().connectWithin().toMillis();",
                  "long millis = 600_000;")),
          Weakness.of(
              "stolen-token",
              seen(Layer.EST, "under another name"),
              seen(Layer.IDENTITY, "the name comes from the token"),
              Cut.inServer(
                  "identity/Tokens.java",
                  "user.filter(name -> !name.equals(token.subject().name()))",
                  "user.filter(String::isEmpty)")),
          Weakness.of(
              "another-client-id",
              seen(Layer.GATEWAY, "the neighbour's client id"),
              seen(Layer.POLICY, "gives none of its rights"),
              Cut.inServer(
                  "gateway/Entrance.java",
                  "return connect.clientId().isEmpty() ? connect.isVersion5() :"
                      + " connect.clientId().equals(name);",
                  "return true;")),
          Weakness.of(
              "foreign-subscription",
              seen(Layer.POLICY, "SUBACK"),
              seen(Layer.GATEWAY, "nothing of a neighbour arrived"),
              Cut.inServer(
                  "gateway/Gatekeeper.java",
                  "!entry.reserved() && rights.maySubscribe(filter)",
                  "filter != null")),
          Weakness.of(
              "topic-alias",
              seen(Layer.GATEWAY, "never set"),
              seen(Layer.POLICY, "PUBACK"),
              Cut.inServer(
                  "gateway/TopicAliases.java",
                  "throw MalformedPacket.protocolError(\"a topic alias that was never set\");",
                  "return publish.topic();")),
          Weakness.alike(
              "will-after-revocation",
              seen(Layer.GATEWAY, "the will was not heard"),
              Cut.inServer(
                  "gateway/Ending.java",
                  "return new Ending(GrantEnd.Cause.CUT, ReasonCode.NOT_AUTHORIZED, reason,"
                      + " Farewell.WITHOUT_WILL);",
                  "return new Ending(GrantEnd.Cause.CUT, ReasonCode.NOT_AUTHORIZED, reason,"
                      + " Farewell.LOST);"),
              SILENCE),
          Weakness.alike(
              "delayed-will",
              seen(Layer.GATEWAY, "the delayed will was not heard"),
              Cut.inServer(
                  "gateway/AbsentWills.java",
                  "if (!stays && away && bySubject.get(will.subject()) == absent) {",
                  "if (stays && !stays) {"),
              Cut.inServer(
                  "gateway/Gateway.java",
                  "if (hasAnotherHolder(change)) {",
                  "if (change == null) {")),
          Weakness.alike(
              "retained-after-revocation",
              seen(Layer.GATEWAY, "what it had retained was not heard"),
              Cut.inServer(
                  "gateway/Gateway.java",
                  "if (!wasSilenced && !silence.named().isEmpty()) {",
                  "if (wasSilenced && !wasSilenced) {"),
              SILENCE),
          Weakness.of(
              "revoked-device-returns",
              seen(Layer.POLICY, "this certificate is not one that may be presented now"),
              seen(Layer.POLICY, "contraindicated may not connect"),
              Cut.inTrust(
                  "Decider.java",
                  "if (!posture.accepts(request.credential())) {",
                  "if (request.credential() == null) {")),
          Weakness.of(
              "evidence-about-another",
              seen(Layer.EVIDENCE, "subject"),
              seen(Layer.POLICY, "the neighbour stands as before"),
              Cut.inServer(
                  "posture/SelfReport.java", "Bodies.only(body, \"kind\", \"claims\");", "")),
          Weakness.alike(
              "trust-by-waiting",
              seen(Layer.POLICY, "contraindicated still"),
              Cut.inServer(
                  "posture/PostureRoutes.java", "Evidence.NO_END,", "time.now().plusMillis(500),"),
              Cut.inTrust("Effects.java", "from, live, latched));", "from, live, live));")),
          new Weakness(
              "row-raised-by-hand",
              seen(Layer.LEDGER, "rewritten into a release the log's order counts"),
              seen(Layer.POLICY, "rewritten into a release it is of tier 0"),
              Cut.inServer(
                  "posture/Reload.java",
                  "if (!log.confirms(EntryType.EVIDENCE, stored.receipt(), stored.canonical())) {",
                  "if (log == null) {"),
              java.util.Optional.of(DOUBT)),
          new Weakness(
              "old-backup",
              seen(Layer.LEDGER, "from before its quarantine the log's order counts"),
              seen(Layer.POLICY, "from before its quarantine it is of tier 0"),
              Cut.inServer(
                  "posture/Reload.java", "missing.rest().forEach(this::putBackEvidence);", ""),
              java.util.Optional.of(DOUBT)));

  private Weaknesses() {}
}
