package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What goes out to one side. The small packets of one read leave together, in one buffer and by one
 * write: at a high rate a packet's own way through TLS and the kernel costs more than the packet.
 * Nothing waits for more to come; whoever reads calls {@link #flush} when the read is over. On the
 * session's event loop only.
 */
final class Outgoing {
  /** Larger packets leave as they are: copying them costs more than another write. */
  private static final int SMALL = 1_024;

  /** What one TLS record holds. */
  private static final int TOGETHER = 16_384;

  private static final int AT_FIRST = 512;

  private final Channel channel;
  private @Nullable ByteBuf together;
  private boolean dirty;

  Outgoing(Channel channel) {
    this.channel = channel;
  }

  /** Takes a packet, which it then owns. */
  void write(ByteBuf packet) {
    dirty = true;
    if (packet.readableBytes() > SMALL) {
      push();
      channel.write(packet, channel.voidPromise());
    } else {
      gather(packet);
    }
  }

  private void gather(ByteBuf packet) {
    if (together != null && together.readableBytes() + packet.readableBytes() > TOGETHER) {
      push();
    }
    if (together == null) {
      together = channel.alloc().directBuffer(AT_FIRST, TOGETHER);
    }
    try {
      together.writeBytes(packet);
    } finally {
      packet.release();
    }
  }

  /** Hands over to the channel what is gathered, so that what is written there comes after it. */
  void push() {
    ByteBuf gathered = together;
    if (gathered != null) {
      together = null;
      channel.write(gathered, channel.voidPromise());
    }
  }

  void flush() {
    if (dirty) {
      dirty = false;
      push();
      channel.flush();
    }
  }
}
