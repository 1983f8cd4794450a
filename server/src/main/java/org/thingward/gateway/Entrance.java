package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Peer;
import org.thingward.platform.Place;
import org.thingward.platform.Problem;

/**
 * What a new connection meets first: takes the CONNECT, learns from the certificate who is there,
 * and hands over to a {@link Session}. Nothing reaches the broker from here.
 */
final class Entrance extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Entrance.class);
  private static final String ANOTHER_NAME =
      "The client identifier must be the name in the certificate.";

  private final Parts parts;
  private final Valve valve;
  private final Handshakes.Handshake handshake;
  private int level;
  private @Nullable Future<?> deadline;

  Entrance(Parts parts, Valve valve, Handshakes.Handshake handshake) {
    this.parts = parts;
    this.valve = valve;
    this.handshake = handshake;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent ended) {
      if (ended.isSuccess()) {
        handshake.proved();
        long millis = parts.limits().connectWithin().toMillis();
        deadline = ctx.executor().schedule(() -> tooLate(ctx), millis, TimeUnit.MILLISECONDS);
      } else {
        handshake.failed();
        ctx.close();
      }
    }
  }

  private void tooLate(ChannelHandlerContext ctx) {
    parts.meter().connectRefused();
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf packet = (ByteBuf) message;
    try {
      enter(ctx, packet);
    } catch (MalformedPacket breach) {
      refuse(ctx.channel(), breach.reasonCode(), breach.reason());
    } finally {
      packet.release();
    }
  }

  private void enter(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    valve.shut(Valve.Reason.ADMISSION);
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (PacketType.of(packet.getByte(packet.readerIndex())) != PacketType.CONNECT) {
      throw MalformedPacket.protocolError("the first packet is a CONNECT");
    }
    level = Connect.levelAsked(packet);
    Connect connect = Connect.read(packet);
    SSLSession tls = ctx.pipeline().get(SslHandler.class).engine().getSession();
    parts.threads().execute(() -> identify(ctx, tls, connect));
  }

  /** On a virtual thread: who is it, and may it come in? */
  private void identify(ChannelHandlerContext ctx, SSLSession tls, Connect connect) {
    try {
      Optional<Peer> peer = parts.tls().peerOf(tls);
      if (peer.isEmpty()) {
        refuseSoon(ctx, ReasonCode.NOT_AUTHORIZED, "Present your client certificate.");
      } else if (!isNamed(connect, peer.get().subject().name())) {
        refuseSoon(ctx, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, ANOTHER_NAME);
        Asking.recordRefusal(parts, peer.get(), ANOTHER_NAME);
      } else {
        begin(ctx, peer.get(), connect);
      }
    } catch (Problem problem) {
      refuseSoon(ctx, ReasonCode.NOT_AUTHORIZED, problem.detail());
    } catch (RuntimeException e) {
      log.error("a connection could not be identified", e);
      refuseSoon(ctx, ReasonCode.SERVER_UNAVAILABLE, "Who you are could not be looked up.");
    }
  }

  private static boolean isNamed(Connect connect, String name) {
    return connect.clientId().isEmpty() ? connect.isVersion5() : connect.clientId().equals(name);
  }

  private void begin(ChannelHandlerContext ctx, Peer peer, Connect connect) {
    Place place = Place.of(((SocketChannel) ctx.channel()).remoteAddress().getAddress());
    Session session = new Session(parts, ctx.channel(), valve, peer, place, connect);
    parts.sessions().add(session);
    ctx.executor()
        .execute(
            () -> ctx.pipeline().replace(this, null, new FromDevice(session, connect.level())));
    session.begin();
  }

  private void refuseSoon(ChannelHandlerContext ctx, int code, String reason) {
    ctx.executor().execute(() -> refuse(ctx.channel(), code, reason));
  }

  /** Answers a CONNECT in the version it was sent in; one that cannot be read is just closed. */
  private void refuse(Channel channel, int code, String reason) {
    parts.meter().connectRefused();
    boolean version5 = level >= Connect.LEVEL_5 && (level & 0x7F) != Connect.LEVEL_311;
    boolean sayable = version5 || ReasonCode.returnCode311(code) < 5 || isRefusal(code);
    if (level == 0 || !sayable) {
      channel.close();
      return;
    }
    Answers answers =
        new Answers(
            channel.alloc(), version5 ? Connect.LEVEL_5 : Connect.LEVEL_311, Long.MAX_VALUE);
    channel
        .writeAndFlush(answers.refuseConnect(code, reason))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private static boolean isRefusal(int code) {
    return code == ReasonCode.NOT_AUTHORIZED;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    handshake.failed();
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause.getCause() instanceof MalformedPacket breach) {
      refuse(ctx.channel(), breach.reasonCode(), breach.reason());
    } else {
      log.debug("a connection failed before it was one: {}", cause.getMessage());
      ctx.close();
    }
  }
}
