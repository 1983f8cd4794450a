package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Peer;
import org.thingward.platform.Place;
import org.thingward.trust.Decision;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
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
  private static final String WILL_NOT_ALLOWED = "The will's topic may not be published to.";

  private final Parts parts;
  private final Channel device;
  private final Outgoing toDevice;
  private final Valve deviceValve;
  private final Peer peer;
  private final Connect connect;
  private final Answers answers;
  private final Asking asking;
  private final BrokerSide broker;
  private final GrantTimer grantTimer;
  private final Subscriptions subscriptions;
  private final Instant since;
  private final Optional<AbsentWill> delayedWill;
  private final Place place;
  private final Lookout lookout;
  private volatile State state = State.ADMITTING;
  private volatile long order;
  private volatile long heardAt;
  private int keepAlive;
  private @Nullable GrantUse use;

  Session(Parts parts, Channel device, Valve deviceValve, Peer peer, Place place, Connect connect) {
    this.parts = parts;
    this.device = device;
    this.toDevice = new Outgoing(device);
    this.deviceValve = deviceValve;
    this.peer = peer;
    this.connect = connect;
    this.since = parts.time().now();
    this.delayedWill = AbsentWill.of(peer, connect, since, parts.limits());
    this.keepAlive = connect.keepAlive();
    this.asking = new Asking(parts, peer, device.eventLoop(), this::obey);
    this.answers = new Answers(device.alloc(), connect.level(), connect.maximumPacketSize());
    this.subscriptions = new Subscriptions(connect.level(), parts.limits().subscriptions());
    this.place = place;
    this.lookout = new Lookout(parts, peer, device, place);
    this.grantTimer = new GrantTimer(device.eventLoop(), parts.time(), this::timeIsUp);
    this.broker =
        new BrokerSide(parts, device.eventLoop(), peer.subject(), connect, answers, delayedWill);
  }

  /** Asks for the first decision. */
  void begin() {
    asking.ask();
  }

  /**
   * Its subject's posture changed. On any thread.
   *
   * @param alone whether no other subject's did at the same time
   */
  void postureChanged(boolean alone) {
    if (state != State.WATCHED && state != State.ENDED) {
      heardAt = parts.time().nanos();
      if (alone) {
        asking.askAtOnce();
      } else {
        asking.ask();
      }
    }
  }

  /** Its subject made itself heard at another connection. On any thread. */
  void heardAt(Place place) {
    if (state == State.OPEN) {
      lookout.heard(place);
    }
  }

  private void obey(Optional<Decision> decision) {
    Optional<Grant> grant = decision.flatMap(Decision::grant);
    if (state == State.ENDED || state == State.WATCHED) {
      grant.ifPresent(unused -> record(new GrantUse(unused), GrantEnd.Cause.LEFT));
    } else if (grant.isEmpty()) {
      deny(Asking.reasonOf(decision));
    } else if (!grant.get().until().isAfter(parts.time().now())) {
      record(new GrantUse(grant.get()), GrantEnd.Cause.EXPIRED);
      deny("The grant has no time left.");
    } else {
      accept(grant.get());
    }
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
    asking.isLiveUnder(grant);
    grantTimer.set(grant.until());
    if (connect.will().isPresent() && !accepted.gatekeeper().mayLeave(connect.will().get())) {
      Asking.recordRefusal(parts, peer, WILL_NOT_ALLOWED);
      end(Ending.cut(WILL_NOT_ALLOWED));
    } else if (state == State.ADMITTING) {
      delayedWill.ifPresentOrElse(this::joinOnceKept, this::join);
    } else {
      deviceValve.open(Valve.Reason.GRANT);
      broker.valve().open(Valve.Reason.GRANT);
      parts.tell(peer, place);
    }
  }

  /** The grant's own end: nothing passes until another was given (rule G10). */
  private void timeIsUp() {
    if (use == null || state == State.ENDED) {
      return;
    }
    deviceValve.shut(Valve.Reason.GRANT);
    broker.valve().shut(Valve.Reason.GRANT);
    record(use, GrantEnd.Cause.EXPIRED);
    use = null;
    asking.ask();
  }

  private void record(GrantUse ended, GrantEnd.Cause cause) {
    parts.decisions().end(ended.end(cause, parts.time().now()));
  }

  /** A will that the broker would delay is kept first: a restart must not forget it (rule G6). */
  private void joinOnceKept(AbsentWill will) {
    parts
        .threads()
        .execute(() -> {
          try {
            parts.absentWills().left(will);
            device.eventLoop().execute(this::joinIfStillWanted);
          } catch (RuntimeException e) {
            log.error("the will of {} cannot be kept: {}", subject(), e.toString());
            endSoon(
                Ending.brokerFailed(
                    ReasonCode.SERVER_UNAVAILABLE, "A delayed will cannot be kept at present."));
          }
        });
  }

  private void joinIfStillWanted() {
    if (state == State.ADMITTING && use != null) {
      join();
    } else {
      delayedWill.ifPresent(will -> parts.absentWills().forget(parts, will));
    }
  }

  private void join() {
    state = State.JOINING;
    order = parts.sessions().nextOrder();
    parts.absentWills().returned(subject());
    List<Session> others =
        parts.sessions().of(subject()).stream().filter(other -> other != this).toList();
    if (others.isEmpty()) {
      broker.open(this);
      return;
    }
    // First: a broker that closes the other's connection must not look like one that failed.
    PromiseCombiner given = new PromiseCombiner(device.eventLoop());
    others.forEach(other -> given.add(other.takenOverBy(this)));
    Promise<Void> allGiven = device.eventLoop().newPromise();
    given.finish(allGiven);
    allGiven.addListener(done -> broker.open(this));
  }

  /** The CONNECT that the broker gets. */
  ByteBuf connectForBroker() {
    return broker.connectPacket(device.alloc());
  }

  /** The broker answered the CONNECT. */
  void joined(Connack connack, ByteBuf packet) {
    if (!connack.accepts()) {
      log.warn("the broker refuses {} with code {}", subject(), connack.code());
      end(Ending.brokerFailed(ReasonCode.SERVER_UNAVAILABLE, "The broker refused the connection."));
      return;
    }
    parts.purges().deviceCame(parts, subject());
    keepAlive = connack.keepAlive().orElse(keepAlive);
    state = State.OPEN;
    toDevice(
        connect.isVersion5()
            ? connack.forDevice(device.alloc(), peer.subject().name(), connect, parts.limits())
            : packet.retain());
    flush();
    parts.meter().sessionOpened();
    parts.tell(peer, place);
    deviceValve.open(Valve.Reason.ADMISSION);
  }

  Subject subject() {
    return peer.subject();
  }

  Peer peer() {
    return peer;
  }

  State state() {
    return state;
  }

  /** When its device asked to be let in. */
  Instant since() {
    return since;
  }

  boolean isVersion5() {
    return connect.isVersion5();
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
    return broker.valve();
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean isWatched() {
    return state == State.WATCHED;
  }

  boolean isJoining() {
    return state == State.JOINING;
  }

  /** The grant in force. While there is none the valves let nothing pass. */
  GrantUse use() {
    return Objects.requireNonNull(use, "packets pass under a grant only");
  }

  void toBroker(ByteBuf packet) {
    broker.write(packet);
  }

  void toDevice(ByteBuf packet) {
    toDevice.write(packet);
  }

  void flush() {
    broker.flush();
    toDevice.flush();
  }

  /** Gives way to a session of the same subject that was admitted later. On any thread. */
  private Future<?> takenOverBy(Session later) {
    return device.eventLoop().submit(() -> giveWay(later));
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
    broker.giveWay();
    parts.tell(peer, place);
    new TripWire(parts, peer, this::endWatch).stretch(device, keepAlive);
    parts.sessions().oldestWatched(subject()).ifPresent(old -> old.endSoon(Ending.takenOver()));
    parts.meter().sessionEnded(GrantEnd.Cause.TAKEN_OVER);
  }

  private void endWatch() {
    if (state == State.WATCHED) {
      state = State.ENDED;
      parts.sessions().remove(this);
      device.close();
    }
  }

  void deviceLost() {
    end(asking.isOpen() ? Ending.lostInDoubt() : Ending.deviceLost());
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
    if (wasOpen) {
      parts.tell(peer, place);
    }
    boolean wasJoining = state == State.JOINING;
    state = State.ENDED;
    parts.sessions().remove(this);
    broker.leave(ending);
    closeDevice(ending, wasOpen);
    grantTimer.cancel();
    if (use != null) {
      record(use, ending.cause());
      use = null;
    }
    if (wasJoining) {
      parts.purges().deviceFailed(parts, device.eventLoop(), subject());
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

  private void closeDevice(Ending ending, boolean wasOpen) {
    toDevice.push();
    if (ending.code() == Ending.SILENT || (wasOpen && !connect.isVersion5())) {
      Closing.afterSending(device, Unpooled.EMPTY_BUFFER);
    } else if (wasOpen) {
      Closing.afterSending(device, answers.disconnect(ending.code(), ending.reason()));
    } else {
      Closing.afterSending(device, answers.refuseConnect(ending.code(), ending.reason()));
    }
  }
}
