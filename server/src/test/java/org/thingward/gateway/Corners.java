package org.thingward.gateway;

import java.util.List;
import java.util.stream.Stream;

/** Every corner that rules G1 to G10 settle and that can be seen on the wire. */
final class Corners {
  private static final List<String> NONE = List.of();
  private static final List<String> PASSES = List.of("nothing", "PUBACK", "PUBREC, PUBCOMP");
  private static final List<String> DROPPED_311 = PASSES;
  private static final List<String> REFUSED_5 = List.of("nothing", "PUBACK 87", "PUBREC 87");
  private static final String CUT_311 = "closed";
  private static final String CUT_5 = "DISCONNECT 87, closed";

  private Corners() {}

  static List<Corner> all() {
    return Stream.of(entering(), publishing(), subscribing(), receiving(), wills(), ending())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Corner> entering() {
    return List.of(
        Corner.of("G1", "a trusted device connects", Scene::connect, "nothing", "nothing"),
        Corner.of(
            "G1",
            "a distrusted device connects",
            scene -> scene.falls().connect().deviceHears(),
            "CONNACK 05, closed",
            "CONNACK 87, closed"),
        Corner.of(
            "G1",
            "a client id that is another's",
            scene -> first(scene, RawClient.connect(scene.level, 2, 60, "somebody", "", "")),
            "CONNACK 02, closed",
            "CONNACK 85, closed"),
        Corner.of(
            "G1",
            "an empty client id",
            scene -> {
              scene.open("device").send(RawClient.connect(scene.level, 2, 60, "", "", ""));
              byte[] connack = scene.device().nextBytes();
              boolean named =
                  new String(connack, java.nio.charset.StandardCharsets.ISO_8859_1)
                      .contains(scene.name);
              scene.note(
                  connack[3] != 0 ? "CONNACK %02x".formatted(connack[3]) : named ? "named" : "?");
            },
            "CONNACK 02",
            "named"),
        Corner.of(
            "G1",
            "the bridge bit (level 84)",
            scene -> first(scene, RawClient.connect(0x84, 2, 60, scene.name, "", "")),
            "CONNACK 01, closed",
            ""),
        Corner.of(
            "G1",
            "another level (3 and 6)",
            scene ->
                first(
                    scene, RawClient.connect(scene.level == 4 ? 3 : 6, 2, 60, scene.name, "", "")),
            "CONNACK 01, closed",
            "CONNACK 84, closed"),
        Corner.of(
            "G1",
            "something else before CONNECT",
            scene -> first(scene, new byte[] {(byte) 0xc0, 0}),
            "closed",
            "closed"),
        Corner.of(
            "G1",
            "a second CONNECT",
            scene ->
                scene
                    .connect()
                    .deviceSays(RawClient.connect(scene.level, 2, 60, scene.name, "", "")),
            "closed",
            "DISCONNECT 82, closed"),
        Corner.of(
            "G1",
            "an authentication method in CONNECT",
            scene ->
                first(
                    scene,
                    RawClient.connect(5, 2, 60, scene.name, "15" + RawClient.text("SCRAM"), "")),
            "",
            "CONNACK 8c, closed"),
        Corner.of(
            "G1",
            "an AUTH packet",
            scene -> scene.connect().deviceSays(new byte[] {(byte) 0xf0, 0}),
            "closed",
            "DISCONNECT 82, closed"),
        Corner.of(
            "G2",
            "a user name and a password",
            scene -> scene.connect(0xC2, "", RawClient.text("admin") + RawClient.text("guess")),
            "nothing",
            "nothing"));
  }

  /** A connection that begins with this packet. */
  private static void first(Scene scene, byte[] packet) {
    scene.open("device").trySend(packet);
    scene.deviceHears();
  }

  private static List<Corner> publishing() {
    return List.of(
        Corner.byQos(
            "G2",
            "a message with a right to its topic; an ear hears it",
            scene ->
                scene
                    .ear()
                    .connect()
                    .publish("t/" + scene.name + "/x", "", "x")
                    .earHearsUntil("t/" + scene.name + "/x"),
            PASSES,
            PASSES),
        Corner.byQos(
            "G2",
            "a topic alias, set and used; the ear hears the topic twice",
            scene ->
                scene
                    .ear()
                    .connect()
                    .publish("t/" + scene.name + "/x", "230001", "x")
                    .earHearsUntil("t/" + scene.name + "/x")
                    .publish("", "230001", "x")
                    .earHearsUntil("t/" + scene.name + "/x"),
            NONE,
            List.of("nothing", "PUBACK, PUBACK", "PUBREC, PUBCOMP, PUBREC, PUBCOMP")),
        Corner.byQos(
            "G2",
            "a topic alias that was never set",
            scene -> scene.connect().publish("", "230002", "x"),
            NONE,
            same("DISCONNECT 82, closed")),
        Corner.byQos(
            "G4",
            "a message without a right to its topic; the ear hears only what comes after",
            scene -> scene.ear().connect().publish("t/another/x", "", "x").earHears(),
            DROPPED_311,
            REFUSED_5),
        Corner.byQos(
            "G4",
            "a message to a topic of the broker's ($SYS)",
            scene -> scene.connect().publish("$SYS/x", "", "x"),
            DROPPED_311,
            REFUSED_5),
        Corner.byQos(
            "G4",
            "a response topic that its sender may not receive",
            scene ->
                scene
                    .connect()
                    .publish("t/" + scene.name + "/x", "08" + RawClient.text("c/another"), "x"),
            NONE,
            REFUSED_5),
        Corner.byQos(
            "G4",
            "a Subscription Identifier in a client's PUBLISH",
            scene -> scene.connect().publish("t/" + scene.name + "/x", "0b01", "x"),
            NONE,
            same("DISCONNECT 82, closed")),
        Corner.byQos(
            "G4",
            "a wildcard in a topic",
            scene -> scene.connect().publish("t/" + scene.name + "/#", "", "x"),
            same("closed"),
            same("DISCONNECT 90, closed")));
  }

  private static List<Corner> subscribing() {
    return List.of(
        Corner.byQos(
            "G3",
            "filters with and without a right, in one SUBSCRIBE",
            scene -> scene.connect().subscribe("t/#", "c/" + scene.name + "/#", "c/+/x", "$SYS/#"),
            List.of("SUBACK 80 00 80 80", "SUBACK 80 01 80 80", "SUBACK 80 02 80 80"),
            List.of("SUBACK 87 00 87 87", "SUBACK 87 01 87 87", "SUBACK 87 02 87 87")),
        Corner.byQos(
            "G3",
            "filters without a right only: nothing goes upstream",
            scene -> scene.connect().subscribe("t/#", "#"),
            List.of("SUBACK 80 80", "SUBACK 80 80", "SUBACK 80 80"),
            List.of("SUBACK 87 87", "SUBACK 87 87", "SUBACK 87 87")),
        Corner.byQos(
            "G3",
            "a shared filter, with a right to what it matches and without",
            scene ->
                scene
                    .connect()
                    .subscribe("$share/g/c/" + scene.name + "/#", "$share/g/t/#", "$share//x"),
            NONE,
            List.of("SUBACK 00 87 8f", "SUBACK 01 87 8f", "")));
  }

  private static List<Corner> receiving() {
    return List.of(
        Corner.byQos(
            "G5",
            "the right to a delivery fell after SUBSCRIBE; the next one is heard",
            scene -> {
              scene.connect().subscribed("c/" + scene.name + "/#");
              scene.mayReceive("c/" + scene.name + "/ok");
              scene.othersPublish("c/" + scene.name + "/secret");
              scene.othersPublish("c/" + scene.name + "/ok");
              scene.deviceHearsUntil("c/" + scene.name + "/ok");
            },
            List.of("nothing", "nothing", "nothing"),
            List.of("nothing", "nothing", "nothing")),
        Corner.byQos(
            "G5",
            "it fell while the message waited in the device's session",
            scene -> {
              String properties = scene.level == 5 ? "1100000e10" : "";
              scene.connect(0, properties, "").subscribed("c/" + scene.name + "/#");
              scene.mayReceive("c/" + scene.name + "/ok");
              scene.deviceSays(new byte[] {(byte) 0xe0, 0});
              scene.othersPublish("c/" + scene.name + "/secret");
              scene.othersPublish("c/" + scene.name + "/ok");
              scene.connect(0, properties, "").deviceHearsUntil("c/" + scene.name + "/ok");
            },
            List.of("", "closed", "closed"),
            List.of("", "closed", "closed")),
        Corner.byQos(
            "G5",
            "it fell under a shared subscription",
            scene -> {
              scene.connect().subscribed("$share/g/c/" + scene.name + "/#");
              scene.mayReceive("c/" + scene.name + "/ok");
              scene.othersPublish("c/" + scene.name + "/secret");
              scene.othersPublish("c/" + scene.name + "/ok");
              scene.deviceHearsUntil("c/" + scene.name + "/ok");
              if (scene.qos > 0) {
                scene.deviceHearsEnd();
              }
            },
            NONE,
            List.of("nothing", CUT_5, CUT_5)),
        new Corner(
            "G7",
            "messages that name a contraindicated device, and one that does not",
            true,
            scene -> {
              String bad = "bad-" + scene.name;
              scene.house.device(bad);
              scene.connect();
              scene.rights(List.of(), List.of("t/#"));
              scene.subscribed("t/" + bad + "/#", "t/ok-" + scene.name);
              scene.house.trust.distrust(org.thingward.trust.Subject.device(bad));
              scene.othersPublish("t/" + bad + "/x");
              scene.othersPublish("t/ok-" + scene.name);
              scene.deviceHearsUntil("t/ok-" + scene.name);
            },
            List.of("nothing", "nothing", "nothing"),
            List.of("nothing", "nothing", "nothing")));
  }

  private static String will(Scene scene, String topic) {
    return RawClient.will(scene.level, topic, "gone");
  }

  private static int willFlags(Scene scene) {
    return 0x06 | scene.qos << 3;
  }

  private static Scene withWill(Scene scene) {
    return scene.ear().connect(willFlags(scene), "", will(scene, "t/" + scene.name + "/will"));
  }

  private static List<Corner> wills() {
    return List.of(
        Corner.byQos(
            "G6",
            "a device with a will is lost; the ear hears the will",
            scene -> {
              withWill(scene).device().close();
              scene.earHearsUntil("t/" + scene.name + "/will");
            },
            List.of("nothing", "nothing", "nothing"),
            List.of("nothing", "nothing", "nothing")),
        Corner.byQos(
            "G6",
            "a will without a right to its topic",
            scene -> scene.connect(willFlags(scene), "", will(scene, "t/another")).deviceHears(),
            same("CONNACK 05, closed"),
            same("CONNACK 87, closed")),
        Corner.byQos(
            "G6",
            "a device with a will is cut; the ear hears no will",
            scene -> withWill(scene).falls().deviceHearsEnd().earHears(),
            same(CUT_311),
            same(CUT_5)),
        Corner.byQos(
            "G6",
            "the right to the will's topic falls; the ear hears no will",
            scene -> {
              withWill(scene);
              scene.house.trust.trust(scene.subject(), List.of("t/other"), List.of());
              scene.deviceHearsEnd().earHears();
            },
            same(CUT_311),
            same(CUT_5)),
        Corner.byQos(
            "G6",
            "a device with a will says DISCONNECT; the ear hears no will",
            scene -> withWill(scene).deviceSays(new byte[] {(byte) 0xe0, 0}).earHears(),
            same("closed"),
            same("closed")));
  }

  private static List<String> same(String text) {
    return List.of(text, text, text);
  }

  private static List<Corner> ending() {
    return List.of(
        Corner.of(
            "G8",
            "the same certificate connects again; then the first connection speaks",
            scene -> {
              scene.connect();
              RawClient first = scene.device();
              scene.connect().isTakenOver().deviceHears();
              first.send("c000");
              byte[] last = first.nextBytes();
              scene.note(last.length == 0 ? "first: closed" : "first: hears something");
              scene.note("second:").deviceHearsEnd();
              first.close();
            },
            "first: closed, second:, closed",
            "first: closed, second:, DISCONNECT 87, closed"),
        Corner.of(
            "G8",
            "it connects with a renewed certificate; what is heard on the former connection",
            scene -> scene.connect().renews().connect().deviceHears().formerHearsEnd(),
            "closed",
            "DISCONNECT 8e, closed"),
        Corner.byQos(
            "G8",
            "it takes over its session; what was subscribed to is heard on the new connection",
            scene -> {
              String properties = scene.level == 5 ? "1100000e10" : "";
              scene.connect(0, properties, "").subscribed("c/" + scene.name + "/#");
              scene.renews().connect(0, properties, "");
              scene.othersPublish("c/" + scene.name + "/x");
              scene.deviceHearsUntil("c/" + scene.name + "/x");
            },
            same("nothing"),
            same("nothing")),
        Corner.of(
            "G9",
            "a session expiry beyond the cap",
            scene -> {
              scene.open("device");
              scene.device().send(RawClient.connect(5, 2, 60, scene.name, "11ffffffff", ""));
              String connack = scene.device().next();
              scene.note(connack.contains("1100093a80") ? "CONNACK says 604800 s" : connack);
            },
            "",
            "CONNACK says 604800 s"),
        Corner.byQos(
            "G9",
            "the device passed to another owner while a message waited in its session",
            scene -> {
              String properties = scene.level == 5 ? "1100000e10" : "";
              scene.connect(0, properties, "").subscribed("c/" + scene.name + "/#");
              scene.deviceSays(new byte[] {(byte) 0xe0, 0});
              scene.othersPublish("c/" + scene.name + "/secret");
              scene.house.gateway.ownerChanged(scene.subject());
              scene.connect(0, properties, "").subscribed("c/" + scene.name + "/ok");
              scene.othersPublish("c/" + scene.name + "/ok");
              scene.deviceHearsUntil("c/" + scene.name + "/ok");
            },
            List.of("", "closed", "closed"),
            List.of("", "closed", "closed")),
        Corner.of(
            "G10",
            "a connected device falls out of trust",
            scene -> scene.connect().falls().deviceHearsEnd(),
            CUT_311,
            CUT_5),
        Corner.of(
            "G10",
            "its grant is replaced by an equal one",
            scene -> scene.connect().mayReceive("c/" + scene.name + "/#").deviceHears(),
            "nothing",
            "nothing"));
  }
}
