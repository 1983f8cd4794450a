package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Subject;

/**
 * Resumes an absent device's session at the broker with Clean Start 0 and leaves it with DISCONNECT
 * 0x00: the broker drops the will that it waits with (rule G6, §3.1.3.2.2), and where the visit
 * asks for a session expiry of 0, the session with all it holds (rule G9). Nothing that the broker
 * delivers meanwhile is acknowledged.
 */
final class Visit extends ChannelInboundHandlerAdapter {
  /** How long to wait after a visit that failed. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Visit.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How a visit ended. */
  enum Outcome {
    DONE,
    /** Nobody wants it any more. */
    NEEDLESS,
    FAILED
  }

  private final Parts parts;
  private final Subject subject;
  private final long sessionExpiry;
  private final BooleanSupplier wanted;
  private final Consumer<Outcome> over;
  private Outcome outcome = Outcome.FAILED;

  private Visit(
      Parts parts,
      Subject subject,
      long sessionExpiry,
      BooleanSupplier wanted,
      Consumer<Outcome> over) {
    this.parts = parts;
    this.subject = subject;
    this.sessionExpiry = sessionExpiry;
    this.wanted = wanted;
    this.over = over;
  }

  /**
   * Pays a visit.
   *
   * @param sessionExpiry seconds that the session stays after it; 0 to end it
   * @param wanted whether it is still to be, asked just before it begins
   * @param over hears, once and on {@code loop}, how it ended
   */
  static void of(
      Parts parts,
      EventLoop loop,
      Subject subject,
      long sessionExpiry,
      BooleanSupplier wanted,
      Consumer<Outcome> over) {
    Visit visit = new Visit(parts, subject, sessionExpiry, wanted, over);
    parts
        .broker()
        .openFor(
            loop,
            visit,
            PATIENCE,
            unreachable -> {
              log.warn("the broker cannot be reached: {}", unreachable.getMessage());
              over.accept(Outcome.FAILED);
            });
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!wanted.getAsBoolean()) {
      outcome = Outcome.NEEDLESS;
      ctx.close();
      return;
    }
    ctx.writeAndFlush(
        Connect.toVisit(sessionExpiry)
            .forBroker(
                ctx.alloc(),
                BrokerLink.clientId(subject),
                parts.broker().credential(),
                sessionExpiry),
        ctx.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedPacket {
    ByteBuf packet = (ByteBuf) message;
    try {
      if (outcome != Outcome.DONE
          && PacketType.of(packet.getByte(packet.readerIndex())) == PacketType.CONNACK) {
        answer(ctx, Connack.read(packet, Connect.LEVEL_5));
      }
    } finally {
      packet.release();
    }
  }

  /** The connection's end counts as done only after a good-bye: the broker closes on reading it. */
  private void answer(ChannelHandlerContext ctx, Connack connack) {
    if (!connack.accepts()) {
      log.error("the broker refuses the session of {} with code {}", subject, connack.code());
      ctx.close();
      return;
    }
    outcome = Outcome.DONE;
    Answers answers = new Answers(ctx.alloc(), Connect.LEVEL_5, Long.MAX_VALUE);
    ctx.writeAndFlush(answers.leave(ReasonCode.NORMAL_DISCONNECTION), ctx.voidPromise());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over.accept(outcome);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.error("a visit to the session of {} failed: {}", subject, cause.getMessage());
    ctx.close();
  }
}
