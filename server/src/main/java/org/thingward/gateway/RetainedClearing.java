package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Silence;
import org.thingward.trust.TopicFilter;

/**
 * Clears what the broker retains on the topics of a silenced device (rule G7): subscribes to them
 * in the gateway's own name, and publishes an empty retained message on each topic that it hears of
 * (MQTT 3.1.1 §3.3.1.3). It ends when the broker has said nothing more for a while; what fails is
 * tried again for as long as the device is silenced.
 */
final class RetainedClearing extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(RetainedClearing.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int KEEP_ALIVE_SECONDS = 60;
  private static final int CLEAN = 0x02;
  private static final int USER_AND_PASSWORD = 0xC0;
  private static final int RETAINED_QOS_1 = 0x33;

  private final Parts parts;
  private final EventLoop loop;
  private final String device;
  private final Silence silence;
  private final Set<Integer> unacknowledged = new HashSet<>();
  private int packetIds = 1;
  private boolean subscribed;
  private boolean complete;
  private @Nullable Future<?> end;

  private RetainedClearing(Parts parts, EventLoop loop, String device, Silence silence) {
    this.parts = parts;
    this.loop = loop;
    this.device = device;
    this.silence = silence;
  }

  /** Begins to clear what is retained of {@code device}. On any thread. */
  static void of(Parts parts, EventLoop loop, String device, Silence silence) {
    RetainedClearing clearing = new RetainedClearing(parts, loop, device, silence);
    parts
        .broker()
        .openFor(
            loop,
            clearing,
            PATIENCE,
            unreachable -> clearing.tryAgain("the broker cannot be reached"));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(connect(ctx.alloc()), ctx.voidPromise());
  }

  private ByteBuf connect(ByteBufAllocator allocator) {
    var credential = parts.broker().credential();
    // The slashes keep this name apart from every device's (rule I5).
    PacketWriter out =
        new PacketWriter(allocator, 128)
            .text("MQTT")
            .u8(Connect.LEVEL_311)
            .u8(credential.isPresent() ? CLEAN | USER_AND_PASSWORD : CLEAN)
            .u16(KEEP_ALIVE_SECONDS)
            .text("gateway/clears/" + device);
    credential.ifPresent(own -> out.text(own.user()).text(own.password()));
    return out.finish(PacketType.CONNECT.firstByte());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedPacket {
    ByteBuf packet = (ByteBuf) message;
    try {
      switch (PacketType.of(packet.getByte(packet.readerIndex()))) {
        case CONNACK -> subscribe(ctx, Connack.read(packet, Connect.LEVEL_311));
        case SUBACK -> subscribed = true;
        case PUBLISH -> clear(ctx, packet);
        case PUBACK -> unacknowledged.remove(Acknowledgement.packetId(packet, Connect.LEVEL_311));
        default -> log.debug("the broker says what a clearing does not ask for");
      }
      endWhenQuiet(ctx);
    } finally {
      packet.release();
    }
  }

  private void subscribe(ChannelHandlerContext ctx, Connack connack) {
    if (!connack.accepts()) {
      ctx.close();
      return;
    }
    PacketWriter out = new PacketWriter(ctx.alloc(), 256).u16(packetIds++);
    for (TopicFilter filter : silence.named()) {
      out.text(filter.toString()).u8(0);
    }
    ctx.writeAndFlush(out.finish(PacketType.SUBSCRIBE.firstByte()), ctx.voidPromise());
  }

  private void clear(ChannelHandlerContext ctx, ByteBuf packet) throws MalformedPacket {
    boolean retained = (packet.getByte(packet.readerIndex()) & 1) != 0;
    Publish publish = Publish.read(packet, Connect.LEVEL_311);
    if (retained && silence.covers(publish.topic())) {
      int id = packetIds++ & 0xFFFF;
      unacknowledged.add(id);
      ByteBuf empty =
          new PacketWriter(ctx.alloc(), publish.topic().length + 8)
              .binary(publish.topic())
              .u16(id)
              .finish(RETAINED_QOS_1);
      ctx.writeAndFlush(empty, ctx.voidPromise());
    }
  }

  private void endWhenQuiet(ChannelHandlerContext ctx) {
    if (end != null) {
      end.cancel(false);
    }
    end =
        ctx.executor()
            .schedule(
                () -> {
                  if (subscribed && unacknowledged.isEmpty()) {
                    complete = true;
                    Answers answers = new Answers(ctx.alloc(), Connect.LEVEL_311, Long.MAX_VALUE);
                    Closing.afterSending(
                        ctx.channel(), answers.leave(ReasonCode.NORMAL_DISCONNECTION));
                  }
                },
                QUIET.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!complete) {
      tryAgain("the broker ended the connection");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.warn("clearing what {} had retained: {}", device, cause.getMessage());
    ctx.close();
  }

  private void tryAgain(String why) {
    if (loop.isShuttingDown() || !parts.silenced().holds(device)) {
      return;
    }
    log.warn("what {} had retained is not cleared yet, and withheld: {}", device, why);
    loop.schedule(
        () -> {
          if (parts.silenced().holds(device)) {
            of(parts, loop, device, silence);
          }
        },
        PAUSE.toMillis(),
        TimeUnit.MILLISECONDS);
  }
}
