package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.TopicFilter;

/**
 * The filters of one session: which were granted, and the SUBACKs that are still to come and must
 * be rebuilt in order (rule G3). On the session's event loop only.
 */
final class Subscriptions {
  private static final int MAX_PENDING = 64;

  private final int level;
  private final int maximum;
  private final Set<ByteBuffer> granted = new HashSet<>(4);
  private final Map<ByteBuffer, TopicFilter> shared = new HashMap<>(0);
  private final Map<Integer, int[]> pending = new HashMap<>(4);

  Subscriptions(int level, int maximum) {
    this.level = level;
    this.maximum = maximum;
  }

  /** What becomes of a SUBSCRIBE. */
  sealed interface Outcome {
    /** It goes on as it is. */
    record All() implements Outcome {}

    /** It goes on with these entries only. */
    record Some(List<Subscribe.Entry> entries) implements Outcome {}

    /** Nothing goes on; these are the codes of its SUBACK. */
    record None(byte[] codes) implements Outcome {}
  }

  /** Judges each filter and remembers the codes of those refused until the SUBACK comes. */
  Outcome judge(Subscribe subscribe, Gatekeeper gatekeeper) throws MalformedPacket {
    int[] codes = new int[subscribe.entries().size()];
    List<Subscribe.Entry> wanted = new ArrayList<>(codes.length);
    for (int i = 0; i < codes.length; i++) {
      Subscribe.Entry entry = subscribe.entries().get(i);
      codes[i] = judge(entry, gatekeeper);
      if (codes[i] == ReasonCode.SUCCESS) {
        wanted.add(entry);
      }
    }
    if (wanted.size() == codes.length) {
      return new Outcome.All();
    }
    if (wanted.isEmpty()) {
      return new Outcome.None(merge(codes, new byte[0]));
    }
    if (pending.size() >= MAX_PENDING || pending.put(subscribe.packetId(), codes) != null) {
      throw MalformedPacket.because(
          ReasonCode.QUOTA_EXCEEDED, "too many SUBSCRIBEs at once, or two with one identifier");
    }
    return new Outcome.Some(wanted);
  }

  private int judge(Subscribe.Entry entry, Gatekeeper gatekeeper) {
    int code = gatekeeper.judge(entry);
    if (code != ReasonCode.SUCCESS) {
      return code;
    }
    if (granted.size() >= maximum && !granted.contains(entry.text())) {
      return ReasonCode.QUOTA_EXCEEDED;
    }
    granted.add(entry.text());
    if (entry.shared() && entry.filter().isPresent()) {
      shared.put(entry.text(), entry.filter().get());
    }
    return ReasonCode.SUCCESS;
  }

  /** Forgets filters that an UNSUBSCRIBE names. */
  void forget(List<ByteBuffer> filters) {
    filters.forEach(granted::remove);
    filters.forEach(shared::remove);
  }

  /** Whether a delivery on {@code topic} may come from a shared subscription. */
  boolean mayBeShared(byte[] topic) {
    return shared.values().stream().anyMatch(filter -> filter.matches(topic));
  }

  /** The whole SUBACK for one that the broker sent; empty if the broker's is whole already. */
  Optional<ByteBuf> whole(ByteBuf suback, Answers answers) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(suback);
    int packetId = reader.packetId();
    int[] codes = pending.remove(packetId);
    if (codes == null) {
      return Optional.empty();
    }
    if (level == Connect.LEVEL_5) {
      Properties unused = Properties.read(reader, Property.Place.ANSWER);
    }
    return Optional.of(answers.suback(packetId, merge(codes, reader.bytes(reader.remaining()))));
  }

  /** Our codes where we refused, the broker's in order where it was asked. */
  private byte[] merge(int[] codes, byte[] fromBroker) throws MalformedPacket {
    byte[] merged = new byte[codes.length];
    int next = 0;
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] != ReasonCode.SUCCESS) {
        merged[i] = (byte) (level == Connect.LEVEL_5 ? codes[i] : ReasonCode.FAILURE_311);
      } else if (next < fromBroker.length) {
        merged[i] = fromBroker[next++];
      } else {
        throw MalformedPacket.malformed("a SUBACK with fewer codes than filters");
      }
    }
    return merged;
  }
}
