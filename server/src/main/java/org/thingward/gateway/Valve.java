package org.thingward.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Holds packets back while there is a reason to, and stops the reading of more: what waits is
 * bounded by what one read brings.
 */
final class Valve extends ChannelInboundHandlerAdapter {
  /** Why nothing may pass. */
  enum Reason {
    /** The decision is not made. */
    ADMISSION,
    /** The other side does not take more. */
    BACK_PRESSURE,
    /** More than its rate was sent. */
    RATE,
    /** The grant came to its end and another is being asked for. */
    GRANT;

    private int bit() {
      return 1 << ordinal();
    }
  }

  private final ArrayDeque<Object> waiting = new ArrayDeque<>(0);
  private int reasons;
  private boolean draining;
  private @Nullable ChannelHandlerContext ctx;

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
  }

  void shut(Reason reason) {
    reasons |= reason.bit();
    if (ctx != null) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  void open(Reason reason) {
    reasons &= ~reason.bit();
    if (ctx != null && !draining) {
      drain(ctx);
      ctx.channel().config().setAutoRead(reasons == 0);
    }
  }

  /** Back-pressure: shut while what passes here is not taken on the other side. */
  void otherSideTakes(boolean more) {
    if (more) {
      open(Reason.BACK_PRESSURE);
    } else {
      shut(Reason.BACK_PRESSURE);
    }
  }

  private void drain(ChannelHandlerContext context) {
    draining = true;
    boolean any = false;
    while (reasons == 0 && !waiting.isEmpty()) {
      context.fireChannelRead(waiting.poll());
      any = true;
    }
    draining = false;
    if (any) {
      context.fireChannelReadComplete();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    if (reasons == 0 && waiting.isEmpty()) {
      context.fireChannelRead(packet);
    } else {
      waiting.add(packet);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    releaseWaiting();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    releaseWaiting();
  }

  private void releaseWaiting() {
    while (!waiting.isEmpty()) {
      ReferenceCountUtil.release(waiting.poll());
    }
  }
}
