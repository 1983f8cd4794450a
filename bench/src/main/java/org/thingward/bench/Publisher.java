package org.thingward.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CountDownLatch;

/** Connects, and then publishes messages of QoS 1 in the way that a subclass has. */
abstract class Publisher extends ChannelInboundHandlerAdapter {
  /** After the CONNACK all that comes is PUBACKs of so many bytes. */
  static final int PUBACK_BYTES = 4;

  private static final int IDS = 65_535;

  private final ByteBuf connect;
  private final QosOneMessage message;
  private final CountDownLatch connected;
  private boolean open;
  private int id;

  Publisher(ByteBuf connect, QosOneMessage message, CountDownLatch connected) {
    this.connect = connect;
    this.message = message;
    this.connected = connected;
  }

  /** The broker has accepted. */
  abstract void begin(ChannelHandlerContext ctx);

  /** More of what the broker answers to messages. */
  abstract void answered(ChannelHandlerContext ctx, ByteBuf bytes);

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(connect);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf bytes = (ByteBuf) read;
    if (open) {
      answered(ctx, bytes);
    } else {
      open = true;
      connected.countDown();
      begin(ctx);
    }
    bytes.release();
  }

  /** So many messages that are to be sent together. */
  final ByteBuf messages(ChannelHandlerContext ctx, int count) {
    ByteBuf out = ctx.alloc().directBuffer(count * message.size());
    for (int i = 0; i < count; i++) {
      id = id % IDS + 1;
      message.writeTo(out, id);
    }
    return out;
  }

  /** The packet identifier of the message that was made last. */
  final int lastId() {
    return id;
  }
}
