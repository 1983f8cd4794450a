package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.thingward.trust.GrantEnd;

/** Checks each packet that a device sends against its grant, and passes on what is allowed. */
final class FromDevice extends ChannelInboundHandlerAdapter {
  private final Session session;
  private final Limits limits;
  private final int level;
  private final TopicAliases aliases;
  private final Throttle throttle;

  /** Refused messages of QoS 2 in MQTT 3.1.1, whose hand-shake ends here (rule G4). */
  private final Set<Integer> completing = new HashSet<>(0);

  FromDevice(Session session, int level) {
    this.session = session;
    this.limits = session.parts().limits();
    this.level = level;
    this.aliases = new TopicAliases(limits.topicAliases());
    this.throttle = new Throttle(limits.publishesPerSecond(), session.parts().time().nanos());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      session.deviceLost();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf packet = (ByteBuf) message;
    try {
      if (session.isOpen()) {
        take(ctx, packet);
      }
    } catch (MalformedPacket breach) {
      session.end(Ending.breach(breach));
    } finally {
      packet.release();
    }
  }

  private void take(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    PacketType type = PacketType.of(packet.getByte(packet.readerIndex()));
    switch (type) {
      case PUBLISH -> publish(ctx, packet);
      case PUBREL -> release(packet);
      case PUBACK, PUBREC, PUBCOMP -> {
        int unused = Acknowledgement.packetId(packet, level);
        pass(packet);
      }
      case SUBSCRIBE -> subscribe(ctx, packet);
      case UNSUBSCRIBE -> {
        session.subscriptions().forget(Acknowledgement.unsubscribed(packet, level));
        pass(packet);
      }
      case PINGREQ -> {
        PacketReader.afterHeader(packet).requireEnd();
        pass(packet);
      }
      case DISCONNECT -> disconnect(ctx, packet);
      case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP, AUTH ->
          throw MalformedPacket.protocolError("a " + type + " has no place here");
    }
  }

  private void pass(ByteBuf packet) {
    session.toBroker(packet.retain());
  }

  private void publish(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    Publish publish = Publish.readFromClient(packet, level);
    byte[] topic = aliases.resolve(publish);
    if (topic.length > limits.topicBytes()) {
      throw MalformedPacket.because(
          ReasonCode.TOPIC_NAME_INVALID, "a topic has at most " + limits.topicBytes() + " bytes");
    }
    slowDown(ctx);
    boolean refusedBefore = publish.qos() == 2 && completing.contains(publish.packetId());
    if (!refusedBefore && session.use().gatekeeper().mayPublish(topic, publish.responseTopic())) {
      session.use().countPublished();
      session.parts().meter().published();
      session.toBroker(
          publish.alias() > 0 ? publish.withTopic(ctx.alloc(), topic) : packet.retain());
    } else {
      refuse(publish);
    }
  }

  private void slowDown(ChannelHandlerContext ctx) {
    long wait = throttle.take(session.parts().time().nanos());
    if (wait > 0) {
      session.deviceValve().shut(Valve.Reason.RATE);
      ctx.executor()
          .schedule(
              () -> session.deviceValve().open(Valve.Reason.RATE), wait, TimeUnit.NANOSECONDS);
    }
  }

  private void refuse(Publish publish) {
    countRefused();
    boolean silent = level == Connect.LEVEL_311;
    if (silent && limits.whenRefused() == Limits.WhenRefused.CLOSE) {
      session.end(
          new Ending(
              GrantEnd.Cause.LEFT,
              Ending.SILENT,
              "A message to a topic that may not be published to.",
              Ending.Farewell.LOST));
    } else if (publish.qos() == 1) {
      acknowledge(PacketType.PUBACK, publish.packetId());
    } else if (publish.qos() == 2) {
      if (silent) {
        completing.add(publish.packetId());
      }
      acknowledge(PacketType.PUBREC, publish.packetId());
    }
  }

  private void acknowledge(PacketType type, int packetId) {
    session.toDevice(session.answers().acknowledge(type, packetId, ReasonCode.NOT_AUTHORIZED));
  }

  private void release(ByteBuf packet) throws MalformedPacket {
    int id = Acknowledgement.packetId(packet, level);
    if (completing.remove(id)) {
      session.toDevice(session.answers().acknowledge(PacketType.PUBCOMP, id, ReasonCode.SUCCESS));
    } else {
      pass(packet);
    }
  }

  private void subscribe(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    Subscribe subscribe = Subscribe.read(packet, level);
    switch (session.subscriptions().judge(subscribe, session.use().gatekeeper())) {
      case Subscriptions.Outcome.All() -> pass(packet);
      case Subscriptions.Outcome.Some(var entries) -> {
        countRefused();
        session.toBroker(subscribe.withOnly(ctx.alloc(), entries));
      }
      case Subscriptions.Outcome.None(byte[] codes) -> {
        countRefused();
        session.toDevice(session.answers().suback(subscribe.packetId(), codes));
      }
    }
  }

  private void countRefused() {
    session.use().countRefused();
    session.parts().meter().packetRefused();
    session.parts().refusals().count(session.parts(), session.subject());
  }

  private void disconnect(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    Disconnect disconnect = Disconnect.read(packet, level);
    long cap = limits.sessionExpiry().toSeconds();
    session.toBroker(
        disconnect.exceeds(cap) ? disconnect.capped(ctx.alloc(), cap) : packet.retain());
    boolean plain = disconnect.code() == ReasonCode.NORMAL_DISCONNECTION;
    session.end(plain ? Ending.said() : Ending.saidWithWill());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    session.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    session.brokerValve().otherSideTakes(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    session.deviceLost();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause.getCause() instanceof MalformedPacket breach) {
      session.end(Ending.breach(breach));
    } else {
      session.deviceLost();
    }
  }
}
