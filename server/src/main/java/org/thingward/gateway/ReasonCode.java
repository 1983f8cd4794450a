package org.thingward.gateway;

/** The reason codes of MQTT 5 (§2.4) that the gateway speaks, and those of 3.1.1 (§3.2.2.3). */
final class ReasonCode {
  static final int SUCCESS = 0x00;
  static final int NORMAL_DISCONNECTION = 0x00;
  static final int DISCONNECT_WITH_WILL = 0x04;
  static final int MALFORMED_PACKET = 0x81;
  static final int PROTOCOL_ERROR = 0x82;
  static final int UNSUPPORTED_PROTOCOL_VERSION = 0x84;
  static final int CLIENT_IDENTIFIER_NOT_VALID = 0x85;
  static final int NOT_AUTHORIZED = 0x87;
  static final int SERVER_UNAVAILABLE = 0x88;
  static final int SERVER_SHUTTING_DOWN = 0x8B;
  static final int BAD_AUTHENTICATION_METHOD = 0x8C;
  static final int SESSION_TAKEN_OVER = 0x8E;
  static final int TOPIC_FILTER_INVALID = 0x8F;
  static final int TOPIC_NAME_INVALID = 0x90;
  static final int TOPIC_ALIAS_INVALID = 0x94;
  static final int PACKET_TOO_LARGE = 0x95;
  static final int QUOTA_EXCEEDED = 0x97;
  static final int ADMINISTRATIVE_ACTION = 0x98;

  /** The one refusal that a SUBACK of 3.1.1 can express. */
  static final int FAILURE_311 = 0x80;

  private ReasonCode() {}

  /** The CONNACK return code of 3.1.1 that comes nearest. */
  static int returnCode311(int reasonCode) {
    return switch (reasonCode) {
      case SUCCESS -> 0;
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case SERVER_UNAVAILABLE, SERVER_SHUTTING_DOWN -> 3;
      default -> 5;
    };
  }
}
