package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/**
 * Whatever bytes come: read as another reader reads them, or refused as malformed. Nothing else,
 * and nothing leaks.
 */
class PacketReadersFuzzTest {
  static Stream<Arguments> seeds() {
    return Damage.seeds(List.of(whole()));
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    readAll(bytes);
    cutAll(bytes);
  }

  @Property(tries = 3_000)
  void random_bytes_are_read_or_refused(@ForAll @Size(max = 80) byte[] bytes) {
    readAll(bytes);
  }

  @Property(tries = 3_000)
  void damaged_packets_are_read_or_refused(
      @ForAll @Size(min = 1, max = 4) int[] places, @ForAll byte value) {
    for (byte[] packet : whole()) {
      for (int place : places) {
        packet[Math.floorMod(place, packet.length)] = value;
      }
      readAll(packet);
    }
  }

  private static byte[][] whole() {
    return new byte[][] {
      RawClient.connect(
          5,
          0xC6,
          60,
          "pump",
          "11000000ff21000a",
          "00" + "000161" + "000162" + "000163" + "000164"),
      RawClient.publish(5, 2, 7, "t/x", "0800016123000126000161000162", "payload"),
      RawClient.subscribe(5, 7, 1, "a/#", "$share/g/b", "+/c"),
    };
  }

  @Property(tries = 500)
  void any_stream_is_cut_into_packets_or_refused(@ForAll @Size(max = 200) byte[] bytes) {
    cutAll(bytes);
  }

  private static void cutAll(byte[] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new PacketCutter(64, 128));
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    } catch (DecoderException refused) {
      assertThat(refused.getCause()).isInstanceOf(MalformedPacket.class);
    }
    Object packet = channel.readInbound();
    while (packet != null) {
      ByteBuf cut = (ByteBuf) packet;
      assertThat(cut.readableBytes()).isBetween(2, 128);
      cut.release();
      packet = channel.readInbound();
    }
    channel.finishAndReleaseAll();
  }

  @Test
  void a_packet_is_cut_from_single_bytes_as_it_came() {
    EmbeddedChannel channel = new EmbeddedChannel(new PacketCutter(64, 512));
    byte[] packet = RawClient.publish(5, 1, 7, "t/x", "", "x".repeat(200));
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {(byte) 0xc0, 0}));
    channel.<ByteBuf>readInbound().release();
    for (byte b : packet) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
    }
    ByteBuf cut = channel.readInbound();
    assertThat(cut).isEqualTo(Unpooled.wrappedBuffer(packet));
    cut.release();
    channel.finishAndReleaseAll();
  }

  private static void readAll(byte[] bytes) {
    for (int level = 4; level <= 5; level++) {
      int version = level;
      attempt(bytes, packet -> connect(packet));
      attempt(bytes, packet -> publish(packet, version));
      attempt(bytes, packet -> subscribe(packet, version));
      attempt(bytes, packet -> Acknowledgement.packetId(packet, version));
      attempt(bytes, packet -> Acknowledgement.unsubscribed(packet, version));
      attempt(bytes, packet -> Connack.read(packet, version));
      attempt(bytes, packet -> Disconnect.read(packet, version));
      attempt(bytes, packet -> PacketType.of(bytes.length == 0 ? 0 : bytes[0]));
    }
  }

  private static void connect(ByteBuf packet) throws MalformedPacket {
    Connect read = Connect.read(packet);
    ByteBuf again =
        read.forBroker(UnpooledByteBufAllocator.DEFAULT, "id", java.util.Optional.empty(), 60);
    if (byNetty(again, read.level()) instanceof MqttConnectMessage other) {
      assertThat(other.payload().clientIdentifier()).isEqualTo("id");
      assertThat(other.variableHeader().hasUserName()).isFalse();
      assertThat(other.variableHeader().isCleanSession()).isEqualTo(read.cleanStart());
      assertThat(other.variableHeader().keepAliveTimeSeconds()).isEqualTo(read.keepAlive());
      assertThat(java.util.Optional.ofNullable(other.payload().willTopic()))
          .isEqualTo(read.will().map(will -> text(will.topic())));
    }
    again.release();
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /**
   * The packet as another reader reads it: what the gateway decided by must be what the broker
   * reads. That one may refuse more.
   */
  private static Object byNetty(ByteBuf packet, int level) {
    EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(1 << 20, 1 << 16));
    // The decoder knows the level from the CONNECT that passed it.
    channel.writeInbound(
        Unpooled.wrappedBuffer(RawClient.connect(level, 2, 60, "before", "", "")), packet.copy());
    ReferenceCountUtil.release(channel.readInbound());
    Object read = channel.readInbound();
    boolean failed = !(read instanceof MqttMessage known) || known.decoderResult().isFailure();
    if (read instanceof MqttPublishMessage publish) {
      publish.release();
    }
    channel.finishAndReleaseAll();
    return failed ? "refused" : read;
  }

  private static void publish(ByteBuf packet, int level) throws MalformedPacket {
    Publish read = Publish.readFromClient(packet, level);
    ByteBuf again = read.withTopic(UnpooledByteBufAllocator.DEFAULT, read.topic());
    if (level == 5 && read.alias() == 0) {
      assertThat(again).isEqualTo(packet);
    }
    if (read.topic().length > 0 && byNetty(packet, level) instanceof MqttPublishMessage other) {
      assertThat(other.variableHeader().topicName()).isEqualTo(text(read.topic()));
      assertThat(other.fixedHeader().qosLevel().value()).isEqualTo(read.qos());
      assertThat(Math.max(0, other.variableHeader().packetId())).isEqualTo(read.packetId());
    }
    again.release();
  }

  private static void subscribe(ByteBuf packet, int level) throws MalformedPacket {
    Subscribe read = Subscribe.read(packet, level);
    ByteBuf again = read.withOnly(UnpooledByteBufAllocator.DEFAULT, read.entries());
    assertThat(again.readableBytes()).isEqualTo(packet.readableBytes());
    subscribesTo(again, level, read.entries());
    again.release();
    List<Subscribe.Entry> last = List.of(read.entries().getLast());
    ByteBuf less = read.withOnly(UnpooledByteBufAllocator.DEFAULT, last);
    subscribesTo(less, level, last);
    less.release();
  }

  private static void subscribesTo(ByteBuf packet, int level, List<Subscribe.Entry> entries) {
    if (byNetty(packet, level) instanceof MqttSubscribeMessage other) {
      assertThat(other.payload().topicSubscriptions())
          .extracting(MqttTopicSubscription::topicFilter)
          .isEqualTo(entries.stream().map(entry -> text(entry.text().array())).toList());
    }
  }

  /** Reads a packet. */
  private interface Reading {
    void read(ByteBuf packet) throws MalformedPacket;
  }

  private static void attempt(byte[] bytes, Reading reading) {
    ByteBuf packet = Unpooled.wrappedBuffer(bytes);
    if (packet.readableBytes() == 0) {
      return;
    }
    try {
      reading.read(packet);
    } catch (MalformedPacket refused) {
      assertThat(refused.reason()).isNotBlank();
      assertThat(refused.reasonCode()).isGreaterThanOrEqualTo(0x80);
    }
    packet.release();
  }
}
