package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutgoingTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Outgoing outgoing = new Outgoing(channel);

  private ByteBuf packet(int size, int filler) {
    return channel.alloc().buffer(size).writeBytes(new byte[size - 1]).writeByte(filler);
  }

  private byte[] nextWrite() {
    ByteBuf written = channel.readOutbound();
    byte[] bytes = ByteBufUtil.getBytes(written);
    written.release();
    return bytes;
  }

  @Test
  void small_packets_of_one_read_leave_together_and_not_before_it_is_over() {
    ByteBuf first = packet(4, 1);
    outgoing.write(first);
    outgoing.write(packet(4, 2));
    channel.flush();
    assertThat((Object) channel.readOutbound()).isNull();

    outgoing.flush();

    assertThat(nextWrite()).containsExactly(0, 0, 0, 1, 0, 0, 0, 2);
    assertThat(first.refCnt()).isZero();
  }

  @Test
  void a_large_packet_is_passed_on_as_it_is_and_keeps_its_place() {
    ByteBuf large = packet(100_000, 2);
    outgoing.write(packet(4, 1));
    outgoing.write(large);
    outgoing.write(packet(4, 3));
    outgoing.flush();

    assertThat(nextWrite()).hasSize(4).endsWith(1);
    assertThat((Object) channel.readOutbound()).isSameAs(large);
    assertThat(nextWrite()).hasSize(4).endsWith(3);
    large.release();
  }

  @Test
  void packets_of_any_size_come_out_whole_and_in_order() {
    Random random = new Random(1);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 5_000 : 300)];
      random.nextBytes(bytes);
      in.writeBytes(bytes);
      outgoing.write(channel.alloc().buffer().writeBytes(bytes));
      if (random.nextInt(50) == 0) {
        outgoing.flush();
      }
    }
    outgoing.flush();

    ByteBuf out = Unpooled.buffer();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      out.writeBytes(next);
      next.release();
    }
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(in.toByteArray());
  }

  @Test
  void what_is_written_after_the_end_of_the_connection_is_let_go() {
    ByteBuf large = packet(100_000, 1);
    channel.close();
    outgoing.write(packet(4, 1));
    outgoing.write(large);
    outgoing.flush();
    assertThat(large.refCnt()).isZero();
  }
}
