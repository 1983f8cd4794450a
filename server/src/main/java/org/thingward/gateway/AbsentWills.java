package org.thingward.gateway;

import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.thingward.platform.Peer;
import org.thingward.trust.Decision;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/**
 * The delayed wills of devices that were lost: the broker publishes each when its delay is over. If
 * the device, or its right to the will's topic, falls before, the will is withdrawn (rule G6).
 */
final class AbsentWills {
  private final ConcurrentHashMap<Subject, Absent> bySubject = new ConcurrentHashMap<>();

  /** A lost device, and what it takes to resume its session at the broker. */
  private record Absent(Parts parts, EventLoop loop, Peer peer, Connect connect, Will will) {}

  /** A device was lost; remembers its will if the broker waits with it. */
  void lost(Parts parts, EventLoop loop, Peer peer, Connect connect) {
    if (connect.will().isEmpty() || connect.will().get().delay() == 0) {
      return;
    }
    Will will = connect.will().get();
    long expiry = Math.min(connect.sessionExpiry(), parts.limits().sessionExpiry().toSeconds());
    Absent absent = new Absent(parts, loop, peer, connect, will);
    bySubject.put(peer.subject(), absent);
    loop.schedule(
        () -> bySubject.remove(peer.subject(), absent),
        Math.min(will.delay(), expiry),
        TimeUnit.SECONDS);
  }

  /** The device is back: the broker drops the will itself (§3.1.3.2.2). */
  void returned(Subject subject) {
    bySubject.remove(subject);
  }

  /** Its posture changed. On any thread. */
  void postureChanged(Subject subject) {
    Absent absent = bySubject.get(subject);
    if (absent != null) {
      new Asking(absent.parts, absent.peer, absent.loop, decision -> judge(absent, decision)).ask();
    }
  }

  private void judge(Absent absent, Optional<Decision> decision) {
    Optional<Grant> grant = decision.flatMap(Decision::grant);
    boolean stays = grant.isPresent() && new Gatekeeper(grant.get().rights()).mayLeave(absent.will);
    // Asked only to know: nothing is done under it.
    grant.ifPresent(given ->
        absent
            .parts
            .decisions()
            .end(new GrantUse(given).end(GrantEnd.Cause.LEFT, absent.parts.time().now())));
    boolean away = absent.parts.sessions().of(absent.peer.subject()).isEmpty();
    if (!stays && away && bySubject.remove(absent.peer.subject(), absent)) {
      Withdrawal.of(absent.parts, absent.loop, absent.peer.subject(), absent.connect);
    }
  }
}
