package org.thingward.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/**
 * One corner played once: a device under a rule, others around it, and what was seen, in order and
 * in words. Everything that waits, waits for a packet and never for time.
 */
final class Scene implements AutoCloseable {
  private static final String[] TYPES = {
    "",
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH"
  };

  final int level;
  final int qos;
  final House house;

  /** The device's name. It may publish to {@code t/NAME/#} and receive {@code c/NAME/#}. */
  final String name;

  private TestPki.Holder holder;
  private final Map<String, RawClient> clients = new HashMap<>();
  private final List<String> seen = new ArrayList<>();
  private int packetId = 10;

  Scene(House house, String name, int level, int qos) {
    this.house = house;
    this.name = name;
    this.level = level;
    this.qos = qos;
    this.holder = house.device(name);
  }

  /** What was seen, or "nothing". */
  String seen() {
    return seen.isEmpty() ? "nothing" : String.join(", ", seen);
  }

  Subject subject() {
    return Subject.device(name);
  }

  /** Notes something that is no packet. */
  Scene note(String what) {
    seen.add(what);
    return this;
  }

  /** A new connection of the device, under this name in the scene; no MQTT yet. */
  RawClient open(String as) {
    RawClient client = house.raw(holder);
    clients.put(as, client);
    return client;
  }

  /** The device connects with these CONNECT flags, and notes the answer unless it is accepted. */
  Scene connect(int flags, String properties, String rest) {
    open("device").send(RawClient.connect(level, flags, 60, name, properties, rest));
    byte[] connack = device().nextBytes();
    if (connack.length < 4 || code(connack) != 0) {
      see(connack);
    }
    return this;
  }

  /** The device connects anew, without a will. */
  Scene connect() {
    return connect(2, "", "");
  }

  RawClient device() {
    return clients.get("device");
  }

  /** Sends from the device and notes all it gets until its connection closes or a ping returns. */
  Scene deviceSays(byte[] packet) {
    device().trySend(packet);
    return deviceHears();
  }

  /** Notes all that the device gets until its connection closes or a ping returns. */
  Scene deviceHears() {
    return hears("device");
  }

  /** The device's certificate is renewed; it keeps its connection, which is now its former one. */
  Scene renews() {
    holder = house.pki.client(subject());
    clients.put("former", device());
    return this;
  }

  /** Waits until another connection of the device has its session. */
  Scene isTakenOver() {
    return awaitEnd(GrantEnd.Cause.TAKEN_OVER);
  }

  private Scene awaitEnd(GrantEnd.Cause cause) {
    GrantEnd end;
    do {
      end = house.trust.nextEnd();
    } while (end.cause() != cause || !end.grant().subject().equals(subject()));
    return this;
  }

  /** Notes all that the device gets until its connection closes. */
  Scene deviceHearsEnd() {
    return hearsEnd("device");
  }

  /** Notes all that the device gets on its former connection until that closes. */
  Scene formerHearsEnd() {
    return hearsEnd("former");
  }

  private Scene hearsEnd(String who) {
    byte[] packet;
    do {
      packet = clients.get(who).nextBytes();
      see(packet);
    } while (packet.length > 0);
    return this;
  }

  private Scene hears(String who) {
    RawClient client = clients.get(who);
    client.trySend(new byte[] {(byte) 0xc0, 0});
    byte[] packet;
    do {
      packet = client.nextBytes();
      if (packet.length == 0 || packet[0] != (byte) 0xd0) {
        see(packet);
      }
    } while (packet.length > 0 && packet[0] != (byte) 0xd0);
    return this;
  }

  /** The device publishes at the scene's QoS; notes the hand-shake to its end. */
  Scene publish(String topic, String properties, String text) {
    return publish(device(), topic, properties, text, true);
  }

  private Scene publish(
      RawClient client, String topic, String properties, String text, boolean noting) {
    int id = packetId++;
    client.trySend(RawClient.publish(level, qos, id, topic, level == 5 ? properties : "", text));
    if (qos == 0) {
      return noting ? deviceHears() : this;
    }
    byte[] packet;
    do {
      packet = client.nextBytes();
      if (noting) {
        see(packet);
      }
      if (packet.length > 0 && (packet[0] & 0xF0) == 0x50 && code(packet) < 0x80) {
        client.trySend(new byte[] {0x62, 2, (byte) (id >> 8), (byte) id});
      }
    } while (!endsHandshake(packet));
    return this;
  }

  private boolean endsHandshake(byte[] packet) {
    int type = packet.length == 0 ? 0 : packet[0] & 0xF0;
    return type == 0 || type == 0x40 || type == 0x70 || (type == 0x50 && code(packet) >= 0x80);
  }

  /** The device subscribes at the scene's QoS; notes the SUBACK. */
  Scene subscribe(String... filters) {
    device().send(RawClient.subscribe(level, packetId++, qos, filters));
    see(device().nextBytes());
    return this;
  }

  /** As {@link #subscribe}, with nothing to note. */
  Scene subscribed(String... filters) {
    subscribe(filters);
    seen.removeLast();
    return this;
  }

