package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Subject;

/**
 * Resumes a lost device's session at the broker, which drops the pending will, and leaves it again
 * with DISCONNECT 0x00 (rule G6).
 */
final class Withdrawal extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Withdrawal.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Parts parts;
  private final Subject subject;
  private final Connect connect;

  private Withdrawal(Parts parts, Subject subject, Connect connect) {
    this.parts = parts;
    this.subject = subject;
    this.connect = connect;
  }

  /** Withdraws the will that {@code connect} left for {@code subject}. */
  static void of(Parts parts, EventLoop loop, Subject subject, Connect connect) {
    Withdrawal withdrawal = new Withdrawal(parts, subject, connect.resuming());
    parts
        .broker()
        .open(loop, new Valve(), withdrawal)
        .addListener(
            (ChannelFutureListener)
                opened -> {
                  if (opened.isSuccess()) {
                    Closing.within(opened.channel(), PATIENCE);
                  } else {
                    log.error("the will of {} could not be withdrawn", subject);
                  }
                });
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(
        connect.forBroker(
            ctx.alloc(),
            BrokerLink.clientId(subject),
            parts.broker().credential(),
            parts.limits().sessionExpiry().toSeconds()),
        ctx.voidPromise());
  }

  /** Whatever the broker says first, the answer is good-bye. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    ReferenceCountUtil.release(packet);
    Answers answers = new Answers(ctx.alloc(), connect.level(), Long.MAX_VALUE);
    ByteBuf leave = answers.leave(ReasonCode.NORMAL_DISCONNECTION);
    ctx.writeAndFlush(leave).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.error("the will of {} could not be withdrawn: {}", subject, cause.getMessage());
    ctx.close();
  }
}
