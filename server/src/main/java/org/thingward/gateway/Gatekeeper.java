package org.thingward.gateway;

import java.util.Optional;
import org.thingward.trust.Rights;
import org.thingward.trust.TopicFilter;

/**
 * Checks what a device sends and is sent against the rights of its grant. Topics of the broker's
 * own, which begin with {@code $}, are no device's, whatever the rights say.
 */
record Gatekeeper(Rights rights) {

  /** Whether a message may be published, and answers to it be received by who sends it (G4). */
  boolean mayPublish(byte[] topic, Optional<byte[]> responseTopic) {
    return !Topic.isReserved(topic)
        && rights.mayPublish(topic)
        && (responseTopic.isEmpty() || mayAskAnswersTo(responseTopic.get()));
  }

  private boolean mayAskAnswersTo(byte[] topic) {
    return Topic.isName(topic) && !Topic.isReserved(topic) && rights.mayReceive(topic);
  }

  /** Whether a will may be left (G6). */
  boolean mayLeave(Will will) {
    return mayPublish(will.topic(), will.responseTopic());
  }

  /** Whether a message may be delivered. */
  boolean mayReceive(byte[] topic) {
    return rights.mayReceive(topic);
  }

  /** {@link ReasonCode#SUCCESS} if a filter may be subscribed to, else the code that refuses it. */
  int judge(Subscribe.Entry entry) {
    if (entry.filter().isEmpty()) {
      return ReasonCode.TOPIC_FILTER_INVALID;
    }
    TopicFilter filter = entry.filter().get();
    return !entry.reserved() && rights.maySubscribe(filter)
        ? ReasonCode.SUCCESS
        : ReasonCode.NOT_AUTHORIZED;
  }
}
