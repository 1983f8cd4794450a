package org.thingward.gateway;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The properties of MQTT 5 (§2.2.2.2): their form, and the packets they may stand in. */
enum Property {
  PAYLOAD_FORMAT(0x01, Form.FLAG, Place.PUBLISH, Place.WILL),
  MESSAGE_EXPIRY(0x02, Form.U32, Place.PUBLISH, Place.WILL),
  CONTENT_TYPE(0x03, Form.TEXT, Place.PUBLISH, Place.WILL),
  RESPONSE_TOPIC(0x08, Form.TEXT, Place.PUBLISH, Place.WILL),
  CORRELATION_DATA(0x09, Form.BINARY, Place.PUBLISH, Place.WILL),
  SUBSCRIPTION_IDENTIFIER(0x0B, Form.POSITIVE_VARINT, Place.PUBLISH, Place.SUBSCRIBE),
  SESSION_EXPIRY(0x11, Form.U32, Place.CONNECT, Place.CONNACK, Place.DISCONNECT),
  ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.TEXT, Place.CONNACK),
  SERVER_KEEP_ALIVE(0x13, Form.U16, Place.CONNACK),
  AUTHENTICATION_METHOD(0x15, Form.TEXT, Place.CONNECT, Place.CONNACK, Place.AUTH),
  AUTHENTICATION_DATA(0x16, Form.BINARY, Place.CONNECT, Place.CONNACK, Place.AUTH),
  REQUEST_PROBLEM_INFORMATION(0x17, Form.FLAG, Place.CONNECT),
  WILL_DELAY(0x18, Form.U32, Place.WILL),
  REQUEST_RESPONSE_INFORMATION(0x19, Form.FLAG, Place.CONNECT),
  RESPONSE_INFORMATION(0x1A, Form.TEXT, Place.CONNACK),
  SERVER_REFERENCE(0x1C, Form.TEXT, Place.CONNACK, Place.DISCONNECT),
  REASON_STRING(0x1F, Form.TEXT, Place.CONNACK, Place.ANSWER, Place.DISCONNECT, Place.AUTH),
  RECEIVE_MAXIMUM(0x21, Form.POSITIVE_U16, Place.CONNECT, Place.CONNACK),
  TOPIC_ALIAS_MAXIMUM(0x22, Form.U16, Place.CONNECT, Place.CONNACK),
  TOPIC_ALIAS(0x23, Form.U16, Place.PUBLISH),
  MAXIMUM_QOS(0x24, Form.FLAG, Place.CONNACK),
  RETAIN_AVAILABLE(0x25, Form.FLAG, Place.CONNACK),
  USER_PROPERTY(0x26, Form.TEXT_PAIR, Place.values()),
  MAXIMUM_PACKET_SIZE(0x27, Form.POSITIVE_U32, Place.CONNECT, Place.CONNACK),
  WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.FLAG, Place.CONNACK),
  SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Form.FLAG, Place.CONNACK),
  SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Form.FLAG, Place.CONNACK);

  /** Where properties stand. */
  enum Place {
    CONNECT,
    WILL,
    CONNACK,
    PUBLISH,
    /** PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK: the same rules hold for all. */
    ANSWER,
    SUBSCRIBE,
    UNSUBSCRIBE,
    DISCONNECT,
    AUTH
  }

  /** The forms of a value. */
  enum Form {
    FLAG,
    U16,
    POSITIVE_U16,
    U32,
    POSITIVE_U32,
    POSITIVE_VARINT,
    TEXT,
    BINARY,
    TEXT_PAIR
  }

  private static final Property[] BY_ID = new Property[0x2B];

  static {
    for (Property property : values()) {
      BY_ID[property.id] = property;
    }
  }

  private final int id;
  private final Form form;
  private final Set<Place> places;

  Property(int id, Form form, Place... places) {
    this.id = id;
    this.form = form;
    this.places = EnumSet.noneOf(Place.class);
    this.places.addAll(List.of(places));
  }

  static Property ofId(int id) throws MalformedPacket {
    if (id >= BY_ID.length || BY_ID[id] == null) {
      throw MalformedPacket.malformed("there is no property 0x%02x".formatted(id));
    }
    return BY_ID[id];
  }

  int id() {
    return id;
  }

  Form form() {
    return form;
  }

  boolean fits(Place place) {
    return places.contains(place);
  }

  /** Whether it may stand more than once: in a PUBLISH from the broker the identifiers do. */
  boolean mayRepeat(Place place) {
    return this == USER_PROPERTY || (this == SUBSCRIPTION_IDENTIFIER && place == Place.PUBLISH);
  }
}
