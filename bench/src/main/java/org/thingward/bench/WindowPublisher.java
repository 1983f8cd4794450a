package org.thingward.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Publishes as fast as it is answered: at most a window of messages is unanswered. */
final class WindowPublisher extends ChannelInboundHandlerAdapter {
  private static final int WINDOW = 20;
  private static final int PUBACK_BYTES = 4;

  private final ByteBuf connect;
  private final QosOneMessage message;
  private final CountDownLatch connected;
  private final LongAdder acknowledged;
  private boolean open;
  private int pending;
  private int id;

  WindowPublisher(
      ByteBuf connect, QosOneMessage message, CountDownLatch connected, LongAdder acknowledged) {
    this.connect = connect;
    this.message = message;
    this.connected = connected;
    this.acknowledged = acknowledged;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(connect);
  }

  /** Counts bytes: after the CONNACK all that comes is PUBACKs of four bytes. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf bytes = (ByteBuf) read;
    int size = bytes.readableBytes();
    bytes.release();
    if (!open) {
      open = true;
      connected.countDown();
      fill(ctx, WINDOW);
      return;
    }
    int acks = (pending + size) / PUBACK_BYTES;
    pending = (pending + size) % PUBACK_BYTES;
    acknowledged.add(acks);
    if (acks > 0) {
      fill(ctx, acks);
    }
  }

  private void fill(ChannelHandlerContext ctx, int messages) {
    ByteBuf out = ctx.alloc().directBuffer(messages * message.size());
    for (int i = 0; i < messages; i++) {
      id = id % 65_535 + 1;
      message.writeTo(out, id);
    }
    ctx.writeAndFlush(out, ctx.voidPromise());
  }
}
