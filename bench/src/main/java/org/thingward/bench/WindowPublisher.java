package org.thingward.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Publishes as fast as it is answered: at most a window of messages is unanswered. */
final class WindowPublisher extends Publisher {
  private static final int WINDOW = 20;

  private final LongAdder acknowledged;
  private int pending;

  WindowPublisher(
      ByteBuf connect, QosOneMessage message, CountDownLatch connected, LongAdder acknowledged) {
    super(connect, message, connected);
    this.acknowledged = acknowledged;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    fill(ctx, WINDOW);
  }

  /** Counts bytes, and looks at none. */
  @Override
  void answered(ChannelHandlerContext ctx, ByteBuf bytes) {
    int all = pending + bytes.readableBytes();
    int acks = all / PUBACK_BYTES;
    pending = all % PUBACK_BYTES;
    acknowledged.add(acks);
    if (acks > 0) {
      fill(ctx, acks);
    }
  }

  private void fill(ChannelHandlerContext ctx, int count) {
    ctx.writeAndFlush(messages(ctx, count), ctx.voidPromise());
  }
}
