package org.thingward.device;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The event-driven end of one session: answers complete futures, messages go to a queue. */
final class MqttLink extends SimpleChannelInboundHandler<MqttMessage> {
  /** Beyond this many unread messages, further ones are dropped and counted. */
  private static final int MAX_UNREAD = 10_000;

  private final MqttSettings settings;
  private final InstantSource clock;
  private final CompletableFuture<Acceptance> acceptance = new CompletableFuture<>();
  private final CompletableFuture<Closure> closure = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<List<Integer>>> answers = new ConcurrentHashMap<>();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>(MAX_UNREAD);
  private OptionalInt goodbye = OptionalInt.empty();
  private String goodbyeText = "";

  MqttLink(MqttSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  CompletableFuture<Acceptance> acceptance() {
    return acceptance;
  }

  CompletableFuture<Closure> closure() {
    return closure;
  }

  BlockingQueue<Message> messages() {
    return messages;
  }

  /** The reason codes that will answer the packet with this id. */
  CompletableFuture<List<Integer>> expect(int packetId) {
    CompletableFuture<List<Integer>> answer = new CompletableFuture<>();
    answers.put(packetId, answer);
    closure.thenAccept(end -> answer.completeExceptionally(new SessionClosed(end)));
    return answer;
  }

  void forget(int packetId) {
    answers.remove(packetId);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      context.writeAndFlush(Packets.connect(settings));
    } else if (event instanceof IdleStateEvent && acceptance.isDone()) {
      context.writeAndFlush(MqttMessage.PINGREQ);
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, MqttMessage packet) {
    if (packet.decoderResult().isFailure()) {
      exceptionCaught(context, packet.decoderResult().cause());
      return;
    }
    switch (packet) {
      case MqttConnAckMessage answer -> acceptance.complete(Packets.acceptance(answer));
      case MqttPublishMessage message -> deliver(context, message);
      case MqttSubAckMessage answer -> subscribed(context, answer);
      case MqttUnsubAckMessage answer -> answer(answer.variableHeader().messageId(), List.of(0));
      default -> other(packet);
    }
  }

  /** One reason for each filter (MQTT 5 §3.9.3), and this client never asks for none. */
  private void subscribed(ChannelHandlerContext context, MqttSubAckMessage answer) {
    if (answer.payload().reasonCodes().isEmpty()) {
      exceptionCaught(context, new DecoderException("a SUBACK without a reason code"));
      return;
    }
    answer(answer.variableHeader().messageId(), answer.payload().reasonCodes());
  }

  private void other(MqttMessage packet) {
    switch (packet.fixedHeader().messageType()) {
      case PUBACK -> acknowledge(packet);
      case DISCONNECT -> goodbye(packet);
      default -> {
        // PINGRESP says only that the other end lives; nothing else is asked for by this client.
      }
    }
  }

  private void acknowledge(MqttMessage packet) {
    int reason =
        packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply
            ? Byte.toUnsignedInt(reply.reasonCode())
            : 0;
    answer(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId(), List.of(reason));
  }

  private void goodbye(MqttMessage packet) {
    if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      goodbye = OptionalInt.of(Byte.toUnsignedInt(header.reasonCode()));
      goodbyeText = Packets.reasonString(header.properties());
    } else {
      goodbye = OptionalInt.of(0);
    }
    close();
  }

  private void answer(int packetId, List<Integer> reasons) {
    CompletableFuture<List<Integer>> waiting = answers.remove(packetId);
    if (waiting != null) {
      waiting.complete(reasons);
    }
  }

  private void deliver(ChannelHandlerContext context, MqttPublishMessage message) {
    byte[] payload = ByteBufUtil.getBytes(message.payload());
    String topic = message.variableHeader().topicName();
    if (messages.offer(new Message(topic, payload, message.fixedHeader().isRetain()))
        && message.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
      context.writeAndFlush(Packets.puback(message.variableHeader().packetId()));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    goodbyeText = text(cause);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    close();
    super.channelInactive(context);
  }

  /** This side ended the connection below TLS. */
  void vanished() {
    close();
  }

  private void close() {
    Closure end = new Closure(goodbye, goodbyeText, clock.instant());
    if (closure.complete(end)) {
      acceptance.completeExceptionally(new SessionClosed(end));
    }
  }

  private static String text(@Nullable Throwable cause) {
    if (cause == null) {
      return "";
    }
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
