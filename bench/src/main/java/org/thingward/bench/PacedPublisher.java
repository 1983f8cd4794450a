package org.thingward.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Publishes at a steady pace, whether or not the answers come, and notes for each message how long
 * it took from being handed to the connection to its PUBACK.
 */
final class PacedPublisher extends Publisher {
  private static final int IDS = 65_536;

  private final long intervalNanos;
  private final long[] sentAt = new long[IDS];
  private final byte[] puback = new byte[PUBACK_BYTES];
  private int pubackBytes;
  private long[] took = new long[1 << 14];
  private int count;

  PacedPublisher(
      ByteBuf connect, QosOneMessage message, long intervalNanos, CountDownLatch connected) {
    super(connect, message, connected);
    this.intervalNanos = intervalNanos;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    long phase = new Random().nextLong(intervalNanos);
    ctx.executor().scheduleAtFixedRate(() -> send(ctx), phase, intervalNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  void answered(ChannelHandlerContext ctx, ByteBuf bytes) {
    bytes.forEachByte(this::take);
  }

  private void send(ChannelHandlerContext ctx) {
    ByteBuf out = messages(ctx, 1);
    sentAt[lastId()] = System.nanoTime();
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
