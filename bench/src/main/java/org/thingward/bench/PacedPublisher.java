package org.thingward.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Publishes at a steady pace, whether or not the answers come, and notes for each message how long
 * it took from being handed to the connection to its PUBACK.
 */
final class PacedPublisher extends ChannelInboundHandlerAdapter {
  private static final int PUBACK_BYTES = 4;
  private static final int IDS = 65_536;

  private final ByteBuf connect;
  private final QosOneMessage message;
  private final long intervalNanos;
  private final CountDownLatch connected;
  private final long[] sentAt = new long[IDS];
  private final byte[] puback = new byte[PUBACK_BYTES];
  private int pubackBytes;
  private long[] took = new long[1 << 14];
  private int count;
  private boolean open;
  private int id;

  PacedPublisher(
      ByteBuf connect, QosOneMessage message, long intervalNanos, CountDownLatch connected) {
    this.connect = connect;
    this.message = message;
    this.intervalNanos = intervalNanos;
    this.connected = connected;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(connect);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf bytes = (ByteBuf) read;
    if (open) {
      bytes.forEachByte(this::take);
    } else {
      open = true;
      connected.countDown();
      long phase = new Random().nextLong(intervalNanos);
      ctx.executor()
          .scheduleAtFixedRate(() -> send(ctx), phase, intervalNanos, TimeUnit.NANOSECONDS);
    }
    bytes.release();
  }

  private void send(ChannelHandlerContext ctx) {
    id = id % (IDS - 1) + 1;
    ByteBuf out = ctx.alloc().directBuffer(message.size());
    message.writeTo(out, id);
    sentAt[id] = System.nanoTime();
    ctx.writeAndFlush(out, ctx.voidPromise());
  }

  private boolean take(byte b) {
    puback[pubackBytes++] = b;
    if (pubackBytes == PUBACK_BYTES) {
      pubackBytes = 0;
      int acknowledged = Unpooled.wrappedBuffer(puback).getUnsignedShort(2);
      if (count == took.length) {
        took = Arrays.copyOf(took, 2 * count);
      }
      took[count++] = System.nanoTime() - sentAt[acknowledged];
    }
    return true;
  }

  /** What came so far, and begins anew. On the connection's event loop. */
  long[] take() {
    long[] all = Arrays.copyOf(took, count);
    count = 0;
    return all;
  }
}
