package org.thingward.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MqttLinkTest {
  private static final Instant NOW = Instant.parse("2026-11-23T14:02:07Z");
  private final MqttLink link = new MqttLink(MqttSettings.of("pump-07"), () -> NOW);
  private final EmbeddedChannel channel = new EmbeddedChannel(link);

  @Test
  void a_disconnect_gives_its_reason_its_words_and_the_moment() {
    MqttProperties properties = new MqttProperties();
    properties.add(
        new MqttProperties.StringProperty(
            MqttProperties.MqttPropertyType.REASON_STRING.value(), "boot stage 4 differs"));
    MqttMessage packet =
        MqttMessageBuilders.disconnect().reasonCode((byte) 0x87).properties(properties).build();
    channel.writeInbound(packet);
    Closure closure = link.closure().join();
    assertThat(closure.reason()).hasValue(0x87);
    assertThat(closure.at()).isEqualTo(NOW);
    assertThat(closure).hasToString("DISCONNECT 0x87 (boot stage 4 differs)");
  }

  @Test
  void whoever_waits_for_an_answer_is_told_when_the_session_ends() {
    var answer = link.expect(7);
    channel.close();
    assertThat(link.closure().join().reason()).isEmpty();
    assertThatThrownBy(answer::join).hasCauseInstanceOf(SessionClosed.class);
    assertThatThrownBy(link.acceptance()::join).hasCauseInstanceOf(SessionClosed.class);
  }

  @Test
  void an_answer_without_a_reason_ends_the_session_with_a_word() {
    MqttLink other = new MqttLink(MqttSettings.of("pump-07"), () -> NOW);
    EmbeddedChannel wire =
        new EmbeddedChannel(new MqttDecoder(1 << 16), MqttEncoder.INSTANCE, other);
    var answer = other.expect(7);
    wire.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("90020007")));
    assertThat(wire.isActive()).isFalse();
    assertThat(other.closure().join().toString()).contains("without a reason code");
    assertThatThrownBy(answer::join).hasCauseInstanceOf(SessionClosed.class);
  }
}
