package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.GrantEnd;

/** Checks each delivery against today's grant, and passes on what may be received. */
final class FromBroker extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(FromBroker.class);
  private static final int CONNACK_WITHIN_SECONDS = 10;

  private final Session session;
  private final int level;

  /** Withheld messages of QoS 2, whose hand-shake ends here (rule G5). */
  private final Set<Integer> withheld = new HashSet<>(0);

  FromBroker(Session session, int level) {
    this.session = session;
    this.level = level;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!session.isJoining()) {
      ctx.close();
      return;
    }
    ctx.writeAndFlush(session.connectForBroker(), ctx.voidPromise());
    ctx.executor().schedule(() -> requireAnswer(ctx), CONNACK_WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  private void requireAnswer(ChannelHandlerContext ctx) {
    if (session.isJoining()) {
      log.warn("the broker does not answer a CONNECT");
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf packet = (ByteBuf) message;
    try {
      PacketType type = PacketType.of(packet.getByte(packet.readerIndex()));
      if (session.isJoining() && type == PacketType.CONNACK) {
        session.joined(Connack.read(packet, level), packet);
      } else if (session.isOpen()) {
        take(ctx, type, packet);
      }
    } catch (MalformedPacket breach) {
      log.warn("the broker sends a malformed packet: {}", breach.reason());
      session.brokerLost();
    } finally {
      packet.release();
    }
  }

  private void take(ChannelHandlerContext ctx, PacketType type, ByteBuf packet)
      throws MalformedPacket {
    switch (type) {
      case PUBLISH -> deliver(packet);
      case PUBREL -> release(packet);
      case SUBACK -> suback(packet);
      case DISCONNECT -> disconnect(ctx, packet);
      case PUBACK, PUBREC, PUBCOMP, UNSUBACK, PINGRESP -> pass(packet);
      case CONNECT, CONNACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, AUTH ->
          throw MalformedPacket.protocolError("a " + type + " has no place here");
    }
  }

  private void pass(ByteBuf packet) {
    session.toDevice(packet.retain());
  }

  private void deliver(ByteBuf packet) throws MalformedPacket {
    Publish publish = Publish.read(packet, level);
    if (publish.alias() > 0) {
      throw MalformedPacket.protocolError("a topic alias that was not offered");
    }
    if (session.parts().silenced().covers(publish.topic())) {
      countWithheld();
      complete(publish);
    } else if (session.use().gatekeeper().mayReceive(publish.topic())) {
      session.use().countReceived();
      session.parts().meter().delivered();
      pass(packet);
    } else {
      withhold(publish);
    }
  }

  /** Completes it towards the broker, unless another member of a share should get it. */
  private void withhold(Publish publish) {
    countWithheld();
    if (publish.qos() > 0 && session.subscriptions().mayBeShared(publish.topic())) {
      session.end(
          new Ending(
              GrantEnd.Cause.CUT,
              ReasonCode.NOT_AUTHORIZED,
              "A message of a shared subscription may not be received any more.",
              Ending.Farewell.FOR_GOOD));
    } else {
      complete(publish);
    }
  }

  private void countWithheld() {
    session.use().countRefused();
    session.parts().meter().packetRefused();
  }

  /** The broker takes it as received: no other member of a share is to get it instead. */
  private void complete(Publish publish) {
    if (publish.qos() == 1) {
      toBroker(PacketType.PUBACK, publish.packetId());
    } else if (publish.qos() == 2) {
      withheld.add(publish.packetId());
      toBroker(PacketType.PUBREC, publish.packetId());
    }
  }

  private void toBroker(PacketType type, int packetId) {
    session.toBroker(session.answers().acknowledge(type, packetId, ReasonCode.SUCCESS));
  }

  private void release(ByteBuf packet) throws MalformedPacket {
    int id = Acknowledgement.packetId(packet, level);
    if (withheld.remove(id)) {
      toBroker(PacketType.PUBCOMP, id);
    } else {
      pass(packet);
    }
  }

  private void suback(ByteBuf packet) throws MalformedPacket {
    Optional<ByteBuf> rebuilt = session.subscriptions().whole(packet, session.answers());
    session.toDevice(rebuilt.orElseGet(packet::retain));
  }

  private void disconnect(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    Disconnect disconnect = Disconnect.read(packet, level);
    session.toDevice(
        disconnect.properties().has(Property.SERVER_REFERENCE)
            ? disconnect.withoutServerReference(ctx.alloc())
            : packet.retain());
    session.end(Ending.said());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    session.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    session.deviceValve().otherSideTakes(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    session.brokerLost();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.warn("the connection to the broker broke: {}", cause.getMessage());
    ctx.close();
  }
}
