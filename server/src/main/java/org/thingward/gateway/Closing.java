package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes connections without waiting for the other side. */
final class Closing {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Closing() {}

  /** Sends a last packet and closes; a side that takes too long to read it is closed without. */
  static void afterSending(Channel channel, ByteBuf packet) {
    channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
    within(channel, PATIENCE);
  }

  /** Closes when that time is over, if it is not closed by then. */
  static void within(Channel channel, Duration time) {
    channel.eventLoop().schedule(() -> now(channel), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Past TLS, which would wait for the other side's word. */
  private static void now(Channel channel) {
    if (channel.isOpen()) {
      channel.unsafe().close(channel.voidPromise());
    }
  }
}
