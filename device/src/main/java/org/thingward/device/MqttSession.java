package org.thingward.device;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An MQTT session in blocking calls. Safe for many threads. Answers are waited for, for at most 20
 * s; then {@link ServerUnreachable} is thrown, or {@link SessionClosed} if the session ends first.
 */
public final class MqttSession implements AutoCloseable {
  private static final long ANSWER_SECONDS = 20;
  private static final int MAX_PACKET_ID = 0xFFFF;

  private final Channel channel;
  private final MqttLink link;
  private final Acceptance acceptance;
  private final MqttSettings settings;
  private final AtomicInteger packetIds = new AtomicInteger();

  MqttSession(Channel channel, MqttLink link, Acceptance acceptance, MqttSettings settings) {
    this.channel = channel;
    this.link = link;
    this.acceptance = acceptance;
    this.settings = settings;
  }

  /** The server's answer to CONNECT. */
  public Acceptance acceptance() {
    return acceptance;
  }

  public boolean isOpen() {
    return acceptance.accepted() && channel.isActive() && !link.closure().isDone();
  }

  /** Publishes at most once: returns when it is sent. */
  public void publish(String topic, String payload) {
    int unanswered = publish(Publication.of(topic, payload).unacknowledged());
  }

  /** Publishes at least once; returns the reason code of the PUBACK, always 0 in 3.1.1. */
  public int publishAcknowledged(String topic, String payload) {
    return publish(Publication.of(topic, payload));
  }

  /** As {@link #publishAcknowledged(String, String)}, to be kept by the broker. */
  public int publishRetained(String topic, String payload) {
    return publish(Publication.of(topic, payload).kept());
  }

  /** Publishes; returns the reason code of the PUBACK, or 0 where there is none. */
  public int publish(Publication message) {
    if (message.qos() == 0) {
      send(Packets.publish(message, 0));
      return 0;
    }
    int id = nextPacketId();
    CompletableFuture<List<Integer>> answer = link.expect(id);
    send(Packets.publish(message, id));
    return await(id, answer).getFirst();
  }

  /** Subscribes; returns the reason code: the granted QoS, or 0x80 and above for a refusal. */
  public int subscribe(String filter, int qos) {
    int id = nextPacketId();
    CompletableFuture<List<Integer>> answer = link.expect(id);
    send(Packets.subscribe(filter, qos, id));
    return await(id, answer).getFirst();
  }

  /** The next message; empty if none comes in time. */
  public Optional<Message> nextMessage(Duration patience) {
    try {
      return Optional.ofNullable(link.messages().poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** How the session ended; empty if it is still open after the wait. */
  public Optional<Closure> awaitClosed(Duration patience) {
    try {
      return Optional.of(link.closure().get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException stillOpen) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a closure never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Says goodbye (DISCONNECT) and ends the connection. The will is not sent. */
  public void disconnect() {
    if (channel.isActive()) {
      channel
          .writeAndFlush(Packets.disconnect(settings.version()))
          .addListener(sent -> channel.close());
    }
    awaitEnd();
  }

  /** Ends the connection without a word, as a device does that loses power: the will is due. */
  public void vanish() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException endedMeanwhile) {
      return;
    }
    // Not channel.close(): that passes the TLS handler, which would say goodbye.
    channel.eventLoop().submit(channel.unsafe()::closeForcibly).awaitUninterruptibly();
    link.vanished();
  }

  @Override
  public void close() {
    disconnect();
  }

  private void awaitEnd() {
    channel.closeFuture().awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private int nextPacketId() {
    return packetIds.getAndUpdate(last -> last >= MAX_PACKET_ID - 1 ? 0 : last + 1) + 1;
  }

  private void send(Object packet) {
    ChannelFuture sent = channel.writeAndFlush(packet).awaitUninterruptibly();
    if (!sent.isSuccess()) {
      throw awaitClosed(Duration.ofSeconds(1))
          .map(SessionClosed::new)
          .orElseThrow(() -> new ServerUnreachable("sending failed", sent.cause()));
    }
  }

  private List<Integer> await(int packetId, CompletableFuture<List<Integer>> answer) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SessionClosed closed
          ? closed
          : new ServerUnreachable("no answer to a packet", e);
    } catch (TimeoutException e) {
      throw new ServerUnreachable("no answer to a packet within " + ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerUnreachable("interrupted while waiting for an answer", e);
    } finally {
      link.forget(packetId);
    }
  }
}
