package org.thingward.gateway;

/**
 * A packet that MQTT forbids. Its sender's mistake: answered with the reason code where the version
 * has one, then the connection is closed.
 */
final class MalformedPacket extends Exception {
  private static final long serialVersionUID = 1L;

  private final int reasonCode;

  private MalformedPacket(int reasonCode, String reason) {
    // Bad packets are cheap to send, so refusing one must be cheap too: no stack trace.
    super(reason, null, false, false);
    this.reasonCode = reasonCode;
  }

  /** Bytes that cannot be read as the packet they claim to be. */
  static MalformedPacket malformed(String reason) {
    return new MalformedPacket(ReasonCode.MALFORMED_PACKET, reason);
  }

  /** A readable packet with content that its place forbids. */
  static MalformedPacket protocolError(String reason) {
    return new MalformedPacket(ReasonCode.PROTOCOL_ERROR, reason);
  }

  static MalformedPacket because(int reasonCode, String reason) {
    return new MalformedPacket(reasonCode, reason);
  }

  /** The MQTT 5 reason code (§2.4). */
  int reasonCode() {
    return reasonCode;
  }

  /** One sentence for the sender. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
