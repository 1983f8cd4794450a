package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Peer;
import org.thingward.trust.Decision;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

/**
 * One connection of a device, its grant, and its connection to the broker. Decisions are asked for
 * on virtual threads; everything else happens on the event loop of the device's connection.
 */
final class Session {
  /** Where it stands; only ever moves on. */
  enum State {
    /** Waits for its first decision. */
    ADMITTING,
    /** Is permitted and waits for the broker. */
    JOINING,
    /** Packets pass. */
    OPEN,
    /** Was taken over; nothing passes, its connection is watched. */
    WATCHED,
    ENDED
  }

  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
  private static final Duration BROKER_LETS_GO_WITHIN = Duration.ofSeconds(5);

  /** Timers take no longer time; a grant that ends later is looked at again then. */
  private static final Duration LONGEST_TIMER = Duration.ofDays(1);

  private final Parts parts;
  private final Channel device;
  private final Valve deviceValve;
  private final Valve brokerValve = new Valve();
  private final Peer peer;
  private final Connect connect;
  private final Answers answers;
  private final AtomicInteger asked = new AtomicInteger();
  private final Subscriptions subscriptions;
  private volatile State state = State.ADMITTING;
  private volatile long order;
  private volatile long heardAt;
  private int keepAlive;
  private boolean brokerDirty;
  private boolean deviceDirty;
  private @Nullable GrantUse use;
  private @Nullable Channel broker;
  private @Nullable Future<?> expiry;

  Session(Parts parts, Channel device, Valve deviceValve, Peer peer, Connect connect) {
    this.parts = parts;
    this.device = device;
    this.deviceValve = deviceValve;
    this.peer = peer;
    this.connect = connect;
    this.keepAlive = connect.keepAlive();
    this.answers = new Answers(device.alloc(), connect.level(), connect.maximumPacketSize());
    this.subscriptions = new Subscriptions(connect.level(), parts.limits().subscriptions());
  }

  // --- Decisions ---------------------------------------------------------------------------

  /** Its subject's posture changed. On any thread. */
  void postureChanged() {
    if (state != State.WATCHED && state != State.ENDED) {
      heardAt = parts.time().nanos();
      ask();
    }
  }

  /** Asks for a decision, for the first time or again. On any thread. */
  void ask() {
    if (asked.getAndIncrement() == 0) {
      parts.threads().execute(this::decideUntilCurrent);
    }
  }

  /** Decides until no change came in between, so that the last answer is by the last posture. */
  private void decideUntilCurrent() {
    int seen;
    do {
      seen = asked.get();
      Optional<Decision> decision = decide();
      device.eventLoop().execute(() -> obey(decision));
    } while (asked.addAndGet(-seen) > 0);
  }

  private Optional<Decision> decide() {
    Request request =
        new Request(RequestKind.CONNECT, peer.subject(), peer.credential(), peer.end());
    try {
      return Optional.of(parts.decisions().decide(request).decision());
    } catch (RuntimeException e) {
      log.error("no decision on {}: {}", peer.subject(), e.toString());
      return Optional.empty();
    }
  }

  private void obey(Optional<Decision> decision) {
    Optional<Grant> grant = decision.flatMap(Decision::grant);
    if (state == State.ENDED || state == State.WATCHED) {
      grant.ifPresent(unused -> record(new GrantUse(unused), GrantEnd.Cause.LEFT));
    } else if (grant.isEmpty()) {
      deny(reasonOf(decision));
    } else if (!grant.get().until().isAfter(parts.time().now())) {
      record(new GrantUse(grant.get()), GrantEnd.Cause.EXPIRED);
      deny("The grant has no time left.");
    } else {
      accept(grant.get());
    }
  }

  private static String reasonOf(Optional<Decision> decision) {
    return decision
        .map(made -> String.join(" ", made.reasons()))
        .orElse("No decision could be made.");
  }

  private void deny(String reason) {
    boolean expired = state == State.OPEN && use == null;
    end(expired ? Ending.expired(reason) : Ending.cut(reason));
  }

  /**
   * Puts a grant in force in place of any other; a will that it does not allow ends the session.
   */
  private void accept(Grant grant) {
    if (use != null) {
      record(use, GrantEnd.Cause.REPLACED);
    }
    GrantUse accepted = new GrantUse(grant);
    use = accepted;
    schedule(grant.until());
    if (connect.will().isPresent() && !accepted.gatekeeper().mayLeave(connect.will().get())) {
      end(Ending.cut("The will's topic may not be published to."));
    } else if (state == State.ADMITTING) {
      join();
    } else {
      deviceValve.open(Valve.Reason.GRANT);
      brokerValve.open(Valve.Reason.GRANT);
    }
  }

