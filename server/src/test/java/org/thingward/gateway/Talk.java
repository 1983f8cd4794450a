package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Plays a conversation and writes down, step by step, each packet that each client gets. After each
 * step every client pings until nothing more comes, so that what is heard belongs to its step.
 */
final class Talk implements AutoCloseable {
  /** A client beside the others, which hears everything at QoS 0. */
  private static final int EAR = Conversation.CLIENTS;

  /** What the gateway answers for itself in a CONNACK (rule G2). */
  private static final Set<Property> ANSWERED_BY_GATEWAY =
      EnumSet.of(
          Property.TOPIC_ALIAS_MAXIMUM,
          Property.MAXIMUM_PACKET_SIZE,
          Property.SESSION_EXPIRY,
          Property.ASSIGNED_CLIENT_IDENTIFIER);

  private final IntFunction<RawClient> way;
  private final Side[] sides = new Side[EAR + 1];
  private final List<String> heard = new ArrayList<>();

  /** One client: what it remembers past a connection, and its connection if it has one. */
  private static final class Side {
    private final int level;
    private final List<Integer> begun = new ArrayList<>();
    private Optional<RawClient> connection = Optional.empty();
    private Optional<String> will = Optional.empty();
    private boolean acknowledges = true;
    private int packetId;

    Side(int level) {
      this.level = level;
    }

    int nextId() {
      packetId = packetId % 0xFFFF + 1;
      return packetId;
    }

    RawClient here() {
      return connection.orElseThrow();
    }
  }

  /** A talk over connections that {@code way} opens for a client of that number. */
  Talk(IntFunction<RawClient> way) {
    this.way = way;
    for (int i = 0; i < EAR; i++) {
      sides[i] = new Side(Conversation.level(i));
    }
    sides[EAR] = new Side(5);
  }

  /** The name of a client. */
  static String name(int client) {
    return client == EAR ? "ear" : "client-" + client;
  }

  /** Plays all; gives for each step what was heard: client by client, in order for each. */
  List<List<String>> play(List<Step> steps) {
    begin();
    List<List<String>> transcript = new ArrayList<>();
    for (Step step : steps) {
      heard.clear();
      play(step);
      settle();
      transcript.add(heard.stream().sorted(Comparator.comparing(Talk::client)).toList());
    }
    return transcript;
  }

  /** All sessions and retained messages of a talk before are forgotten. */
  private void begin() {
    for (int i = 0; i < EAR; i++) {
      play(new Step.Join(i, true, false, true, Optional.empty()));
      play(new Step.Leave(i, false));
    }
    play(new Step.Join(EAR, true, false, true, Optional.empty()));
    play(new Step.Ask(EAR, List.of("#"), 8, 0));
    settle();
    for (String packet : List.copyOf(heard)) {
      clearIfRetained(HexFormat.of().parseHex(packet.substring(packet.indexOf(' ') + 1)));
    }
    settle();
  }

  private void clearIfRetained(byte[] packet) {
    if ((packet[0] & 0xF1) == 0x31) {
      String topic = new String(packet, 4, packet[3], StandardCharsets.UTF_8);
      play(new Step.Say(EAR, topic, 0, true, 0, false, "", ""));
    }
  }

  private void play(Step step) {
    Side side = sides[step.client()];
    switch (step) {
      case Step.Join join -> join(side, join);
      case Step.Leave leave -> {
        side.here().send(leave.withWill() ? "e00104" : "e000");
        awaitClosed(step.client());
        if (leave.withWill()) {
          awaitWill(side);
        }
      }
      case Step.Break broken -> {
        side.here().close();
        side.connection = Optional.empty();
        awaitWill(side);
      }
      case Step.Ask ask -> side.here().send(subscribe(side, ask));
      case Step.Forget forget -> side.here().send(unsubscribe(side, forget.filter()));
      case Step.Say say -> say(side, say);
      case Step.Begin begin -> {
        int id = side.nextId();
        side.begun.add(id);
        side.here().send(RawClient.publish(side.level, 2, id, begin.topic(), "", begin.text()));
      }
      case Step.Complete complete -> {
        side.begun.forEach(id -> side.here().send("6202" + "%04x".formatted(id)));
        side.begun.clear();
      }
    }
  }

  private void join(Side side, Step.Join join) {
    int flags = join.clean() ? 2 : 0;
    String rest = "";
    if (join.will().isPresent()) {
      flags |= join.keeps() ? 0x2C : 0x0C;
      rest = RawClient.will(side.level, "will", join.will().get());
    }
    if (join.clean()) {
      side.begun.clear();
    }
    String properties = side.level == 5 && join.keeps() ? "1100000e10" : "";
    RawClient connection = way.apply(join.client());
    connection.send(
        RawClient.connect(side.level, flags, 600, name(join.client()), properties, rest));
    side.connection = Optional.of(connection);
    side.will = join.will();
    side.acknowledges = join.acknowledges();
    note(join.client(), connack(side.level, connection.nextBytes()));
  }

