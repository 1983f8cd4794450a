package org.thingward.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerSightings;
import org.thingward.platform.Place;
import org.thingward.platform.Time;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Silence;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/**
 * The policy enforcement point for MQTT: listens for devices and services over mutually
 * authenticated TLS, and stands before a broker. Every packet is checked against the grant of its
 * session; a change of posture replaces the grant or cuts the session.
 */
public final class Gateway implements PostureListener, PeerSightings, AutoCloseable {
  private static final int BACKLOG = 4_096;
  private static final long FAREWELL_MILLIS = 2_000;

  private final Parts parts;
  private final SslContext tls;
  private final Handshakes handshakes;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** One a processor: more would only take turns, and find less to do at each. */
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          Runtime.getRuntime().availableProcessors(), NioIoHandler.newFactory());

  private @Nullable Channel listener;

  /**
   * A gateway that does not listen yet.
   *
   * @param decisions asked before a session, and again when its subject's posture changes
   * @param evidence where overlap and refused packets are stated; bound to the source {@code
   *     gateway}
   * @param tls the device plane's TLS
   * @param upstream the broker behind
   * @param meter hears what happens, for figures
   * @param silence what the policy in force silences by a posture (rule G7)
   * @param folder where is kept what may still have to be done at the broker; exists
   */
  public Gateway(
      DecisionPoint decisions,
      EvidenceSink evidence,
      DeviceTls tls,
      Upstream upstream,
      Limits limits,
      Time time,
      Meter meter,
      Function<Posture, Silence> silence,
      Path folder) {
    Outstanding outstanding = new Outstanding(folder);
    this.tls = tls.context(ClientAuth.REQUIRE);
    this.handshakes = new Handshakes(limits, time);
    this.parts =
        new Parts(
            decisions,
            evidence,
            tls,
            new BrokerLink(upstream, limits),
            limits,
            time,
            meter,
            new Sessions(),
            new AbsentWills(outstanding),
            new Purges(outstanding),
            new Silenced(silence),
            new Refusals(),
            new CopyOnWriteArrayList<>(),
            threads);
  }

  /**
   * Goes on with what the last run left to do at the broker, and begins to listen.
   *
   * @param address where; port 0 for any free one
   * @return where it listens
   * @throws IllegalStateException if that port is taken
   */
  public InetSocketAddress start(InetSocketAddress address) {
    parts.absentWills().recall(parts, this::nextLoop);
    parts.purges().recall(parts, this::nextLoop);
    try {
      Channel bound =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .option(ChannelOption.SO_BACKLOG, BACKLOG)
              .childOption(ChannelOption.SO_KEEPALIVE, true)
              .childHandler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                      welcome(channel);
                    }
                  })
              .bind(address)
              .syncUninterruptibly()
              .channel();
      listener = bound;
      return (InetSocketAddress) bound.localAddress();
    } catch (Exception e) {
      throw new IllegalStateException(
          "port " + address.getPort() + " cannot be listened on: " + e.getMessage(), e);
    }
  }

  private EventLoop nextLoop() {
    return (EventLoop) loops.next();
  }

  private void welcome(SocketChannel channel) {
    handshakes
        .begin(channel.remoteAddress().getAddress())
        .ifPresentOrElse(
            handshake -> {
              SslHandler handler = tls.newHandler(channel.alloc());
              handler.setHandshakeTimeoutMillis(parts.limits().handshakeWithin().toMillis());
              PacketCutter cutter =
                  new PacketCutter(parts.limits().connectBytes(), parts.limits().packetBytes());
              Valve valve = new Valve();
              channel
                  .pipeline()
                  .addLast(handler, cutter, valve, new Entrance(parts, valve, handshake));
            },
            () -> {
              parts.meter().connectRefused();
              channel.close();
            });
  }

  /** What operators reach of this room. */
  public List<OperatorRoute> operatorRoutes() {
    return new SessionRoutes(parts.sessions()).routes();
  }

  /** How many connections hold or seek a session. */
  public int sessions() {
    return parts.sessions().all().size();
  }

  /** Has {@code hears} told from where sessions speak: as they begin, go on and end. */
  public void subscribe(PeerSightings hears) {
    parts.sightings().add(hears);
  }

  /** Somebody who is a peer made a request elsewhere: does its session here go on speaking? */
  @Override
  public void seen(Peer peer, Place from) {
    parts.sessions().of(peer.subject()).forEach(session -> session.heardAt(from));
  }

  @Override
  public void posturesChanged(Collection<PostureChange> changes) {
    boolean alone = changes.size() == 1;
    for (PostureChange change : changes) {
      parts.sessions().of(change.subject()).forEach(session -> session.postureChanged(alone));
      parts.absentWills().postureChanged(change.subject());
      silence(change);
      if (hasAnotherHolder(change)) {
        parts.purges().beginSoon(parts, nextLoop(), change.subject());
      }
    }
  }

  /**
   * None of the certificates that it might present is accepted any more: it was revoked, or
   * enrolled anew. A renewal passes through a time in which parent and child are both accepted.
   */
  private static boolean hasAnotherHolder(PostureChange change) {
    return change
        .before()
        .filter(before -> !before.credentials().isEmpty() && !change.after().anyCredential())
        .filter(before -> Collections.disjoint(before.credentials(), change.after().credentials()))
        .isPresent();
  }

  /**
   * This subject belongs to another owner: its connections end, and its session at the broker, with
   * all that waits in it, is forgotten (rule G9). Returns once that is durable.
   */
  public void ownerChanged(Subject subject) {
    parts.purges().begin(parts, nextLoop(), subject);
    parts.sessions().of(subject).forEach(session -> session.endSoon(Ending.purged()));
  }

  /**
   * A device that is contraindicated now is not heard any more; one that was before, is not yet.
   */
  private void silence(PostureChange change) {
    if (change.subject().kind() != SubjectKind.DEVICE) {
      return;
    }
    boolean wasSilenced = parts.silenced().holds(change.subject().name());
    Silence silence = parts.silenced().postureChanged(change.after());
    if (!wasSilenced && !silence.named().isEmpty()) {
      RetainedClearing.of(parts, nextLoop(), change.subject().name(), silence);
    }
  }

  /** Another policy is in force: other topics may name the devices that are not heard. */
  public void policyChanged() {
    parts.silenced().policyChanged();
  }

  /** Stops listening, ends all sessions, and returns when they have ended. */
  @Override
  public void close() {
    if (loops.isShuttingDown()) {
      return;
    }
    if (listener != null) {
      listener.close().syncUninterruptibly();
    }
    List<Session> last = parts.sessions().all();
    last.forEach(session -> session.endSoon(Ending.stopped()));
    long start = parts.time().nanos();
    for (Session session : last) {
      session.awaitClosed(FAREWELL_MILLIS - (parts.time().nanos() - start) / 1_000_000);
    }
    loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    threads.close();
  }
}
