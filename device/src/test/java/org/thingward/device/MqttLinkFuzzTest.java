package org.thingward.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/**
 * Whatever a server sends in a session: answers what was asked, or ends the session with a word.
 */
class MqttLinkFuzzTest {
  private static final int ASKED = 7;
  private static final List<byte[]> SOUND =
      Stream.of(
              "2003000000" + "4002" + "0007",
              "200b000008" + "1f0005" + "68656c6c6f",
              "90040007" + "0001",
              "900400070087",
              "b0040007" + "0000",
              "320d" + "0003742f78" + "0007" + "00" + "68656c6c6f",
              "300a" + "0003742f78" + "0068690a0d",
              "40050007870000",
              "e0098707" + "1f000462" + "6f6f74",
              "d000")
          .map(HexFormat.of()::parseHex)
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_an_answer_or_end_the_session(byte[] bytes) {
    receive(bytes);
  }

  @Test
  void damaged_packets_are_an_answer_or_end_the_session() {
    Damage.each(3_000, SOUND, MqttLinkFuzzTest::receive);
  }

  private static void receive(byte[] bytes) {
    for (int version : List.of(4, 5)) {
      receive(bytes, version);
    }
  }

  private static void receive(byte[] bytes, int version) {
    MqttSettings settings = MqttSettings.of("pump-07").withVersion(version);
    MqttLink link = new MqttLink(settings, () -> Instant.EPOCH);
    EmbeddedChannel channel =
        new EmbeddedChannel(new MqttDecoder(1 << 16), MqttEncoder.INSTANCE, link);
    // The decoder knows the version from the CONNECT that passed it.
    channel.writeOutbound(Packets.connect(settings));
    CompletableFuture<List<Integer>> answer = link.expect(ASKED);
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    channel.finish();
    assertThat(link.closure()).isCompleted();
    assertThat(link.acceptance()).isDone();
    assertThat(answer).isDone();
    if (!answer.isCompletedExceptionally()) {
      assertThat(answer.join()).as("an answer has a reason").isNotEmpty();
    }
    assertThat(link.messages()).allSatisfy(message -> assertThat(message.topic()).isNotNull());
    for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
      sent.release();
    }
  }
}