  /** A CONNACK without what the gateway answers for itself. */
  private static byte[] connack(int level, byte[] packet) {
    if (level == 4 || packet.length == 0) {
      return packet;
    }
    try {
      Connack read = Connack.read(Unpooled.wrappedBuffer(packet), level);
      ByteBuf kept = Unpooled.buffer();
      kept.writeByte(read.sessionPresent() ? 1 : 0).writeByte(read.code());
      read.properties().copyTo(kept, ANSWERED_BY_GATEWAY);
      return RawClient.packet(0x20, kept);
    } catch (MalformedPacket e) {
      throw new AssertionError(HexFormat.of().formatHex(packet), e);
    }
  }

  private static byte[] subscribe(Side side, Step.Ask ask) {
    byte[] plain =
        RawClient.subscribe(
            side.level, side.nextId(), ask.options(), ask.filters().toArray(String[]::new));
    if (ask.identifier() == 0) {
      return plain;
    }
    ByteBuf body = Unpooled.buffer();
    int header = plain[1] < 0 ? 3 : 2;
    body.writeBytes(plain, header, 2);
    int low = ask.identifier() & 0x7F;
    int high = ask.identifier() >> 7;
    body.writeByte(high > 0 ? 3 : 2).writeByte(0x0b);
    if (high > 0) {
      body.writeByte(low | 0x80).writeByte(high);
    } else {
      body.writeByte(low);
    }
    body.writeBytes(plain, header + 3, plain.length - header - 3);
    return RawClient.packet(0x82, body);
  }

  private static byte[] unsubscribe(Side side, String filter) {
    ByteBuf body = Unpooled.buffer();
    body.writeShort(side.nextId());
    if (side.level == 5) {
      body.writeByte(0);
    }
    byte[] utf8 = filter.getBytes(StandardCharsets.UTF_8);
    body.writeShort(utf8.length).writeBytes(utf8);
    return RawClient.packet(0xa2, body);
  }

  private static void say(Side side, Step.Say say) {
    int id = say.qos() > 0 ? side.nextId() : 0;
    String alias = say.alias() > 0 ? "23" + "%04x".formatted(say.alias()) : "";
    byte[] packet =
        RawClient.publish(
            side.level,
            say.qos(),
            id,
            say.known() ? "" : say.topic(),
            alias + say.properties(),
            say.text());
    packet[0] |= (byte) (say.retained() ? 1 : 0);
    side.here().send(packet);
    if (say.qos() == 2) {
      side.here().send("6202" + "%04x".formatted(id));
    }
  }

  /** Everybody pings until a whole round brings nothing more. */
  private void settle() {
    int before;
    do {
      before = heard.size();
      for (int i = 0; i <= EAR; i++) {
        if (sides[i].connection.isPresent()) {
          sides[i].here().trySend(new byte[] {(byte) 0xc0, 0});
          hearUntil(i, new byte[] {(byte) 0xd0, 0});
        }
      }
    } while (heard.size() > before);
  }

  private void awaitClosed(int client) {
    hearUntil(client, new byte[0]);
    sides[client].connection.ifPresent(RawClient::close);
    sides[client].connection = Optional.empty();
  }

  private void awaitWill(Side side) {
    byte[] text = side.will.orElseThrow().getBytes(StandardCharsets.UTF_8);
    byte[] packet;
    do {
      packet = sides[EAR].here().nextBytes();
      note(EAR, packet);
    } while (packet.length > 0 && !endsWith(packet, text));
  }

  private static boolean endsWith(byte[] packet, byte[] text) {
    return packet.length >= text.length
        && Arrays.equals(packet, packet.length - text.length, packet.length, text, 0, text.length);
  }

  private void hearUntil(int client, byte[] last) {
    RawClient connection = sides[client].here();
    for (byte[] packet = connection.nextBytes();
        !Arrays.equals(packet, last);
        packet = connection.nextBytes()) {
      note(client, packet);
      if (packet.length == 0) {
        sides[client].connection = Optional.empty();
        return;
      }
      answer(sides[client], connection, packet);
    }
  }

  /** Acknowledges a delivery, if this client does at present. */
  private static void answer(Side side, RawClient connection, byte[] packet) {
    int type = packet[0] & 0xF0;
    int qos = packet[0] >> 1 & 3;
    if (!side.acknowledges) {
      return;
    }
    if (type == 0x30 && qos > 0) {
      int lengthBytes = packet[1] < 0 ? 2 : 1;
      int at = 1 + lengthBytes;
      int id = at + 2 + ((packet[at] & 0xFF) << 8 | packet[at + 1] & 0xFF);
      connection.trySend(
          new byte[] {(byte) (qos == 1 ? 0x40 : 0x50), 2, packet[id], packet[id + 1]});
    } else if (type == 0x60) {
      connection.trySend(new byte[] {0x70, 2, packet[2], packet[3]});
    }
  }

  private static String client(String noted) {
    return noted.substring(0, noted.indexOf(' '));
  }

  private void note(int client, byte[] packet) {
    heard.add(name(client) + " " + HexFormat.of().formatHex(packet));
  }

  @Override
  public void close() {
    for (Side side : sides) {
      side.connection.ifPresent(RawClient::close);
    }
  }
}