  private void schedule(Instant until) {
    if (expiry != null) {
      expiry.cancel(false);
    }
    Duration left = Duration.between(parts.time().now(), until);
    Duration timer = left.compareTo(LONGEST_TIMER) < 0 ? left : LONGEST_TIMER;
    expiry =
        device.eventLoop().schedule(() -> timeIsUp(until), timer.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The grant's own end: nothing passes until another was given (rule G10). */
  private void timeIsUp(Instant until) {
    if (use == null || state == State.ENDED) {
      return;
    }
    if (parts.time().now().isBefore(until)) {
      schedule(until);
      return;
    }
    deviceValve.shut(Valve.Reason.GRANT);
    brokerValve.shut(Valve.Reason.GRANT);
    record(use, GrantEnd.Cause.EXPIRED);
    use = null;
    ask();
  }

  private void record(GrantUse ended, GrantEnd.Cause cause) {
    parts.decisions().end(ended.end(cause, parts.time().now()));
  }

  // --- Joining the broker ------------------------------------------------------------------

  private void join() {
    state = State.JOINING;
    order = parts.sessions().nextOrder();
    parts.sessions().of(subject()).forEach(other -> other.takenOverBy(this));
    ChannelFuture opening =
        parts.broker().open(device.eventLoop(), brokerValve, new FromBroker(this, connect.level()));
    broker = opening.channel();
    opening.addListener(
        (ChannelFutureListener)
            opened -> {
              if (!opened.isSuccess()) {
                log.warn("the broker cannot be reached: {}", opened.cause().getMessage());
                brokerLost();
              }
            });
  }

  /** The CONNECT that the broker gets. */
  ByteBuf connectForBroker() {
    return connect.forBroker(
        device.alloc(),
        BrokerLink.clientId(subject()),
        parts.broker().credential(),
        parts.limits().sessionExpiry().toSeconds());
  }

  /** The broker answered the CONNECT. */
  void joined(Connack connack, ByteBuf packet) {
    if (!connack.accepts()) {
      log.warn("the broker refuses {} with code {}", subject(), connack.code());
      end(Ending.brokerFailed(ReasonCode.SERVER_UNAVAILABLE, "The broker refused the connection."));
      return;
    }
    keepAlive = connack.keepAlive().orElse(keepAlive);
    state = State.OPEN;
    toDevice(
        connect.isVersion5()
            ? connack.forDevice(device.alloc(), peer.subject().name(), connect, parts.limits())
            : packet.retain());
    flush();
    parts.meter().sessionOpened();
    deviceValve.open(Valve.Reason.ADMISSION);
  }

  // --- While it is open --------------------------------------------------------------------

  Subject subject() {
    return peer.subject();
  }

  Parts parts() {
    return parts;
  }

  Answers answers() {
    return answers;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  Valve deviceValve() {
    return deviceValve;
  }

  Valve brokerValve() {
    return brokerValve;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean isJoining() {
    return state == State.JOINING;
  }

  /** The grant in force. While there is none the valves let nothing pass. */
  GrantUse use() {
    return Objects.requireNonNull(use, "packets pass under a grant only");
  }

  void toBroker(ByteBuf packet) {
    if (broker != null) {
      broker.write(packet, broker.voidPromise());
      brokerDirty = true;
    } else {
      packet.release();
    }
  }

  void toDevice(ByteBuf packet) {
    device.write(packet, device.voidPromise());
    deviceDirty = true;
  }

  void flush() {
    if (brokerDirty && broker != null) {
      brokerDirty = false;
      broker.flush();
    }
    if (deviceDirty) {
      deviceDirty = false;
      device.flush();
    }
  }

  // --- Take-over (rule G8) -----------------------------------------------------------------

  /** Gives way to a session of the same subject that was admitted later. On any thread. */
  private void takenOverBy(Session later) {
    if (later != this) {
      device.eventLoop().execute(() -> giveWay(later));
    }
  }

  private void giveWay(Session later) {
    if (order == 0 || order > later.order) {
      return;
    }
    boolean sameKey = peer.credential().equals(later.peer.credential());
    if (state == State.OPEN && sameKey) {
      watch();
    } else if (state == State.OPEN || state == State.JOINING) {
      end(Ending.takenOver());
    }
  }

  /** Nothing passes any more; what its connection still says tells whether its key is shared. */
  private void watch() {
    state = State.WATCHED;
    if (use != null) {
      record(use, GrantEnd.Cause.TAKEN_OVER);
      use = null;
    }
    if (broker != null) {
      // The broker closes it when the successor's CONNECT arrives, and treats its will as it must.
      Channel former = broker;
      device
          .eventLoop()
          .schedule(() -> close(former), BROKER_LETS_GO_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }
    TripWire wire = new TripWire(parts.limits().overlapGrace(), this::overlap, this::endWatch);
    wire.stretch(device, keepAlive);
    parts.meter().sessionEnded(GrantEnd.Cause.TAKEN_OVER);
  }

  /** Its connection spoke although another one holds the session: its key is in use twice. */
  private void overlap() {
    log.warn("the key of {} is in use at two places", subject());
    parts.meter().overlap();
    Overlap overlap = new Overlap(subject(), peer.credential(), parts.time().now());
    parts.threads().execute(() -> state(overlap));
    endWatch();
  }

  /**
   * States what was seen; the posture falls by it. If it cannot be stated, the sessions still end.
   */
  private void state(Overlap overlap) {
    try {
      parts.evidence().state(overlap.evidence());
    } catch (RuntimeException e) {
      log.error("overlap of {} could not be stated: {}", subject(), e.toString());
      Ending cut = Ending.cut("This key is in use at two places.");
      parts.sessions().of(subject()).forEach(other -> other.endSoon(cut));
    }
  }

  private void endWatch() {
    if (state == State.WATCHED) {
      state = State.ENDED;
      parts.sessions().remove(this);
      device.close();
    }
  }

  // --- Its end -----------------------------------------------------------------------------

  void deviceLost() {
    if (state == State.WATCHED) {
      endWatch();
    } else {
      end(Ending.deviceLost());
    }
  }

  void brokerLost() {
    if (state == State.OPEN || state == State.JOINING) {
      end(
          Ending.brokerFailed(
              ReasonCode.SERVER_UNAVAILABLE, "The broker behind this gateway is not available."));
    }
  }

  /** Waits until its connection is closed, but not for longer; not on an event loop. */
  void awaitClosed(long millis) {
    device.closeFuture().awaitUninterruptibly(Math.max(0, millis));
  }

  /** Ends it; on any thread. */
  void endSoon(Ending ending) {
    device.eventLoop().execute(() -> end(ending));
  }

  /** Ends it: the broker first, so that nothing more is heard of the device, then the device. */
  void end(Ending ending) {
    if (state == State.WATCHED) {
      endWatch();
    }
    if (state == State.ENDED) {
      return;
    }
    boolean wasOpen = state == State.OPEN;
    state = State.ENDED;
    parts.sessions().remove(this);
    leaveBroker(ending.farewell());
    closeDevice(ending, wasOpen);
    if (expiry != null) {
      expiry.cancel(false);
    }
    if (use != null) {
      record(use, ending.cause());
      use = null;
    }
    account(ending, wasOpen);
  }

  private void account(Ending ending, boolean wasOpen) {
    if (!wasOpen) {
      parts.meter().connectRefused();
      return;
    }
    parts.meter().sessionEnded(ending.cause());
    if (ending.cause() == GrantEnd.Cause.CUT) {
      parts.meter().cut(heardAt == 0 ? 0 : parts.time().nanos() - heardAt);
      parts.sessions().of(subject()).forEach(other -> other.endSoon(ending));
    }
  }

  private void leaveBroker(Ending.Farewell farewell) {
    if (broker == null) {
      return;
    }
    switch (farewell) {
      case LOST -> broker.close();
      case SAID -> sendLast(broker, io.netty.buffer.Unpooled.EMPTY_BUFFER);
      case WITHOUT_WILL -> sendLast(broker, answers.leave(ReasonCode.NORMAL_DISCONNECTION));
      case FOR_GOOD -> sendLast(broker, answers.leaveForGood(ReasonCode.DISCONNECT_WITH_WILL));
    }
  }

  private void closeDevice(Ending ending, boolean wasOpen) {
    if (ending.code() != Ending.SILENT && !wasOpen) {
      sendLast(device, answers.refuseConnect(ending.code(), ending.reason()));
    } else if (ending.code() != Ending.SILENT && connect.isVersion5()) {
      sendLast(device, answers.disconnect(ending.code(), ending.reason()));
    } else {
      sendLast(device, io.netty.buffer.Unpooled.EMPTY_BUFFER);
    }
  }

  /** Sends a last packet and closes; a side that takes too long to read it is closed without. */
  private static void sendLast(Channel channel, ByteBuf packet) {
    channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
    channel
        .eventLoop()
        .schedule(() -> close(channel), CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes past TLS, which would wait for the other side. */
  private static void close(Channel channel) {
    if (channel.isOpen()) {
      channel.unsafe().close(channel.voidPromise());
    }
  }
}