  /** Somebody who hears everything that devices publish, from now on. */
  Scene ear() {
    RawClient ear =
        house.raw(house.service("ear-" + name, List.of("mark/#"), List.of("t/#", "mark/#")));
    clients.put("ear", ear);
    ear.connect5("ear-" + name).send(RawClient.subscribe(5, 1, 0, "t/" + name + "/#", "mark/#"));
    ear.nextBytes();
    return this;
  }

  /** Notes on which topics the ear heard something, until it hears a mark of its own. */
  Scene earHears() {
    RawClient ear = clients.get("ear");
    ear.send(RawClient.publish(5, 0, 0, "mark/" + name, "", ""));
    return hearsUntil(ear, "mark/" + name);
  }

  /** Notes on which topics the ear hears something, up to this topic of the device's. */
  Scene earHearsUntil(String topic) {
    return hearsUntil(clients.get("ear"), topic);
  }

  /** Notes on which topics the device hears something, up to this one. */
  Scene deviceHearsUntil(String topic) {
    return hearsUntil(device(), topic);
  }

  private Scene hearsUntil(RawClient client, String topic) {
    boolean goesOn;
    do {
      byte[] packet = client.nextBytes();
      boolean message = packet.length > 0 && (packet[0] & 0xF0) == 0x30;
      String heard = message ? topic(packet) : "";
      if (!message && !isRelease(packet)) {
        see(packet);
      } else if (message && !heard.equals(topic)) {
        seen.add("hears " + kind(heard));
      }
      acknowledge(client, packet);
      goesOn = message ? !heard.equals(topic) : isRelease(packet);
    } while (goesOn);
    return this;
  }

  private static boolean isRelease(byte[] packet) {
    return packet.length > 0 && (packet[0] & 0xF0) == 0x60;
  }

  /** A topic in the table's words: without names that change from scene to scene. */
  private String kind(String topic) {
    return topic.replace(name, "device");
  }

  private static void acknowledge(RawClient client, byte[] packet) {
    if (packet.length == 0) {
      return;
    }
    int at = header(packet);
    if ((packet[0] & 0xF0) == 0x30 && (packet[0] >> 1 & 3) > 0) {
      int id = at + 2 + ((packet[at] & 0xFF) << 8 | packet[at + 1] & 0xFF);
      byte type = (byte) ((packet[0] >> 1 & 3) == 1 ? 0x40 : 0x50);
      client.trySend(new byte[] {type, 2, packet[id], packet[id + 1]});
    } else if ((packet[0] & 0xF0) == 0x60) {
      client.trySend(new byte[] {0x70, 2, packet[at], packet[at + 1]});
    }
  }

  /** Somebody else publishes on this topic at the scene's QoS. */
  Scene othersPublish(String topic) {
    RawClient speaker =
        clients.computeIfAbsent(
            "speaker",
            who -> {
              RawClient made = house.raw(house.service("speaker-" + name, List.of("#"), List.of()));
              made.send(RawClient.connect(level, 2, 60, "speaker-" + name, "", ""));
              made.expectAccepted();
              return made;
            });
    publish(speaker, topic, "", "x", false);
    if (qos == 0) {
      speaker.ping();
    }
    return this;
  }

  /** The device may receive these from now on, and publish what it might. */
  Scene mayReceive(String... filters) {
    return rights(List.of("t/" + name + "/#"), List.of(filters));
  }

  /** Waits until its session has them: a decision alone is made before it holds. */
  Scene rights(List<String> publish, List<String> receive) {
    house.trust.trust(subject(), publish, receive);
    return awaitEnd(GrantEnd.Cause.REPLACED);
  }

  /** The device falls out of trust. */
  Scene falls() {
    house.trust.distrust(subject());
    return this;
  }

  private void see(byte[] packet) {
    seen.add(describe(packet));
  }

  private String describe(byte[] packet) {
    if (packet.length == 0) {
      return "closed";
    }
    int type = packet[0] >> 4 & 0x0F;
    if (type == 3) {
      return "PUBLISH " + kind(topic(packet));
    }
    if (type == 9) {
      StringBuilder codes = new StringBuilder("SUBACK");
      for (int i = header(packet) + (level == 5 ? 3 : 2); i < packet.length; i++) {
        codes.append(" %02x".formatted(packet[i]));
      }
      return codes.toString();
    }
    int code = code(packet);
    return TYPES[type] + (code == 0 || code == 0x10 ? "" : " %02x".formatted(code));
  }

  /** The reason or return code of a packet; 0 where it has none. */
  private static int code(byte[] packet) {
    int at = header(packet);
    int offset =
        switch (packet[0] & 0xF0) {
          case 0x20 -> 1;
          case 0x40, 0x50, 0x60, 0x70 -> 2;
          default -> 0;
        };
    return at + offset < packet.length ? packet[at + offset] & 0xFF : 0;
  }

  private static String topic(byte[] packet) {
    int at = header(packet);
    int length = (packet[at] & 0xFF) << 8 | packet[at + 1] & 0xFF;
    return new String(packet, at + 2, length, StandardCharsets.UTF_8);
  }

  private static int header(byte[] packet) {
    int at = 1;
    while (packet[at] < 0) {
      at++;
    }
    return at + 1;
  }

  @Override
  public void close() {
    clients.values().forEach(RawClient::close);
  }
}
