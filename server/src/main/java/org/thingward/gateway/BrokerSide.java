package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/**
 * A session's connection to the broker: opened once its device is admitted, left as its ending
 * says. On the session's event loop only.
 */
final class BrokerSide {
  private static final Logger log = LoggerFactory.getLogger(BrokerSide.class);
  private static final Duration LETS_GO_WITHIN = Duration.ofSeconds(5);

  private final Parts parts;
  private final EventLoop loop;
  private final Subject subject;
  private final Connect connect;
  private final Answers answers;
  private final Optional<AbsentWill> delayedWill;
  private final Valve valve = new Valve();
  private boolean beginsAnew;
  private @Nullable Channel channel;
  private @Nullable Outgoing out;

  /**
   * Not open yet.
   *
   * @param connect what the device sent
   * @param answers makes what is said to the broker in the end
   * @param delayedWill the device's will, if the broker would wait with it
   */
  BrokerSide(
      Parts parts,
      EventLoop loop,
      Subject subject,
      Connect connect,
      Answers answers,
      Optional<AbsentWill> delayedWill) {
    this.parts = parts;
    this.loop = loop;
    this.subject = subject;
    this.connect = connect;
    this.answers = answers;
    this.delayedWill = delayedWill;
  }

  /** Holds back what the broker sends. */
  Valve valve() {
    return valve;
  }

  /** Goes to the broker; a visit to its session there is let out first (rule G9). */
  void open(Session session) {
    beginsAnew = parts.purges().deviceComes(subject);
    parts.purges().afterVisit(subject, loop, () -> connectFor(session));
  }

  private void connectFor(Session session) {
    if (!session.isJoining()) {
      return;
    }
    ChannelFuture opening =
        parts.broker().open(loop, valve, new FromBroker(session, connect.level()));
    channel = opening.channel();
    out = new Outgoing(opening.channel());
    opening.addListener(
        (ChannelFutureListener)
            opened -> {
              if (!opened.isSuccess() && session.isJoining()) {
                log.warn("the broker cannot be reached: {}", opened.cause().getMessage());
                session.brokerLost();
              }
            });
  }

  /** The CONNECT that the broker gets. */
  ByteBuf connectPacket(ByteBufAllocator alloc) {
    return (beginsAnew ? connect.cleaned() : connect)
        .forBroker(
            alloc,
            BrokerLink.clientId(subject),
            parts.broker().credential(),
            parts.limits().sessionExpiry().toSeconds());
  }

  /** Takes a packet, which it then owns; dropped while there is no connection. */
  void write(ByteBuf packet) {
    if (out != null) {
      out.write(packet);
    } else {
      packet.release();
    }
  }

  void flush() {
    if (out != null) {
      out.flush();
    }
  }

  /**
   * Another connection of the same client takes over: the broker closes this one when the
   * successor's CONNECT arrives, and treats its will as it must.
   */
  void giveWay() {
    if (channel != null) {
      Closing.within(channel, LETS_GO_WITHIN);
    }
    forgetWill();
  }

  /** Ends the connection, and says of the device's will what this ending says. */
  void leave(Ending ending) {
    if (channel == null || out == null) {
      return;
    }
    out.push();
    switch (ending.farewell()) {
      case LOST -> {
        channel.close();
        if (ending.cause() == GrantEnd.Cause.LEFT) {
          keepWill();
        }
      }
      case SAID -> Closing.afterSending(channel, Unpooled.EMPTY_BUFFER);
      case SAID_WITH_WILL -> {
        Closing.afterSending(channel, Unpooled.EMPTY_BUFFER);
        keepWill();
      }
      case WITHOUT_WILL ->
          Closing.afterSending(channel, answers.leave(ReasonCode.NORMAL_DISCONNECTION));
      case FOR_GOOD ->
          Closing.afterSending(channel, answers.leaveForGood(ReasonCode.DISCONNECT_WITH_WILL));
      case FORGOTTEN ->
          Closing.afterSending(channel, answers.leaveForGood(ReasonCode.NORMAL_DISCONNECTION));
    }
    if (ending.farewell().leavesNoWill() || ending.cause() == GrantEnd.Cause.TAKEN_OVER) {
      forgetWill();
    }
  }

  private void keepWill() {
    delayedWill.ifPresent(will -> parts.absentWills().lost(parts, loop, will));
  }

  private void forgetWill() {
    delayedWill.ifPresent(will -> parts.absentWills().forget(parts, will));
  }
}
